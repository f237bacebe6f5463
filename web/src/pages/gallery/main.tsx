/** All states of the client without a server, for looking at them: `npm run dev -w web`, then /gallery.html?state=two, or #two. */
import "../../ui/tokens.css";
import "../../ui/base.css";
import "./gallery.css";
import "../../ui/translations";
import { type JSX, render } from "preact";
import { languageReady, startLanguage } from "../../ui/language";
import { selfCorner, selfView } from "../../ui/preferences";
import { stopHappening } from "./happenings";
import { stopPainting } from "./painted";
import { STATES } from "./states";

startLanguage();
await languageReady();
show();
// Another state without another page: whoever goes through all of them need not load it a hundred times.
window.addEventListener("hashchange", show);

function show(): void {
  const root = document.getElementById("app");
  if (!root) return;
  const { hash, search } = window.location;
  const state = STATES[hash.slice(1)] ?? STATES[new URLSearchParams(search).get("state") ?? ""];
  render(null, root);
  stopPainting();
  stopHappening();
  selfView.value = "shown";
  selfCorner.value = "bottom-right";
  render(state ? state() : <List />, root);
}

function List(): JSX.Element {
  return (
    <ul class="gallery">
      {Object.keys(STATES).map((key) => (
        <li key={key}>
          <a href={`/gallery.html?state=${key}`} target="_blank" rel="noopener">
            {key}
          </a>
        </li>
      ))}
    </ul>
  );
}
