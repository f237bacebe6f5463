/** Starts the client: styles, router, and the page that the address names. */
import "./ui/tokens.css";
import "./ui/base.css";
import { render } from "preact";
import { App } from "./pages/App";
import { startRouter } from "./router";

startRouter();
const root = document.getElementById("app");
if (root) render(<App />, root);
