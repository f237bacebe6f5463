/** A refusal of the server in the reader's language. */
import { text } from "./text";

/** Return the words for a code that people meet, else the server's own sentence. */
export function serverWords(code: string, message: string): string {
  const known: Readonly<Record<string, string>> = text.codes;
  return Object.hasOwn(known, code) ? (known[code] ?? message) : message;
}
