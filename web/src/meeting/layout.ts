/**
 * Where tiles go, in whole pixels. Pure: numbers in, numbers out.
 *
 * Grid: the biggest 16:9 tile that fits, found by trying every number of columns; two people on an upright phone get
 * 4:3. Focus: one thing is as large as its shape allows (a screen, a pinned person), and the people stand in a grid in
 * what is left at the right of it or below: a strip where it needs the room, most of an upright phone where it does not.
 */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** How many of the people have a tile; the others are on further pages. */
  readonly visible: number;
  readonly tiles: readonly Box[];
}

export interface Focus {
  readonly stage: Box;
  /** Where the people are. */
  readonly side: "right" | "bottom";
  readonly tileWidth: number;
  readonly visible: number;
  readonly tiles: readonly Box[];
  /** Where the pages are turned; without height when there are none. */
  readonly pager: Box;
}

/** Width by height of what takes the stage; between the two a picture may be cut to fill its place. */
export interface Shape {
  readonly narrowest: number;
  readonly widest: number;
}

const WIDE = 16 / 9;
const PHONE = 4 / 3;
const PHONE_WIDTH = 600;
const GAP = 8;
/** Below this width a face is a smudge: show fewer and page. */
const MIN_TILE_WIDTH = 116;

/** The line that turns the pages. */
export const PAGER_HEIGHT = 48;
/** Its two buttons and the number between them. */
const PAGER_WIDTH = 144;
/** In a column who speaks on another page does not stand beside the buttons but over them. */
const PAGER_IN_COLUMN = 80;
export const COLUMN = 320;

/** A face fills its place: cut to a portrait at most. */
export const FACE: Shape = { narrowest: 3 / 4, widest: WIDE };

/** Of windows, tablets and phones; a picture has the place of the nearest that shows it in its whole width. */
const SCREENS = [WIDE, 16 / 10, 4 / 3, 1, 3 / 4, 9 / 16, 9 / 19.5];

interface Fit {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

function fitInto(columns: number, rows: number, width: number, height: number, aspect: number): Fit {
  const widest = (width - GAP * (columns - 1)) / columns;
  const tallest = (height - GAP * (rows - 1)) / rows;
  const tileWidth = Math.max(0, Math.floor(Math.min(widest, tallest * aspect)));
  return { columns, rows, tileWidth, tileHeight: Math.floor(tileWidth / aspect) };
}

/**
 * Of the fits within 3 % of the biggest tile the most compact one: two columns of three read better than one of six.
 * Where two are alike, a wide stage takes the one with more columns: two faces belong side by side.
 */
function bestFit(count: number, width: number, height: number, aspect: number): Fit {
  const fits = Array.from({ length: count }, (_, index) =>
    fitInto(index + 1, Math.ceil(count / (index + 1)), width, height, aspect),
  );
  const widest = Math.max(...fits.map((candidate) => candidate.tileWidth));
  const near = fits.filter((candidate) => candidate.tileWidth >= widest * 0.97);
  const leaning = width >= height ? -0.1 : 0.1;
  const spread = (candidate: Fit): number => Math.abs(candidate.columns - candidate.rows) + leaning * candidate.columns;
  return near.reduce((best, candidate) => (spread(candidate) < spread(best) ? candidate : best));
}

export function aspectFor(count: number, width: number, height: number): number {
  return count === 2 && width < PHONE_WIDTH && height > width ? PHONE : WIDE;
}

/**
 * Lays `count` tiles out in `width` x `height`.
 *
 * The last row is centred. If even the best tile would be narrower than `smallest`, only as many are placed as fit at
 * that width (`visible`), and at least one.
 */
export function gridLayout(
  count: number,
  width: number,
  height: number,
  aspect = aspectFor(count, width, height),
  smallest = MIN_TILE_WIDTH,
): Grid {
  if (count <= 0 || width <= 0 || height <= 0) {
    return { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0, visible: 0, tiles: [] };
  }
  let visible = count;
  let best = bestFit(visible, width, height, aspect);
  while (best.tileWidth < smallest && visible > 1) {
    visible -= 1;
    best = bestFit(visible, width, height, aspect);
  }
  const { columns, rows, tileWidth, tileHeight } = best;
  const top = Math.floor((height - rows * tileHeight - (rows - 1) * GAP) / 2);
  const tiles = Array.from({ length: visible }, (_, index): Box => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, visible - row * columns);
    const left = Math.floor((width - inRow * tileWidth - (inRow - 1) * GAP) / 2);
    return {
      x: left + (index % columns) * (tileWidth + GAP),
      y: top + row * (tileHeight + GAP),
      width: tileWidth,
      height: tileHeight,
    };
  });
  return { columns, rows, tileWidth, tileHeight, visible, tiles };
}

