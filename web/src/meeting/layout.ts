/**
 * Where tiles go, in whole pixels. Pure: numbers in, numbers out.
 *
 * Grid: the biggest 16:9 tile that fits, found by trying every number of columns; two people on an upright phone get
 * 4:3. Strip: one thing is large (a screen, a pinned person), the people stand in one row or column beside it.
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

export interface Strip {
  readonly stage: Box;
  readonly side: "right" | "bottom";
  readonly visible: number;
  readonly tiles: readonly Box[];
}

const WIDE = 16 / 9;
const PHONE = 4 / 3;
const PHONE_WIDTH = 600;
const GAP = 8;
/** Below this width a face is a smudge: show fewer and page. */
const MIN_TILE_WIDTH = 116;

interface Fit {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

function fitInto(columns: number, rows: number, width: number, height: number, gap: number, aspect: number): Fit {
  const widest = (width - gap * (columns - 1)) / columns;
  const tallest = (height - gap * (rows - 1)) / rows;
  const tileWidth = Math.max(0, Math.floor(Math.min(widest, tallest * aspect)));
  return { columns, rows, tileWidth, tileHeight: Math.floor(tileWidth / aspect) };
}

/**
 * Of the fits within 3 % of the biggest tile the most compact one: two columns of three read better than one of six.
 * Where two are alike, a wide stage takes the one with more columns: two faces belong side by side.
 */
function bestFit(count: number, width: number, height: number, gap: number, aspect: number): Fit {
  const fits = Array.from({ length: count }, (_, index) =>
    fitInto(index + 1, Math.ceil(count / (index + 1)), width, height, gap, aspect),
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
 * The last row is centred. If even the best tile would be narrower than 116 px, only as many are placed as fit at
 * that width (`visible`), and at least one.
 */
export function gridLayout(count: number, width: number, height: number, gap = GAP): Grid {
  if (count <= 0 || width <= 0 || height <= 0) {
    return { columns: 0, rows: 0, tileWidth: 0, tileHeight: 0, visible: 0, tiles: [] };
  }
  const aspect = aspectFor(count, width, height);
  let visible = count;
  let best = bestFit(visible, width, height, gap, aspect);
  while (best.tileWidth < MIN_TILE_WIDTH && visible > 1) {
    visible -= 1;
    best = bestFit(visible, width, height, gap, aspect);
  }
  const { columns, rows, tileWidth, tileHeight } = best;
  const top = Math.floor((height - rows * tileHeight - (rows - 1) * gap) / 2);
  const tiles = Array.from({ length: visible }, (_, index): Box => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, visible - row * columns);
    const left = Math.floor((width - inRow * tileWidth - (inRow - 1) * gap) / 2);
    return {
      x: left + (index % columns) * (tileWidth + gap),
      y: top + row * (tileHeight + gap),
      width: tileWidth,
      height: tileHeight,
    };
  });
  return { columns, rows, tileWidth, tileHeight, visible, tiles };
}

/** Strip tile size by the width of the whole: small beside a phone's screen, readable on a desk. */
const STRIP_TILES: readonly { readonly from: number; readonly tileWidth: number }[] = [
  { from: 1440, tileWidth: 224 },
  { from: 900, tileWidth: 176 },
  { from: 0, tileWidth: 112 },
];

/** Gives one thing the stage and `count` people a strip: at the right when the space is wide, below it when tall. */
export function stripLayout(count: number, width: number, height: number, gap = GAP): Strip {
  const side = width >= height * 1.2 ? "right" : "bottom";
  if (count <= 0) return { stage: { x: 0, y: 0, width, height }, side, visible: 0, tiles: [] };
  const tileWidth = STRIP_TILES.find((row) => width >= row.from)?.tileWidth ?? 112;
  const tileHeight = Math.floor(tileWidth / WIDE);
  const isRight = side === "right";
  const along = isRight ? height : width;
  const step = (isRight ? tileHeight : tileWidth) + gap;
  const visible = Math.min(count, Math.max(1, Math.floor((along + gap) / step)));
  const start = Math.floor((along - visible * step + gap) / 2);
  const stage = isRight
    ? { x: 0, y: 0, width: Math.max(0, width - tileWidth - gap), height }
    : { x: 0, y: 0, width, height: Math.max(0, height - tileHeight - gap) };
  const tiles = Array.from({ length: visible }, (_, index): Box => {
    const offset = start + index * step;
    return isRight
      ? { x: width - tileWidth, y: offset, width: tileWidth, height: tileHeight }
      : { x: offset, y: height - tileHeight, width: tileWidth, height: tileHeight };
  });
  return { stage, side, visible, tiles };
}
