/** What every entry starts: styles, words, router, and the page that the address names. */
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/translations";
import { render } from "preact";
import { App, type JoinPage } from "./pages/App";
import { startRouter } from "./router";
import { languageReady, startLanguage } from "./ui/language";

/** @param join the join page, where it came with the entry; else it is loaded when an address asks for it. */
export async function start(join?: JoinPage): Promise<void> {
  startLanguage();
  startRouter();
  const root = document.getElementById("app");
  // A page that is here already is drawn once, in the right language; others show a mark until they come.
  if (join) await languageReady();
  if (root) render(<App join={join} />, root);
}
