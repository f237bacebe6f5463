import "./level.css";
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { text } from "./text";

/** How loud the microphone hears me, so that I know it works before anybody waits for me. */
export function LevelMeter({ level }: { readonly level: ReadonlySignal<number> }): JSX.Element {
  const now = Math.min(1, Math.max(0, level.value));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a native meter cannot move by transform, and this one moves all the time
    <div
      class="level"
      role="meter"
      aria-label={text.door.level}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(now * 100)}
    >
      <span style={{ transform: `scaleX(${now.toFixed(2)})` }} />
    </div>
  );
}
