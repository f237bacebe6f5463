/** Which tile gets which box: gives the pure layouts the names of the tiles, and "+N" its place. */
import { type Box, gridLayout, stripLayout } from "../meeting/layout";

export type { Box } from "../meeting/layout";

export interface Arrangement {
  readonly boxes: ReadonlyMap<string, Box>;
  /** Which boxes are too small for details. */
  readonly small: ReadonlySet<string>;
  /** Where "+N" stands when not everybody fits. */
  readonly rest: { readonly box: Box; readonly count: number } | null;
  /** How far down the grid or the focused tile reaches; the strip below it stays free of the floating view. */
  readonly mainHeight: number;
}

export interface StageContent {
  /** In order of importance; without the floating one. */
  readonly keys: readonly string[];
  /** What takes the stage, or null for a grid of equals. */
  readonly focus: string | null;
  readonly width: number;
  readonly height: number;
}

const SMALL_TILE = 220;
const PHONE_WIDTH = 600;
const MANY = 9;

/** Place all tiles, the focused one on the stage and the others in its strip. */
export function arrange({ keys, focus, width, height }: StageContent): Arrangement {
  if (focus === null || !keys.includes(focus)) {
    if (keys.length === 1 && isUpright(width, height)) {
      return { ...named(keys, [{ x: 0, y: 0, width, height }], false), mainHeight: height };
    }
    const grid = gridLayout(keys.length, width, height);
    return { ...named(keys, grid.tiles, grid.tileWidth < SMALL_TILE), mainHeight: height };
  }
  const others = keys.filter((key) => key !== focus);
  const strip = stripLayout(others.length, width, height);
  const beside = named(others, strip.tiles, true);
  return { ...beside, boxes: new Map([...beside.boxes, [focus, strip.stage]]), mainHeight: strip.stage.height };
}

/** On a phone the strip is short: my own picture floats there too, so that the strip shows the others. */
export function floatsBesideStrip(width: number): boolean {
  return width < PHONE_WIDTH;
}

/** The size of the floating self view: by the stage's width, and smaller where many tiles are small. */
export function floatingSize(width: number, count: number): { readonly width: number; readonly height: number } {
  if (width < PHONE_WIDTH) return { width: 112, height: 84 };
  return count > MANY ? { width: 160, height: 90 } : { width: 224, height: 126 };
}

/** A lone tile lines up with no other, so on a phone it may have the whole stage. */
function isUpright(width: number, height: number): boolean {
  return width < PHONE_WIDTH && height > width;
}

function named(keys: readonly string[], tiles: readonly Box[], isSmall: boolean): Omit<Arrangement, "mainHeight"> {
  const hasRest = tiles.length < keys.length;
  const shown = keys.slice(0, hasRest ? tiles.length - 1 : tiles.length);
  const last = tiles[tiles.length - 1];
  return {
    boxes: new Map(shown.flatMap((key, index) => pair(key, tiles[index]))),
    small: new Set(isSmall ? shown : []),
    rest: hasRest && last ? { box: last, count: keys.length - shown.length } : null,
  };
}

function pair(key: string, box: Box | undefined): readonly (readonly [string, Box])[] {
  return box ? [[key, box]] : [];
}
