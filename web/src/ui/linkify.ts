/** Find the web addresses in a chat line; everything else stays text. */

export interface Piece {
  readonly text: string;
  readonly href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"'`]+/giu;
const TRAILING = ".,;:!?…)]}";

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
  // From the end: a pattern would begin anew at every such sign, and somebody may send a line of nothing else.
  let end = address.length;
  while (end > 0 && TRAILING.includes(address.charAt(end - 1))) end -= 1;
  const keepsBracket = address[end] === ")" && address.includes("(") ? 1 : 0;
  return address.slice(0, end + keepsBracket);
}

function isAddress(value: string): boolean {
  return URL.canParse(value);
}
