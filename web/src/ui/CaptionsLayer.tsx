import "./captions.css";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { CaptionLine } from "../meeting/types";
import type { CaptionSize } from "./preferences";
import { text } from "./text";

/** As many people at once as can be read; who began last is shown. */
const AT_ONCE = 2;

interface CaptionsLayerProps {
  readonly lines: readonly CaptionLine[];
  readonly size: CaptionSize;
}

/**
 * What is being said, two lines a person, in a place of its own under the stage, which stays in the pauses: captions
 * cover nobody, and the tiles do not move when somebody begins to speak. It is not announced: whoever uses a screen
 * reader hears the people, and pieces that change several times a second would talk over them.
 */
export function CaptionsLayer({ lines, size }: CaptionsLayerProps): JSX.Element {
  return (
    <section class={`captions is-${size}`} aria-label={text.captions.region} aria-live="off">
      {lines.slice(-AT_ONCE).map((line) => (
        <p key={line.participantId} class="caption" lang={line.lang || undefined}>
          <span class="caption-name" dir="auto">
            {line.name}
          </span>
          <Words text={line.text} />
        </p>
      ))}
    </section>
  );
}

/** The end of what was said stays in sight, as in subtitles. */
function Words({ text: said }: { readonly text: string }): JSX.Element {
  const element = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const words = element.current;
    if (words) words.scrollTop = words.scrollHeight;
  }, [said]);
  return (
    <span ref={element} class="caption-words" dir="auto">
      {said}
    </span>
  );
}
