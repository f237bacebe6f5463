/** Find the web addresses in a chat line; everything else stays text. */

export interface Piece {
  readonly text: string;
  readonly href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"'`]+/giu;
const TRAILING = /[.,;:!?…)\]}]+$/u;

/** Split a text into plain pieces and links; only http and https become links. */
export function linkify(line: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of line.matchAll(ADDRESS)) {
    const address = withoutTrailing(match[0]);
    if (!isAddress(address)) continue;
    if (match.index > end) pieces.push({ text: line.slice(end, match.index), href: null });
    pieces.push({ text: address, href: address });
    end = match.index + address.length;
  }
  if (end < line.length) pieces.push({ text: line.slice(end), href: null });
  return pieces;
}

/** A sentence's full stop is not part of the address; a closing bracket is when it was opened inside. */
function withoutTrailing(address: string): string {
  const tail = TRAILING.exec(address)?.[0] ?? "";
  const keepsBracket = tail.startsWith(")") && address.includes("(") ? 1 : 0;
  return address.slice(0, address.length - tail.length + keepsBracket);
}

function isAddress(value: string): boolean {
  return URL.canParse(value);
}
