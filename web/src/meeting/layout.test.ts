import { describe, expect, it } from "vitest";
import { type Box, FACE, focusLayout, gridLayout, PAGER_HEIGHT, shapeOf } from "./layout";

const SIZES: readonly (readonly [number, number])[] = [
  [390, 700],
  [700, 390],
  [768, 900],
  [1024, 640],
  [1440, 780],
  [1920, 960],
];
const COUNTS = Array.from({ length: 50 }, (_, index) => index + 1);

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function expectInside(tiles: readonly Box[], width: number, height: number): void {
  const isInside = (tile: Box): boolean =>
    tile.x >= 0 && tile.y >= 0 && tile.x + tile.width <= width && tile.y + tile.height <= height;
  const wrong = tiles.filter(
    (tile, index) => !isInside(tile) || tiles.slice(index + 1).some((other) => overlap(tile, other)),
  );
  expect(wrong).toEqual([]);
}

describe("gridLayout", () => {
  it.each([
    // count, width, height -> columns, rows, tile
    [1, 1440, 780, 1, 1, 1386, 779],
    [2, 1440, 780, 2, 1, 716, 402],
    [3, 1440, 780, 2, 2, 686, 385],
    [4, 1440, 780, 2, 2, 686, 385],
    [5, 1440, 780, 3, 2, 474, 266],
    [9, 1440, 780, 3, 3, 452, 254],
    [2, 390, 700, 1, 2, 390, 292],
    [3, 390, 700, 1, 3, 390, 219],
    [4, 390, 700, 1, 4, 300, 168],
    [6, 390, 700, 2, 3, 191, 107],
    [16, 1920, 960, 4, 4, 416, 234],
  ] as const)("%i tiles in %i x %i", (count, width, height, columns, rows, tileWidth, tileHeight) => {
    const grid = gridLayout(count, width, height);
    expect([grid.columns, grid.rows, grid.tileWidth, grid.tileHeight]).toEqual([columns, rows, tileWidth, tileHeight]);
  });

  it.each(SIZES)("1 to 50 tiles stay inside %i x %i, apart from each other and in shape", (width, height) => {
    for (const count of COUNTS) {
      const grid = gridLayout(count, width, height);
      expectInside(grid.tiles, width, height);
      expect(grid.tiles).toHaveLength(grid.visible);
      const shape = count === 2 && width < 600 && height > width ? 4 / 3 : 16 / 9;
      expect(Math.abs(grid.tileWidth / grid.tileHeight - shape)).toBeLessThan(0.03);
      if (grid.visible < count) expect(grid.tileWidth).toBeGreaterThanOrEqual(116);
    }
  });

  it.each(SIZES)("more people never get bigger tiles in %i x %i", (width, height) => {
    const widths = COUNTS.filter((count) => count !== 2)
      .map((count) => gridLayout(count, width, height))
      .filter((grid, index, all) => grid.visible >= (all[index - 1]?.visible ?? 0))
      .map((grid) => grid.tileWidth);
    for (const [index, tileWidth] of widths.entries()) {
      expect(tileWidth * 0.97).toBeLessThanOrEqual(widths[index - 1] ?? Number.POSITIVE_INFINITY);
    }
  });

  it("shows everyone on a desk and pages on a phone", () => {
    expect(gridLayout(50, 1920, 960).visible).toBe(50);
    const phone = gridLayout(50, 390, 700);
    expect(phone.visible).toBe(27);
    expect(phone.tileWidth).toBeGreaterThanOrEqual(116);
  });

  it("centres the last row", () => {
    const grid = gridLayout(3, 1440, 780);
    const last = grid.tiles[2];
    expect(last && last.x + last.width / 2).toBe(720);
  });

  it.each([
    [0, 800, 600],
    [3, 0, 600],
    [3, 800, 0],
  ])("nothing to lay out: %i in %i x %i", (count, width, height) => {
    expect(gridLayout(count, width, height).tiles).toEqual([]);
  });
});

const WIDE = shapeOf(1920, 1080);
const UPRIGHT = shapeOf(1080, 1920);

