/** Which tile gets which box: gives the pure layouts the names of the tiles, and "+N" its place. */
import { type Box, gridLayout, stripLayout } from "../meeting/layout";

export type { Box } from "../meeting/layout";

export interface Arrangement {
  readonly boxes: ReadonlyMap<string, Box>;
  /** Which boxes are too small for details. */
  readonly small: ReadonlySet<string>;
  /** Where "+N" stands when not everybody fits. */
  readonly rest: { readonly box: Box; readonly count: number } | null;
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

/** Place all tiles, the focused one on the stage and the others in its strip. */
export function arrange({ keys, focus, width, height }: StageContent): Arrangement {
  if (focus === null || !keys.includes(focus)) {
    const grid = gridLayout(keys.length, width, height);
    return named(keys, grid.tiles, grid.tileWidth < SMALL_TILE);
  }
  const others = keys.filter((key) => key !== focus);
  const strip = stripLayout(others.length, width, height);
  const beside = named(others, strip.tiles, true);
  return { ...beside, boxes: new Map([...beside.boxes, [focus, strip.stage]]) };
}

/** The size of the floating self view, by the stage's width. */
export function floatingSize(width: number): { readonly width: number; readonly height: number } {
  return width < PHONE_WIDTH ? { width: 112, height: 84 } : { width: 224, height: 126 };
}

function named(keys: readonly string[], tiles: readonly Box[], isSmall: boolean): Arrangement {
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
