import "./mark.css";
import type { JSX } from "preact";
import { text } from "./text";

/** Circle at (15, 17) with radius 13; the slice spans 60° around the upper right and is pulled out along its middle. */
const BODY =
  "M15 17 18.36 4.44A13 13 0 1 0 27.56 13.64ZM8.3 13.3a2 2 0 1 0 4 0a2 2 0 1 0 -4 0ZM7.7 21.3a2 2 0 1 0 4 0a2 2 0 1 0 -4 0ZM16 23.7a2 2 0 1 0 4 0a2 2 0 1 0 -4 0Z";
const SLICE = "M17.4 14.6 20.76 2.04A13 13 0 0 1 29.96 11.24ZM21.7 8.5a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0Z";
const SLICE_IN_PLACE = "M15 17 18.36 4.44A13 13 0 0 1 27.56 13.64Z";

/** The sign of the product; beside the word "onepizza" it is decoration. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d={BODY} fill-rule="evenodd" />
      <path class="mark-slice" d={SLICE} fill-rule="evenodd" />
    </svg>
  );
}

/** Mark and name together: the way home. */
export function Wordmark(): JSX.Element {
  return (
    <a href="/" class="wordmark">
      <Mark />
      {text.brand}
    </a>
  );
}

/** The loading mark: the slice goes round the table. It appears only after a moment, so that quick loads stay calm. */
export function LoadingMark({ label }: { readonly label: string }): JSX.Element {
  return (
    <div class="loading-mark" role="status">
      <TurningMark />
      <span class="sr">{label}</span>
    </div>
  );
}

/** Something is awaited; the words stand beside it. */
export function TurningMark(): JSX.Element {
  return (
    <svg class="mark mark-loading" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle class="mark-plate" cx="15" cy="17" r="13" />
      <path class="mark-turning" d={SLICE_IN_PLACE} />
    </svg>
  );
}

/** One slice: marks the host of the meeting. */
export function HostMark({ label }: { readonly label: string }): JSX.Element {
  return (
    <svg class="host-mark" viewBox="0 0 24 24" role="img" aria-label={label}>
      <title>{label}</title>
      <path
        d="M2.9 6.2C8.6 2.5 15.4 2.5 21.1 6.2L12.9 21.3a1 1 0 0 1 -1.8 0ZM8 9.4a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0 -3.4 0ZM12.3 13.2a1.7 1.7 0 1 0 3.4 0a1.7 1.7 0 1 0 -3.4 0Z"
        fill-rule="evenodd"
      />
    </svg>
  );
}
