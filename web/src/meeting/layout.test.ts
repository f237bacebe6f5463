import { describe, expect, it } from "vitest";
import { type Box, gridLayout, stripLayout } from "./layout";

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

describe("stripLayout", () => {
  it.each([
    [1440, 780, "right", 224, 5],
    [1024, 640, "right", 176, 6],
    [390, 700, "bottom", 112, 3],
    [700, 390, "right", 112, 5],
  ] as const)("in %i x %i the strip is at the %s", (width, height, side, tileWidth, visible) => {
    const strip = stripLayout(12, width, height);
    expect([strip.side, strip.tiles[0]?.width, strip.visible]).toEqual([side, tileWidth, visible]);
  });

  it.each(SIZES)("0 to 50 people stay inside %i x %i and off the stage", (width, height) => {
    for (const count of [0, ...COUNTS]) {
      const strip = stripLayout(count, width, height);
      expectInside([strip.stage, ...strip.tiles], width, height);
    }
  });

  it("gives the stage everything when nobody stands beside it", () => {
    expect(stripLayout(0, 1000, 500).stage).toEqual({ x: 0, y: 0, width: 1000, height: 500 });
  });
});
