import { describe, expect, it } from "vitest";
import { levelOf } from "../media/levels";
import { SpeakingDetector } from "./speaking";

/** Feeds one voice a level every 100 ms and returns when it was taken for speaking. */
function run(levels: readonly number[]): string {
  const detector = new SpeakingDetector();
  return levels
    .map((level, tick) => (detector.update(new Map([["ada", level]]), tick * 100).has("ada") ? "#" : "."))
    .join("");
}

const times = (count: number, level: number): number[] => Array.from({ length: count }, () => level);

describe("SpeakingDetector", () => {
  it.each([
    ["a cough is not speech", [...times(2, 0.9), ...times(4, 0)], "......"],
    ["speech shows after 200 ms", times(5, 0.9), "..###"],
    ["a pause between words does not end it", [...times(3, 0.9), ...times(7, 0), ...times(2, 0.9)], "..##########"],
    ["silence of 800 ms ends it", [...times(3, 0.9), ...times(10, 0)], "..#########.."],
    ["a level between the thresholds keeps what is", [...times(3, 0.9), ...times(12, 0.3)], "..#############"],
    ["a level between the thresholds starts nothing", times(12, 0.3), "............"],
  ])("%s", (_name, levels, expected) => {
    expect(run(levels)).toBe(expected);
  });

  it("forgets who has gone", () => {
    const detector = new SpeakingDetector();
    for (const now of [0, 100, 200]) detector.update(new Map([["ada", 1]]), now);
    expect(detector.update(new Map(), 300)).toEqual(new Set());
    expect(detector.update(new Map([["ada", 1]]), 400)).toEqual(new Set());
  });
});

describe("levelOf", () => {
  it.each([
    ["silence", 0, 0],
    ["-60 dB", 0.001, 0],
    ["-37.5 dB", 0.01334, 0.5],
    ["-15 dB", 0.1778, 1],
    ["clipping", 1, 1],
  ])("%s", (_name, amplitude, expected) => {
    expect(levelOf(new Float32Array(1024).fill(amplitude))).toBeCloseTo(expected, 2);
  });
});
