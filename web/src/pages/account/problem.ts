/** What went wrong with a call, as a sentence for the page and sentences for its fields. */
import { ApiError } from "../../protocol/http";
import { wait } from "./format";
import { words } from "./words";

export interface Problem {
  /** For the whole form or page; empty when the fields say it all. */
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
  /** The same call may work in a moment: offline, busy, limited. */
  readonly isPassing: boolean;
}

export function problemOf(error: unknown): Problem {
  if (!(error instanceof ApiError)) return { message: words.problem.broken, fields: {}, isPassing: false };
  const { status, retryAfterS } = error;
  if (status === 0) return passing(words.problem.offline);
  if (status === 429) {
    return passing(retryAfterS > 0 ? words.problem.limitedFor(wait(retryAfterS)) : words.problem.limited);
  }
  if (status === 502 || status === 503 || status === 504) return passing(words.problem.busy);
  if (status >= 500) return { message: words.problem.broken, fields: {}, isPassing: true };
  const fields = Object.fromEntries(
    error.details.filter(({ field }) => field !== "").map(({ field, message }) => [field, sentence(message)]),
  );
  const known: Readonly<Record<string, string>> = words.refused;
  const message = known[error.code] ?? sentence(error.message);
  return { message: Object.keys(fields).length > 0 ? "" : message, fields, isPassing: false };
}

/** Return the text as a sentence: `must be whole` becomes `Must be whole.` */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return words.problem.broken;
  const capital = trimmed.charAt(0).toLocaleUpperCase() + trimmed.slice(1);
  return /[.!?…]$/u.test(capital) ? capital : `${capital}.`;
}

function passing(message: string): Problem {
  return { message, fields: {}, isPassing: true };
}
