import "./reactions.css";
import type { JSX } from "preact";
import type { FloatingReaction } from "../meeting/types";

const LANES = 5;

/** Reactions rise over the stage and fade; with reduced motion they stand still until they go. */
export function ReactionsLayer({ reactions }: { readonly reactions: readonly FloatingReaction[] }): JSX.Element {
  return (
    <div class="reactions" aria-hidden="true">
      {reactions.map((reaction) => (
        <div key={reaction.key} class={`reaction lane-${reaction.key % LANES}`}>
          <span class="reaction-emoji">{reaction.emoji}</span>
          <span class="chip reaction-name">
            <span class="chip-text" dir="auto">
              {reaction.name}
            </span>
          </span>
        </div>
      ))}
    </div>
  );
}
