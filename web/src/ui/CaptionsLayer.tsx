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
  const last = Math.max(...lines.map((line) => line.key));
  return (
    <section class={`captions is-${size}`} aria-label={text.captions.region} aria-live="off">
      {newest(lines).map((line) => (
        <p
          key={line.participantId}
          class={`caption${line.key === last ? " is-newest" : ""}`}
          lang={line.lang || undefined}
        >
          <span class="caption-name" dir="auto">
            {line.name}
          </span>
          <Words text={line.text} />
        </p>
      ))}
    </section>
  );
}

/** In the order in which they stand. */
function newest(lines: readonly CaptionLine[]): readonly CaptionLine[] {
  const keys = lines.map((line) => line.key).sort((a, b) => b - a);
  return lines.filter((line) => keys.indexOf(line.key) < AT_ONCE);
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