/** A picture of this size as a shape; another resolution of the same, or one pixel more, is the same shape. */
export function shapeOf(width: number, height: number): Shape {
  const aspect = width > 0 && height > 0 ? width / height : WIDE;
  const place = SCREENS.find((one) => one <= aspect * 1.02) ?? 9 / 19.5;
  return { narrowest: place, widest: place };
}

/** How thick the people's strip is at least, by the width of the whole, and how far faces shrink before they page. */
const STRIPS: readonly { readonly from: number; readonly tileWidth: number; readonly smallest: number }[] = [
  { from: 1440, tileWidth: 224, smallest: 168 },
  { from: 900, tileWidth: 176, smallest: 132 },
];
const PHONE_STRIP = { tileWidth: 120, smallest: 112 };

/** Gives one thing the stage, on the side where it is larger, and `count` people what that leaves free. */
export function focusLayout(count: number, width: number, height: number, shape: Shape, isPaged = false): Focus {
  const whole = { x: 0, y: 0, width, height };
  if (count <= 0) {
    return { stage: whole, side: "right", tileWidth: 0, visible: 0, tiles: [], pager: { ...whole, height: 0 } };
  }
  const strip = STRIPS.find((row) => width >= row.from) ?? PHONE_STRIP;
  // On the smallest of stages the people take no more than a third.
  const column = Math.max(Math.min(strip.tileWidth, Math.floor(width / 3)), isPaged ? PAGER_WIDTH : 0);
  const row = Math.min(Math.floor(strip.tileWidth / WIDE) + (isPaged ? PAGER_HEIGHT : 0), Math.floor(height / 3));
  const beside = fill(shape, width - column - GAP, height);
  const above = fill(shape, width, height - row - GAP);
  // A wide stage has the people at the right, and where its height is needed more than a little, below.
  const bias = width >= height * 1.2 ? 1.15 : 1;
  const isRight = beside.width * beside.height * bias >= above.width * above.height;
  const stage = isRight ? { ...whole, width: beside.width } : { ...whole, height: above.height };
  const left = isRight ? beside.width + GAP : 0;
  const top = isRight ? 0 : above.height + GAP;
  const free = { x: left, y: top, width: width - left, height: height - top };
  const pagerHeight = !isPaged ? 0 : free.width < COLUMN ? PAGER_IN_COLUMN : PAGER_HEIGHT;
  const room = { ...free, height: Math.max(1, free.height - pagerHeight) };
  return {
    stage,
    side: isRight ? "right" : "bottom",
    ...peopleIn(room, count, isRight, strip.smallest),
    pager: { ...free, y: free.y + room.height, height: pagerHeight },
  };
}

/** The largest of this shape, in whole pixels. */
function fill({ narrowest, widest }: Shape, width: number, height: number): { width: number; height: number } {
  if (width <= 0 || height <= 0) return { width: 1, height: 1 };
  const aspect = Math.min(widest, Math.max(narrowest, width / height));
  const across = Math.min(width, height * aspect);
  return { width: Math.ceil(across), height: Math.min(height, Math.ceil(across / aspect)) };
}

/** Below the stage the faces begin at its foot: it stays where it is, and the room left over is near the thumb. */
function peopleIn(
  room: Box,
  count: number,
  isRight: boolean,
  smallest: number,
): Omit<Focus, "stage" | "side" | "pager"> {
  const isLoneOnPhone = count === 1 && !isRight && room.width < PHONE_WIDTH && room.width < room.height * WIDE;
  if (isLoneOnPhone) return { tileWidth: room.width, visible: 1, tiles: [room] };
  const aspect = isRight ? WIDE : aspectFor(count, room.width, room.height);
  const { tiles, tileWidth, visible } = gridLayout(count, room.width, room.height, aspect, smallest);
  const up = isRight ? 0 : (tiles[0]?.y ?? 0);
  const moved = tiles.map((tile) => ({ ...tile, x: room.x + tile.x, y: room.y + tile.y - up }));
  return { tileWidth, visible, tiles: moved };
}
