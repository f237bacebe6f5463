import { describe, expect, it } from "vitest";
import { clock } from "./ChatLine";

const at = (day: number, hour: number): number => new Date(2026, 2, day, hour, 5).getTime();

describe("clock", () => {
  it.each([
    ["the same day", at(1, 9), at(1, 23), /^09:05 AM$/u],
    ["after midnight the line of last night has its day", at(1, 23), at(2, 0), /^Mar 1, 11:05 PM$/u],
    ["the same hour on another day", at(1, 9), at(2, 9), /^Mar 1, 09:05 AM$/u],
  ])("%s", (_, timestamp, now, expected) => {
    expect(clock(timestamp, new Date(now).toDateString())).toMatch(expected);
  });
});
