import { describe, expect, it } from "vitest";
import { arrange } from "./arrange";

const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);

describe("arrange", () => {
  it("gives everybody a box in a grid", () => {
    const { boxes, rest } = arrange({ keys: keys(9), focus: null, width: 1400, height: 800 });
    expect([...boxes.keys()]).toEqual(keys(9));
    expect(rest).toBeNull();
  });

  it("stands two people side by side on a wide stage", () => {
    const { boxes } = arrange({ keys: keys(2), focus: null, width: 1416, height: 800 });
    expect(boxes.get("p0")?.y).toBe(boxes.get("p1")?.y);
  });

  it("gives a lone tile the whole stage of a phone", () => {
    const { boxes } = arrange({ keys: ["me"], focus: null, width: 374, height: 690 });
    expect(boxes.get("me")).toEqual({ x: 0, y: 0, width: 374, height: 690 });
  });

  it("gives the focused tile the stage, whatever its place in the list", () => {
    const { boxes, small } = arrange({ keys: keys(4), focus: "p2", width: 1400, height: 800 });
    expect(boxes.get("p2")).toMatchObject({ x: 0, y: 0, height: 800 });
    expect(small).toEqual(new Set(["p0", "p1", "p3"]));
  });

  it("puts the number of those who do not fit in the last place", () => {
    const { boxes, rest } = arrange({ keys: keys(25), focus: "p0", width: 374, height: 690 });
    expect(boxes.size - 1 + (rest?.count ?? 0)).toBe(24);
    expect(rest?.count).toBeGreaterThan(0);
  });

  it("falls back to the grid when the focused one is gone", () => {
    const { boxes } = arrange({ keys: keys(3), focus: "gone", width: 1400, height: 800 });
    expect(boxes.size).toBe(3);
  });
});
