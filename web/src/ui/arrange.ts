/** Which tile gets which box: gives the pure layouts the names of the tiles, and pages to whoever does not fit. */
import { type Box, gridLayout, stripLayout } from "../meeting/layout";

export type { Box } from "../meeting/layout";

export interface Arrangement {
  readonly boxes: ReadonlyMap<string, Box>;
  /** Which boxes are too small for details. */
  readonly small: ReadonlySet<string>;
  /** When not everybody fits: which page is shown, from 0, of how many. */
  readonly pages: { readonly shown: number; readonly count: number } | null;
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
  /** From 0; one that is no longer there is the last one. */
  readonly page: number;
  /** My own picture in a corner over the tiles. */
  readonly floating?: { readonly height: number; readonly isBottom: boolean } | null;
}

/** How far the floating view stays away from the stage's edges. */
export const FLOATING_INSET = 12;

/** The line at the bottom that turns the pages. */
export const PAGER_HEIGHT = 48;

const SMALL_TILE = 220;
const GAP = 8;
const PHONE_WIDTH = 600;
const MANY = 9;
/** The stage of a rotated phone. */
const LOW = 400;

/** Place the tiles of one page, the focused one on the stage and the others in its strip. */
export function arrange(content: StageContent): Arrangement {
  const { keys, focus, width, height, page } = content;
  const turns = focus === null || !keys.includes(focus) ? keys : keys.filter((key) => key !== focus);
  const whole = place(content, turns, turns.length);
  if (whole.fits >= turns.length) return { ...whole.arrangement, pages: null };
  const paged = { ...content, height: height - PAGER_HEIGHT, width };
  const size = Math.max(1, place(paged, turns, turns.length).fits);
  const count = Math.ceil(turns.length / size);
  const shown = Math.min(Math.max(0, page), count - 1);
  // All pages have the tiles of a full one: on the last page nobody grows.
  const { arrangement } = place(paged, turns.slice(shown * size, (shown + 1) * size), size);
  return { ...arrangement, pages: { shown, count } };
}

interface Placed {
  readonly arrangement: Omit<Arrangement, "pages">;
  /** How many of the turning tiles have room at once. */
  readonly fits: number;
}

function place(content: StageContent, turns: readonly string[], size: number): Placed {
  const { keys, focus, width, height } = content;
  if (focus === null || !keys.includes(focus)) {
    if (keys.length === 1 && isUpright(width, height)) {
      const boxes = new Map(turns.map((key) => [key, { x: 0, y: 0, width, height }]));
      return { arrangement: { boxes, small: new Set(), mainHeight: height }, fits: 1 };
    }
    const grid = gridLayout(size, width, height);
    const tiles = besideFloating(grid.tiles, content);
    return { arrangement: named(turns, tiles, grid.tileWidth < SMALL_TILE, height), fits: grid.visible };
  }
  const strip = stripLayout(size, width, height);
  const beside = named(turns, strip.tiles, true, strip.stage.height);
  return {
    arrangement: { ...beside, boxes: new Map([...beside.boxes, [focus, strip.stage]]) },
    fits: size === 0 ? 0 : strip.visible,
  };
}

/** Moves the grid out of the middle where that keeps all faces clear of the floating view; half of it would not help. */
function besideFloating(tiles: readonly Box[], { floating, height }: StageContent): readonly Box[] {
  if (!floating) return tiles;
  const above = Math.min(...tiles.map((tile) => tile.y));
  const below = height - Math.max(...tiles.map((tile) => tile.y + tile.height));
  const wanted = floating.height + FLOATING_INSET + GAP;
  if (above + below < wanted) return tiles;
  const by = Math.max(0, wanted - (floating.isBottom ? below : above)) * (floating.isBottom ? -1 : 1);
  return tiles.map((tile) => ({ ...tile, y: tile.y + by }));
}

/** On a phone the strip is short: my own picture floats there too, so that the strip shows the others. */
export function floatsBesideStrip(width: number): boolean {
  return width < PHONE_WIDTH;
}

/** The size of the floating self view: by the stage, and smaller where many tiles are small. */
export function floatingSize(
  width: number,
  height: number,
  count: number,
): { readonly width: number; readonly height: number } {
  if (height < LOW) return { width: 128, height: 72 };
  if (width < PHONE_WIDTH) return { width: 112, height: 84 };
  return count > MANY ? { width: 160, height: 90 } : { width: 224, height: 126 };
}

/** A lone tile lines up with no other, so on a phone it may have the whole stage. */
function isUpright(width: number, height: number): boolean {
  return width < PHONE_WIDTH && height > width;
}

function named(
  keys: readonly string[],
  tiles: readonly Box[],
  isSmall: boolean,
  mainHeight: number,
): Placed["arrangement"] {
  const boxes = new Map(
    keys.flatMap((key, index) => {
      const box = tiles[index];
      return box ? [[key, box] as const] : [];
    }),
  );
  return { boxes, small: new Set(isSmall ? boxes.keys() : []), mainHeight };
}
