/** All states of the client without a server, for looking at them: `npm run dev -w web`, then /gallery.html?state=two. */
import "../../ui/tokens.css";
import "../../ui/base.css";
import "./gallery.css";
import "../../ui/translations";
import { render } from "preact";
import { languageReady, startLanguage } from "../../ui/language";
import { STATES } from "./states";

startLanguage();
await languageReady();
const root = document.getElementById("app");
const name = new URLSearchParams(window.location.search).get("state") ?? "";
const state = STATES[name];
if (root && state) {
  render(state(), root);
} else if (root) {
  render(
    <ul class="gallery">
      {Object.keys(STATES).map((key) => (
        <li key={key}>
          <a href={`/gallery.html?state=${key}`} target="_blank" rel="noopener">
            {key}
          </a>
        </li>
      ))}
    </ul>,
    root,
  );
}
