/** Short notices that the page shows and lets expire; only the newest few are kept. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Notice } from "./types";

const MAX_NOTICES = 6;

export class Notices {
  private readonly listSignal = signal<readonly Notice[]>([]);
  private key = 0;
  readonly list: ReadonlySignal<readonly Notice[]> = this.listSignal;

  add(text: string, tone: Notice["tone"]): void {
    this.key += 1;
    this.listSignal.value = [...this.listSignal.peek(), { key: this.key, text, tone }].slice(-MAX_NOTICES);
  }

  clear(): void {
    this.listSignal.value = [];
  }
}
