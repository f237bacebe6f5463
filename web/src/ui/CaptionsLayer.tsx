import "./captions.css";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { CaptionLine } from "../meeting/types";
import { byWish, NO_SLOTS, placed } from "./captionSlots";
import type { CaptionSize } from "./preferences";
import { text } from "./text";

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
  const slots = useRef(NO_SLOTS);
  slots.current = placed(slots.current, lines);
  const [first] = byWish(lines);
  return (
    <section class={`captions is-${size}`} aria-label={text.captions.region} aria-live="off">
      {slots.current.map((id, row) => {
        const line = lines.find(({ participantId }) => participantId === id);
        return line ? <Caption key={id} line={line} row={row} isFirst={line === first} /> : null;
      })}
    </section>
  );
}

interface CaptionProps {
  readonly line: CaptionLine;
  readonly row: number;
  /** Shown also where there is room for one. */
  readonly isFirst: boolean;
}

function Caption({ line, row, isFirst }: CaptionProps): JSX.Element {
  return (
    <p class={`caption in-row-${row}${isFirst ? " is-first" : ""}`} lang={line.lang || undefined}>
      <span class="caption-name" dir="auto">
        {line.name}
      </span>
      <Words text={line.text} />
    </p>
  );
}

/** The end of what was said stays in sight, as in subtitles, also when the line gets another width. */
function Words({ text: said }: { readonly text: string }): JSX.Element {
  const element = useRef<HTMLSpanElement>(null);
  const toEnd = (): void => {
    const words = element.current;
    if (words) words.scrollTop = words.scrollHeight;
  };
  useLayoutEffect(toEnd, [said]);
  useLayoutEffect(() => {
    if (!element.current) return undefined;
    const observer = new ResizeObserver(toEnd);
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return (
    <span ref={element} class="caption-words" dir="auto">
      {said}
    </span>
  );
}
