/** A refusal of the server in the reader's language. */
import { OrderRefused } from "../meeting/refusal";
import { text } from "./text";

/** Return the words for a code that people meet, else the server's own sentence. */
export function serverWords(code: string, message: string): string {
  const known: Readonly<Record<string, string>> = text.codes;
  return Object.hasOwn(known, code) ? (known[code] ?? message) : message;
}

/** Return the words for an order that failed; without an answer of the server there is only `otherwise`. */
export function refusalWords(error: unknown, otherwise: string): string {
  if (!(error instanceof OrderRefused) || error.code === "unreachable") return otherwise;
  return serverWords(error.code, error.message);
}
