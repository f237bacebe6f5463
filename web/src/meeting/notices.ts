/** Short notices that the page shows and lets expire; only the newest few are kept. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { News, Notice } from "./types";

/** Enough to count a whole class that comes in at once. */
const MAX_NOTICES = 60;

export class Notices {
  private readonly listSignal = signal<readonly Notice[]>([]);
  private key = 0;
  readonly list: ReadonlySignal<readonly Notice[]> = this.listSignal;

  add(news: News, tone: Notice["tone"]): void {
    this.key += 1;
    this.listSignal.value = [...this.listSignal.peek(), { key: this.key, news, tone }].slice(-MAX_NOTICES);
  }

  clear(): void {
    this.listSignal.value = [];
  }
}
