/** Which lines of captions are shown, and where: two rows, and nobody's moves while it is read. */
import type { CaptionLine } from "../meeting/types";

/** Of each row, whose line stands there. */
export type CaptionSlots = readonly (string | null)[];

export const NO_SLOTS: CaptionSlots = [null, null];

/** The lines by how much they are wanted: what is still being said first, then who began last. */
export function byWish(lines: readonly CaptionLine[]): readonly CaptionLine[] {
  return [...lines].sort((a, b) => Number(a.isFinal) - Number(b.isFinal) || b.key - a.key);
}

/** Who was shown and still is keeps the row; who comes takes one that is free. */
export function placed(before: CaptionSlots, lines: readonly CaptionLine[]): CaptionSlots {
  const wanted = byWish(lines)
    .slice(0, before.length)
    .map((line) => line.participantId);
  const coming = wanted.filter((id) => !before.includes(id));
  return before.map((id) => (id !== null && wanted.includes(id) ? id : (coming.shift() ?? null)));
}
