/** Which tile gets which box: gives the pure layouts the names of the tiles, and pages to whoever does not fit. */
import { type Box, focusLayout, gridLayout, PAGER_HEIGHT, type Shape } from "../meeting/layout";

export type { Box } from "../meeting/layout";

export interface Arrangement {
  readonly boxes: ReadonlyMap<string, Box>;
  /** Which boxes are too small for details. */
  readonly small: ReadonlySet<string>;
  /** When not everybody fits: which page is shown, from 0, of how many, and where they are turned. */
  readonly pages: { readonly shown: number; readonly count: number; readonly box: Box } | null;
}

export interface StageContent {
  /** In order of importance; without the floating one. */
  readonly keys: readonly string[];
  /** What takes the stage, or null for a grid of equals. */
  readonly focus: string | null;
  /** Of what takes the stage. */
  readonly shape: Shape;
  readonly width: number;
  readonly height: number;
  /** From 0; one that is no longer there is the last one. */
  readonly page: number;
  /** My own picture in a corner over the tiles. */
  readonly floating?: Floating | null;
}

export interface Floating {
  readonly width: number;
  readonly height: number;
  readonly isRight: boolean;
  readonly isBottom: boolean;
}

/** How far the floating view stays away from the stage's edges. */
export const FLOATING_INSET = 12;

const SMALL_TILE = 220;
const GAP = 8;
const PHONE_WIDTH = 600;
/** Under this the stage is a part of a window: a panel stands beside it. */
const DESK_WIDTH = 760;
const MANY = 9;
/** It touches four tiles at most. */
const HIDES_AT_MOST = 4;
/** The stage of a rotated phone. */
const LOW = 400;

/** Place the tiles of one page, the focused one on the stage and the others beside it. */
export function arrange(content: StageContent): Arrangement {
  const { keys, page } = content;
  const focus = focusIn(content);
  const turns = keys.filter((key) => key !== focus);
  const { fits, ...whole } = place(content, turns, turns.length, false);
  if (fits >= turns.length) return { boxes: whole.boxes, small: whole.small, pages: null };
  const size = Math.max(1, place(content, turns, turns.length, true).fits);
  const count = Math.ceil(turns.length / size);
  const shown = Math.min(Math.max(0, page), count - 1);
  // All pages have the tiles of a full one: on the last page nobody grows.
  const { boxes, small, pager } = place(content, turns.slice(shown * size, (shown + 1) * size), size, true);
  return { boxes, small, pages: { shown, count, box: pager } };
}

function focusIn({ keys, focus }: StageContent): string | null {
  return focus !== null && keys.includes(focus) ? focus : null;
}

interface Placed extends Omit<Arrangement, "pages"> {
  /** How many of the turning tiles have room at once. */
  readonly fits: number;
  readonly pager: Box;
}

function place(content: StageContent, turns: readonly string[], size: number, isPaged: boolean): Placed {
  const { width, height, shape } = content;
  const focus = focusIn(content);
  if (focus === null) return inGrid(content, turns, size, isPaged);
  const { stage, tiles, tileWidth, visible, pager } = focusLayout(size, width, height, shape, isPaged);
  const beside = named(turns, tiles, tileWidth);
  return { ...beside, boxes: new Map([...beside.boxes, [focus, stage]]), fits: visible, pager };
}

function inGrid(content: StageContent, turns: readonly string[], size: number, isPaged: boolean): Placed {
  const { keys, width } = content;
  const height = content.height - (isPaged ? PAGER_HEIGHT : 0);
  const pager = { x: 0, y: height, width, height: content.height - height };
  if (keys.length === 1 && isUpright(width, height)) {
    return { ...named(turns, [{ x: 0, y: 0, width, height }], width), fits: 1, pager };
  }
  const { tiles, tileWidth } = gridInSight(size, { ...content, height });
  return { ...named(turns, tiles, tileWidth), fits: tiles.length, pager };
}

interface InSight {
  readonly tiles: readonly Box[];
  readonly tileWidth: number;
}

/**
 * Nobody stands where my own picture would hide them. Their names stay in sight as well where that costs the tiles
 * little of their size.
 */
function gridInSight(size: number, content: StageContent): InSight {
  const clear = besideHidden(size, content, 1 / 4);
  const fair = besideHidden(size, content, 1 / 2);
  const isEnough = clear.tiles.length >= size || fair.tiles.length < size;
  return isEnough && clear.tileWidth >= fair.tileWidth * 0.85 ? clear : fair;
}

/** Leave the places empty of which more than `most` would be hidden, in a grid that has so many more. */
function besideHidden(size: number, content: StageContent, most: number): InSight {
  for (let hidden = 0; ; hidden += 1) {
    const grid = gridLayout(size + hidden, content.width, content.height);
    const all = besideFloating(grid.tiles, content);
    const seen = all.filter((tile) => hiddenPart(tile, content) <= most);
    // On the smallest of stages a hidden person is better than none.
    const tiles = seen.length > 0 ? seen : all;
    if (tiles.length >= size || grid.visible < size + hidden || hidden === HIDES_AT_MOST) {
      return { tiles: tiles.slice(0, size), tileWidth: grid.tileWidth };
    }
  }
}

/** How much of a tile is behind the floating view, from 0 to 1. */
function hiddenPart(tile: Box, { floating, width, height }: StageContent): number {
  if (!floating) return 0;
  const x = floating.isRight ? width - floating.width - FLOATING_INSET : FLOATING_INSET;
  const y = floating.isBottom ? height - floating.height - FLOATING_INSET : FLOATING_INSET;
  const across = Math.min(tile.x + tile.width, x + floating.width) - Math.max(tile.x, x);
  const down = Math.min(tile.y + tile.height, y + floating.height) - Math.max(tile.y, y);
  return (Math.max(0, across) * Math.max(0, down)) / (tile.width * tile.height);
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

/** The size of the floating self view: by the stage, and smaller where many tiles are small. */
export function floatingSize(
  width: number,
  height: number,
  count: number,
): { readonly width: number; readonly height: number } {
  if (height < LOW) return { width: 128, height: 72 };
  if (width < PHONE_WIDTH) return { width: 112, height: 84 };
  return count > MANY || width < DESK_WIDTH ? { width: 160, height: 90 } : { width: 224, height: 126 };
}

/** A lone tile lines up with no other, so on a phone it may have the whole stage. */
function isUpright(width: number, height: number): boolean {
  return width < PHONE_WIDTH && height > width;
}

function named(keys: readonly string[], tiles: readonly Box[], tileWidth: number): Pick<Placed, "boxes" | "small"> {
  const boxes = new Map(
    keys.flatMap((key, index) => {
      const box = tiles[index];
      return box ? [[key, box] as const] : [];
    }),
  );
  return { boxes, small: new Set(tileWidth < SMALL_TILE ? boxes.keys() : []) };
}
