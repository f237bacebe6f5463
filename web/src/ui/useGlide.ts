import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Box } from "./arrange";

/** `--calm` of the tokens. */
const CALM: KeyframeAnimationOptions = { duration: 200, easing: "ease-out" };

interface Glide {
  readonly to: Box;
  readonly animation: Animation | null;
}

/**
 * Lets an element that is placed by a translation glide from its last box to this one, in CSS pixels.
 *
 * Only its transform moves. Were its size to change step by step, everything in it would be laid out anew for each,
 * just when somebody's first picture comes.
 *
 * @param isHeld it is being dragged, and follows at once.
 */
export function useGlide(element: RefObject<HTMLElement | null>, box: Box | undefined, isHeld = false): void {
  const last = useRef<Glide | null>(null);
  useLayoutEffect(() => {
    const target = element.current;
    const before = last.current;
    if (!target || !box || !before) {
      last.current = box ? { to: box, animation: null } : null;
      return;
    }
    if (isSame(before.to, box)) return;
    const from = seenAt(target, before);
    before.animation?.cancel();
    const isStill = isHeld || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const animation = isStill ? null : target.animate([{ transform: asIfAt(from, box) }, {}], CALM);
    last.current = { to: box, animation };
  });
}

/** On its way it is elsewhere than in its box. */
function seenAt(target: HTMLElement, { to, animation }: Glide): Box {
  if (animation?.playState !== "running") return to;
  const { a, d, e, f } = new DOMMatrix(getComputedStyle(target).transform);
  return { x: e, y: f, width: to.width * a, height: to.height * d };
}

/** The transform that shows an element of one box as if it were in another. */
function asIfAt(seen: Box, box: Box): string {
  return `translate(${seen.x}px, ${seen.y}px) scale(${seen.width / box.width}, ${seen.height / box.height})`;
}

function isSame(one: Box, other: Box): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}
