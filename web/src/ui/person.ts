/** How a name looks before its face does: initials and a steady colour. */

const COLOURS = 8;

/** Firefox has it from 125 on. */
const letters = typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : null;

/** Return up to two letters: of the first and the last word, or the first letter alone. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0] ?? "?";
  const last = words.length > 1 ? (words[words.length - 1] ?? "") : "";
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase();
}

/** Return the token that holds the colour for this name; the same name has the same colour everywhere. */
export function personColour(name: string): string {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return `var(--person-${(hash % COLOURS) + 1})`;
}

/** A letter as people see one: a flag is two code points, a face with a profession three. */
function firstLetter(word: string): string {
  const [first] = letters ? Array.from(letters.segment(word), ({ segment }) => segment) : [...word];
  return first ?? "";
}
