import { describe, expect, it } from "vitest";
import type { CaptionLine } from "../meeting/types";
import { byWish, type CaptionSlots, NO_SLOTS, placed } from "./captionSlots";

const line = (participantId: string, key: number, isFinal = false): CaptionLine => ({
  key,
  participantId,
  name: participantId,
  text: participantId,
  isFinal,
  lang: "en",
  at: 0,
});

describe("placed", () => {
  it.each<[string, CaptionSlots, CaptionLine[], CaptionSlots]>([
    ["one has the first row", NO_SLOTS, [line("ada", 1)], ["ada", null]],
    ["the next one has the second", ["ada", null], [line("ada", 1), line("ben", 2)], ["ada", "ben"]],
    ["who is alone again does not move", ["ada", "ben"], [line("ben", 2)], [null, "ben"]],
    ["a row that is free is taken", [null, "ben"], [line("ben", 2), line("cem", 3)], ["cem", "ben"]],
    [
      "a third one takes the place of who began first",
      ["ada", "ben"],
      [line("ada", 1), line("ben", 2), line("cem", 3)],
      ["cem", "ben"],
    ],
    [
      "what is still being said stays beside two words of others",
      ["ada", "ben"],
      [line("ada", 1), line("ben", 2, true), line("cem", 3, true)],
      ["ada", "cem"],
    ],
    ["who begins a new sentence keeps the row", ["ada", "ben"], [line("ada", 3), line("ben", 2, true)], ["ada", "ben"]],
    ["nobody", ["ada", "ben"], [], NO_SLOTS],
  ])("%s", (_, before, lines, after) => {
    expect(placed(before, lines)).toEqual(after);
  });
});

describe("byWish", () => {
  it("has first what one row is enough for", () => {
    const first = (...lines: CaptionLine[]) => byWish(lines)[0]?.participantId;
    expect(first(line("ada", 1), line("ben", 2, true))).toBe("ada");
    expect(first(line("ada", 1, true), line("ben", 2, true))).toBe("ben");
    expect(first(line("ada", 1), line("ben", 2))).toBe("ben");
  });
});
