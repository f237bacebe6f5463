import "./avatar.css";
import type { JSX } from "preact";
import { initials, personColour } from "./person";

/** Initials in the mark: a ring with one slice pulled out, in the person's own colour. The name stands beside it. */
export function Avatar({ name }: { readonly name: string }): JSX.Element {
  return (
    <svg class="avatar" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <g fill="none" stroke={personColour(name)} stroke-width="2.5" stroke-linecap="round">
        <path d="M28.96 5.48A19.2 19.2 0 1 0 41.52 18.04" transform="translate(-.6 1.6)" />
        <path d="M31.5 4.6A19.2 19.2 0 0 1 42.4 15.5" transform="translate(1.2 -.2)" />
      </g>
      <circle cx="23.4" cy="25.6" r="16" fill={personColour(name)} />
      <text x="23.4" y="25.6" text-anchor="middle" dominant-baseline="central">
        {initials(name)}
      </text>
    </svg>
  );
}
