/** Starts the client: styles, router, and the page that the address names. */
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/translations";
import { render } from "preact";
import { App } from "./pages/App";
import { startRouter } from "./router";
import { startLanguage } from "./ui/language";

startLanguage();
startRouter();
const root = document.getElementById("app");
if (root) render(<App />, root);
