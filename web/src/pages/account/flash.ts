/** Short words that outlive the page that caused them: what a dashboard action did, why the sign-in page is shown. */
import { signal } from "@preact/signals";

interface Flash {
  readonly key: number;
  readonly words: string;
  readonly tone: "info" | "warning";
}

export const flashes = signal<readonly Flash[]>([]);

export function say(words: string, tone: Flash["tone"] = "info"): void {
  const last = flashes.value[flashes.value.length - 1];
  flashes.value = [...flashes.value.slice(-1), { key: (last?.key ?? 0) + 1, words, tone }];
}

/** Shown on the sign-in page until it is left. */
export const greeting = signal<string | null>(null);
