import { describe, expect, it } from "vitest";
import { arrange, type Box, FLOATING_INSET, floatingSize, PAGER_HEIGHT } from "./arrange";

const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);

function edges(boxes: readonly Box[]): { top: number; bottom: number } {
  return {
    top: Math.min(...boxes.map((box) => box.y)),
    bottom: Math.max(...boxes.map((box) => box.y + box.height)),
  };
}

describe("arrange", () => {
  it("gives everybody a box in a grid", () => {
    const { boxes, pages } = arrange({ keys: keys(9), focus: null, width: 1400, height: 800, page: 0 });
    expect([...boxes.keys()]).toEqual(keys(9));
    expect(pages).toBeNull();
  });

  it("stands two people side by side on a wide stage", () => {
    const { boxes } = arrange({ keys: keys(2), focus: null, width: 1416, height: 800, page: 0 });
    expect(boxes.get("p0")?.y).toBe(boxes.get("p1")?.y);
  });

  it("gives a lone tile the whole stage of a phone", () => {
    const { boxes } = arrange({ keys: ["me"], focus: null, width: 374, height: 690, page: 0 });
    expect(boxes.get("me")).toEqual({ x: 0, y: 0, width: 374, height: 690 });
  });

  it("gives the focused tile the stage, whatever its place in the list", () => {
    const { boxes, small } = arrange({ keys: keys(4), focus: "p2", width: 1400, height: 800, page: 0 });
    expect(boxes.get("p2")).toMatchObject({ x: 0, y: 0, height: 800 });
    expect(small).toEqual(new Set(["p0", "p1", "p3"]));
  });

  it.each([
    [50, null, 374, 690],
    [25, "p0", 374, 690],
    [50, "p7", 1400, 800],
    [50, null, 300, 120],
  ])("turns pages when %i do not fit (focus %s, %i x %i), and everybody is on one", (count, focus, width, height) => {
    const at = (page: number) => arrange({ keys: keys(count), focus, width, height, page });
    const pageCount = at(0).pages?.count ?? 0;
    expect(pageCount).toBeGreaterThan(1);
    const all = Array.from({ length: pageCount }, (_, page) => [...at(page).boxes.keys()]);
    const turning = all.flat().filter((key) => key !== focus);
    expect(turning.toSorted()).toEqual(
      keys(count)
        .filter((key) => key !== focus)
        .toSorted(),
    );
    for (const page of all) expect(page.includes(focus ?? page[0] ?? "")).toBe(true);
    for (const box of at(pageCount - 1).boxes.values()) {
      if (height > PAGER_HEIGHT) expect(box.y + box.height).toBeLessThanOrEqual(height - PAGER_HEIGHT);
    }
  });

  it.each([
    [-3, 0],
    [0, 0],
    [99, 2],
  ])("page %i is page %i where there are three", (asked, shown) => {
    const { pages } = arrange({ keys: keys(50), focus: null, width: 374, height: 690, page: asked });
    expect(pages).toEqual({ shown, count: 3 });
  });

  it.each([
    [2, 374, 690, 84, true],
    [2, 374, 690, 84, false],
    [24, 374, 690, 84, true],
    [2, 1416, 700, 126, true],
  ])(
    "leaves the corner of the floating view free of %i tiles on %i x %i",
    (count, width, height, floating, isBottom) => {
      const { boxes } = arrange({
        keys: keys(count),
        focus: null,
        width,
        height,
        page: 0,
        floating: { height: floating, isBottom },
      });
      const { top, bottom } = edges([...boxes.values()]);
      expect(isBottom ? height - bottom : top).toBeGreaterThanOrEqual(floating + FLOATING_INSET);
      expect(Math.min(top, height - bottom)).toBeGreaterThanOrEqual(0);
    },
  );

  it("stays in the middle where there is no room for the floating view beside the tiles", () => {
    const at = { keys: keys(3), focus: null, width: 374, height: 690, page: 0 };
    expect(arrange({ ...at, floating: { height: 84, isBottom: true } })).toEqual(arrange(at));
  });

  it.each([
    ["a phone", 374, 690, 5, 112],
    ["a rotated phone", 820, 320, 5, 128],
    ["a rotated phone with a panel", 470, 320, 5, 128],
    ["a desk", 1416, 780, 5, 224],
    ["a desk with many people", 1416, 780, 12, 160],
  ])("floats in a size that suits %s", (_, width, height, count, wide) => {
    expect(floatingSize(width, height, count).width).toBe(wide);
  });

  it("has the same tiles on the last page as on the first", () => {
    const at = (page: number) => arrange({ keys: keys(50), focus: null, width: 374, height: 690, page });
    const [first] = at(0).boxes.values();
    const [last] = at(2).boxes.values();
    expect(last).toEqual(first);
  });

  it("falls back to the grid when the focused one is gone", () => {
    const { boxes } = arrange({ keys: keys(3), focus: "gone", width: 1400, height: 800, page: 0 });
    expect(boxes.size).toBe(3);
  });
});
