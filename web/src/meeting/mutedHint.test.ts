import { describe, expect, it } from "vitest";
import { MutedHint } from "./mutedHint";

const TICK_MS = 100;

/** Feeds `[level, for how long]` in turn, muted, and returns when the hint was shown and hidden, in ms from `from`. */
function play(hint: MutedHint, sound: readonly (readonly [number, number])[], from = 0, isMuted = true): string[] {
  const changes: string[] = [];
  let isShown = false;
  let now = from;
  for (const [level, forMs] of sound) {
    for (let passed = 0; passed < forMs; passed += TICK_MS) {
      now += TICK_MS;
      const next = hint.update(level, isMuted, now);
      if (next !== isShown) changes.push(`${next ? "shown" : "hidden"} ${now - from}`);
      isShown = next;
    }
  }
  return changes;
}

describe("MutedHint", () => {
  it.each([
    ["speech of a second", [[0.8, 1000]], ["shown 900"]],
    [
      "speech with gaps between words",
      [
        [0.8, 400],
        [0.1, 200],
        [0.8, 1000],
      ],
      ["shown 1300"],
    ],
    ["silence", [[0.1, 10_000]], []],
    ["a soft voice from the next room", [[0.35, 10_000]], []],
    ["a beep a second", Array.from({ length: 30 }, (_, i) => (i % 2 ? [0, 800] : [1, 200])), []],
  ] as [string, [number, number][], string[]][])("%s", (_name, sound, expected) => {
    expect(play(new MutedHint(), sound)).toEqual(expected);
  });

  it("says nothing to somebody who is heard", () => {
    expect(play(new MutedHint(), [[1, 20_000]], 0, false)).toEqual([]);
  });

  it("goes after eight seconds and comes once a minute, however long one talks", () => {
    const changes = play(new MutedHint(), [[1, 130_000]]);
    expect(changes).toEqual([
      "shown 900",
      "hidden 8900",
      "shown 60900",
      "hidden 68900",
      "shown 120900",
      "hidden 128900",
    ]);
  });

  it("goes as soon as the microphone is on", () => {
    const hint = new MutedHint();
    play(hint, [[1, 1000]]);
    expect(hint.update(1, false, 1100)).toBe(false);
    expect(hint.update(1, true, 1200)).toBe(false);
  });

  it("stays away for ten minutes once dismissed", () => {
    const hint = new MutedHint();
    play(hint, [[1, 1000]]);
    hint.dismiss(1000);
    expect(play(hint, [[1, 602_000]], 1000)).toEqual(["shown 600000"]);
  });

  it("a timer that slept does not count as speech", () => {
    const hint = new MutedHint();
    hint.update(1, true, 0);
    expect(hint.update(1, true, 60_000)).toBe(false);
  });
});
