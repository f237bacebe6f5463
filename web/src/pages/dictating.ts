/** The dictation of this page, if it was ever started: it outlives the dialog that starts it, and ends with the meeting. */
import { signal } from "@preact/signals";
import type { Dictation } from "../meeting/dictation";

export const dictation = signal<Dictation | null>(null);

export function closeDictation(): void {
  dictation.peek()?.close();
  dictation.value = null;
}
