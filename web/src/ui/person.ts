/** How a name looks before its face does: initials and a steady colour. */

const COLOURS = 8;

/** Two letters of which the second joins the first in no case: marks and joiners begin behind them. */
const PLAIN = /^[ -\u02FF](?:[ -\u02FF]|$)/u;

/** Made for who needs it: it takes as long as drawing the door. Firefox has it from 125 on. */
let segmenter: Intl.Segmenter | undefined;

/** Return up to two letters: of the first and the last word, or the first letter alone. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0] ?? "?";
  const shown = words.length > 1 ? [first, words[words.length - 1] ?? ""] : [first];
  return shown.map(firstLetter).join("").toLocaleUpperCase();
}

/** Return the token that holds the colour for this name; the same name has the same colour everywhere. */
export function personColour(name: string): string {
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return `var(--person-${(hash % COLOURS) + 1})`;
}

/** A letter as people see one: a flag is two code points, a face with a profession three. */
function firstLetter(word: string): string {
  if (PLAIN.test(word)) return word.charAt(0);
  if (typeof Intl.Segmenter === "function") segmenter ??= new Intl.Segmenter();
  const [first] = segmenter ? Array.from(segmenter.segment(word), ({ segment }) => segment) : [...word];
  return first ?? "";
}
