import { describe, expect, it } from "vitest";
import { FACE, PAGER_HEIGHT, shapeOf } from "../meeting/layout";
import { arrange as arrangeWith, type Box, FLOATING_INSET, floatingSize, type StageContent } from "./arrange";

/** Whatever is in focus is a landscape screen, unless the test says otherwise. */
const arrange = (content: Omit<StageContent, "shape"> & Partial<StageContent>) =>
  arrangeWith({ shape: shapeOf(1920, 1080), ...content });

const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);

function edges(boxes: readonly Box[]): { top: number; bottom: number } {
  return {
    top: Math.min(...boxes.map((box) => box.y)),
    bottom: Math.max(...boxes.map((box) => box.y + box.height)),
  };
}

/** How much of a tile another box covers, from 0 to 1. */
function overlap(tile: Box, over: Box): number {
  const across = Math.min(tile.x + tile.width, over.x + over.width) - Math.max(tile.x, over.x);
  const down = Math.min(tile.y + tile.height, over.y + over.height) - Math.max(tile.y, over.y);
  return (Math.max(0, across) * Math.max(0, down)) / (tile.width * tile.height);
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
    const { boxes, small } = arrange({ keys: keys(4), focus: "p2", width: 1416, height: 780, page: 0 });
    expect(boxes.get("p2")).toMatchObject({ x: 0, y: 0, height: 780 });
    expect(small).toEqual(new Set(["p0", "p1", "p3"]));
  });

  it.each([
    // count, stage -> pages, people on the first, width of a face there
    ["an upright phone", 3, 374, 690, null, 2, 308],
    ["an upright phone", 6, 374, 690, null, 5, 183],
    ["an upright phone", 10, 374, 690, null, 9, 156],
    ["an upright phone", 21, 374, 690, 2, 18, 113],
    ["an upright phone", 51, 374, 690, 3, 18, 113],
    ["a rotated phone", 3, 820, 306, null, 2, 264],
    ["a rotated phone", 6, 820, 306, null, 5, 130],
    ["a rotated phone", 10, 820, 306, 2, 6, 124],
    ["a rotated phone", 51, 820, 306, 9, 6, 124],
    ["an upright tablet", 21, 744, 870, null, 20, 142],
    ["a desk", 21, 1416, 780, 3, 8, 143],
    ["a desk", 51, 1416, 780, 7, 8, 143],
  ] as const)("beside a screen on %s, %i tiles in %i x %i", (_, count, width, height, pageCount, people, faceWidth) => {
    const { boxes, pages } = arrange({ keys: keys(count), focus: "p0", width, height, page: 0 });
    expect([pages?.count ?? null, boxes.size - 1, boxes.get("p1")?.width]).toEqual([pageCount, people, faceWidth]);
  });

  it("has faces that are large below a screen as small as on any other stage", () => {
    const { small } = arrange({ keys: keys(3), focus: "p0", width: 374, height: 690, page: 0 });
    expect(small.size).toBe(0);
  });

  it.each([374, 820, 1416])("turns the pages of a screen's people where no tile is, %i px wide", (width) => {
    const { boxes, pages } = arrange({ keys: keys(51), focus: "p0", width, height: 400, page: 0 });
    const at = pages?.box;
    expect(at).toBeDefined();
    if (at) expect([...boxes.values()].map((box) => overlap(box, at))).toEqual([...boxes].map(() => 0));
  });

  it("cuts a face in focus to a portrait at most", () => {
    const { boxes } = arrange({ keys: keys(4), focus: "p0", shape: FACE, width: 374, height: 690, page: 0 });
    expect(boxes.get("p0")).toEqual({ x: 0, y: 0, width: 374, height: 499 });
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
    if (focus) return;
    for (const box of at(pageCount - 1).boxes.values()) {
      expect(box.y + box.height).toBeLessThanOrEqual(height - PAGER_HEIGHT);
    }
  });

  it.each([
    [-3, 0],
    [0, 0],
    [99, 2],
  ])("page %i is page %i where there are three", (asked, shown) => {
    const { pages } = arrange({ keys: keys(50), focus: null, width: 374, height: 690, page: asked });
    expect(pages).toEqual({ shown, count: 3, box: { x: 0, y: 642, width: 374, height: PAGER_HEIGHT } });
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
        floating: { width: floating, height: floating, isRight: true, isBottom },
      });
      const { top, bottom } = edges([...boxes.values()]);
      expect(isBottom ? height - bottom : top).toBeGreaterThanOrEqual(floating + FLOATING_INSET);
      expect(Math.min(top, height - bottom)).toBeGreaterThanOrEqual(0);
    },
  );

  it("stays in the middle where there is no room for the floating view beside the tiles", () => {
    const at = { keys: keys(3), focus: null, width: 374, height: 690, page: 0 };
    const floating = { width: 112, height: 84, isRight: true, isBottom: true };
    expect(arrange({ ...at, floating })).toEqual(arrange(at));
  });

  it.each([
    [374, 690],
    [820, 320],
    [470, 320],
    [1416, 780],
    [160, 120],
  ])("hides nobody behind the floating view on %i x %i, and everybody is on one page", (width, height) => {
    for (const corner of [0, 1, 2, 3]) {
      for (const count of [2, 3, 4, 5, 8, 9, 12, 19, 24, 25, 26, 27, 28, 49]) {
        const size = floatingSize(width, height, count + 1);
        const floating = { ...size, isRight: corner % 2 === 0, isBottom: corner < 2 };
        const at = (page: number) => arrange({ keys: keys(count), focus: null, width, height, page, floating });
        const { pages } = at(0);
        const shown = Array.from({ length: pages?.count ?? 1 }, (_, page) => [...at(page).boxes]).flat();
        expect(shown.map(([key]) => key).toSorted()).toEqual(keys(count).toSorted());
        const tops = [FLOATING_INSET, (pages?.box.y ?? height) - size.height - FLOATING_INSET];
        const lefts = [FLOATING_INSET, width - size.width - FLOATING_INSET];
        const over = {
          x: lefts[Number(floating.isRight)] ?? 0,
          y: tops[Number(floating.isBottom)] ?? 0,
          ...size,
        };
        if (width > 160) for (const [, box] of shown) expect(overlap(box, over)).toBeLessThanOrEqual(0.5);
      }
    }
  });

  it.each([
    ["a phone", 374, 690, 5, 112],
    ["a rotated phone", 820, 320, 5, 128],
    ["a rotated phone with a panel", 470, 320, 5, 128],
    ["a desk", 1416, 780, 5, 224],
    ["a desk with a panel", 640, 560, 5, 160],
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