describe("focusLayout", () => {
  it.each([
    // A landscape screen: count, width, height -> side, what is seen of the screen, people in sight, width of a face.
    ["an upright phone", 1, 374, 640, "bottom", [374, 210], 1, 374],
    ["an upright phone", 2, 374, 640, "bottom", [374, 210], 2, 275],
    ["an upright phone", 5, 374, 640, "bottom", [374, 210], 5, 183],
    ["an upright phone", 8, 374, 640, "bottom", [374, 210], 8, 176],
    ["an upright phone", 49, 374, 640, "bottom", [374, 210], 18, 112],
    ["a rotated phone", 2, 820, 306, "right", [544, 306], 2, 264],
    ["a rotated phone", 9, 820, 306, "right", [544, 306], 8, 125],
    ["an upright tablet", 5, 744, 870, "bottom", [744, 418], 5, 253],
    ["a tablet", 5, 1000, 660, "bottom", [983, 552], 5, 176],
    ["a small laptop", 5, 1256, 540, "right", [960, 540], 5, 180],
    ["a small laptop with a panel", 5, 884, 540, "bottom", [827, 465], 5, 119],
    ["a desk", 9, 1416, 780, "right", [1232, 693], 9, 141],
    ["a desk with a panel", 9, 1044, 780, "bottom", [1044, 587], 9, 156],
  ] as const)("on %s with %i others (%i x %i) the people stand at the %s", (_, count, width, height, ...expected) => {
    const { side, stage, visible, tileWidth } = focusLayout(count, width, height, WIDE);
    expect([side, seen(stage, 16 / 9), visible, tileWidth]).toEqual(expected);
  });

  it.each([
    // Whatever is large: side and stage.
    ["a phone's screen on a phone", UPRIGHT, 8, 374, 640, "bottom", [374, 565]],
    ["a phone's screen on a desk", UPRIGHT, 8, 1416, 780, "right", [439, 780]],
    ["a phone's screen on a rotated phone", UPRIGHT, 8, 820, 306, "right", [173, 306]],
    ["a face on a phone", FACE, 5, 374, 640, "bottom", [374, 499]],
    ["a face on a rotated phone", FACE, 5, 820, 306, "right", [544, 306]],
    ["a face on a desk", FACE, 5, 1416, 780, "right", [1232, 780]],
  ] as const)("%s", (_, shape, count, width, height, side, [stageWidth, stageHeight]) => {
    const layout = focusLayout(count, width, height, shape);
    expect(layout).toMatchObject({ side, stage: { x: 0, y: 0, width: stageWidth, height: stageHeight } });
  });

  it.each(SIZES)("0 to 50 people and the pager stay inside %i x %i and off the stage", (width, height) => {
    for (const shape of [WIDE, UPRIGHT, FACE, shapeOf(1024, 768)]) {
      for (const count of [0, ...COUNTS]) {
        const whole = focusLayout(count, width, height, shape);
        expect(whole.visible).toBeGreaterThanOrEqual(Math.min(count, 2));
        const paged = focusLayout(count, width, height, shape, true);
        expectInside([whole.stage, ...whole.tiles], width, height);
        expectInside([paged.stage, ...paged.tiles, ...(count > 0 ? [paged.pager] : [])], width, height);
      }
    }
  });

  it.each([
    [374, 640],
    [820, 306],
    [744, 870],
    [1256, 540],
  ])("turning pages costs a shared screen nothing in %i x %i", (width, height) => {
    const whole = seen(focusLayout(49, width, height, WIDE).stage, 16 / 9);
    const { stage, pager } = focusLayout(49, width, height, WIDE, true);
    expect(seen(stage, 16 / 9)).toEqual(whole);
    expect(pager.height).toBeGreaterThanOrEqual(PAGER_HEIGHT);
  });

  it("has room for the buttons of the pager in a narrow column", () => {
    const { side, pager } = focusLayout(9, 304, 436, shapeOf(1170, 2532), true);
    expect([side, pager.width]).toEqual(["right", 144]);
  });

  it("keeps the stage and the first face where they are when others come", () => {
    const at = [3, 4, 5, 6].map((count) => focusLayout(count, 374, 640, WIDE));
    for (const { stage, tiles } of at) {
      expect(stage).toEqual(at[0]?.stage);
      expect(tiles[0]?.y).toBe(stage.height + 8);
    }
  });

  it("stays inside a stage that is next to nothing", () => {
    for (const [width, height] of [
      [300, 120],
      [160, 60],
      [40, 30],
    ] as const) {
      const { stage, tiles } = focusLayout(5, width, height, WIDE, true);
      expectInside([stage, ...tiles], width, height);
    }
  });

  it("gives the stage everything when nobody stands beside it", () => {
    expect(focusLayout(0, 1000, 500, WIDE).stage).toEqual({ x: 0, y: 0, width: 1000, height: 500 });
  });
});

describe("shapeOf", () => {
  it.each([
    [1920, 1080, 16 / 9],
    [455, 256, 16 / 9],
    [683, 384, 16 / 9],
    [2560, 1080, 16 / 9],
    [1440, 900, 16 / 10],
    [1024, 768, 4 / 3],
    [1000, 999, 1],
    [390, 844, 9 / 19.5],
    [100, 2000, 9 / 19.5],
    [0, 0, 16 / 9],
  ])(
    "a picture of %i x %i has the place of one of the shape %d: another size of the same moves nothing",
    (width, height, aspect) => {
      expect(shapeOf(width, height)).toEqual({ narrowest: aspect, widest: aspect });
    },
  );
});

/** How large a picture of this shape is in a box that shows it whole. */
function seen({ width, height }: Box, aspect: number): [number, number] {
  const across = Math.min(width, Math.floor(height * aspect + 0.5));
  return [across, Math.floor(across / aspect)];
}
