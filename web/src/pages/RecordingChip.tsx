import "./recording.css";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import { text } from "../ui/text";
import { useNow } from "../ui/useNow";

interface RecordingChipProps {
  readonly session: MeetingSession;
  onStop(): void;
}

/** As long as anybody records: who, and for oneself how long, with the way to stop. */
export function RecordingChip({ session, onStop }: RecordingChipProps): JSX.Element {
  const { by, mine } = session.recording;
  const names = by.value;
  const state = mine.value;
  return (
    <>
      {state.kind === "running" ? <Mine sinceMs={state.sinceMs} onStop={onStop} /> : null}
      {state.kind === "saving" ? <span class="rec">{text.recording.saving}</span> : null}
      {state.kind === "idle" && names.length > 0 ? (
        <span class="rec" title={text.recording.chipLong(names)}>
          <i class="rec-dot" />
          <span aria-hidden="true">{text.recording.chip}</span>
          <span class="rec-names" aria-hidden="true">
            {names.join(", ")}
          </span>
          <span class="sr">{text.recording.chipLong(names)}</span>
        </span>
      ) : null}
      <p class="sr" role="status">
        {state.kind === "idle" && names.length > 0 ? text.recording.chipLong(names) : ""}
      </p>
    </>
  );
}

function Mine({ sinceMs, onStop }: { readonly sinceMs: number; onStop(): void }): JSX.Element {
  const elapsed = clock(useNow() - sinceMs);
  useEffect(() => {
    // A closed page has no time to save the file: the browser asks first.
    const hold = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", hold);
    return () => window.removeEventListener("beforeunload", hold);
  }, []);
  return (
    <button
      type="button"
      class="rec is-mine"
      aria-label={text.recording.mine(elapsed)}
      title={text.recording.stop}
      onClick={onStop}
    >
      <i class="rec-dot" />
      {/* With the space between: who says what is on the button means this button. */}
      <span aria-hidden="true">{text.recording.chip}</span>{" "}
      <span class="digits" aria-hidden="true">
        {elapsed}
      </span>
    </button>
  );
}

/** "2:14", "1:02:14". */
function clock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
