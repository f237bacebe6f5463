/**
 * The client. A meeting and its door are in it, in one file: loaded after the router has looked at the address they
 * would come two steps later, and so would the camera, the socket and the first frame. Whoever begins on another page
 * goes there next.
 */
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/translations";
import { render } from "preact";
import { App } from "./pages/App";
import { startRouter } from "./router";
import { languageReady, startLanguage } from "./ui/language";

async function start(): Promise<void> {
  startLanguage();
  startRouter();
  const root = document.getElementById("app");
  // Drawn once, in the right language.
  await languageReady();
  if (root) render(<App />, root);
}

// Not awaited at the top: the words of a language import this file, and would wait for its end.
void start();
