/**
 * Captions from anyone who publishes them. One line a person is being said; a final piece closes it, stays a moment and
 * goes to the transcript. Pure; `Captions` gives it time.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { After } from "../media/transport";
import type { ServerEvents } from "../protocol/events";
import type { Wire } from "./ports";
import type { CaptionLine, MeetingCaptions } from "./types";

export interface CaptionState {
  readonly now: readonly CaptionLine[];
  readonly transcript: readonly CaptionLine[];
  readonly nextKey: number;
}

export const NO_CAPTIONS: CaptionState = { now: [], transcript: [], nextKey: 1 };

const MAX_TRANSCRIPT = 500;
/** How long a line stays after its last piece: long enough to read two lines of it. */
const STAYS_MS = 6000;
/** After so long without a word their place is taken back; it must not come and go with the pauses of a talk. */
const QUIET_MS = 60_000;
/** The server takes 4 a second and 20 at once; a person speaks about 3 words a second. */
const INTERIM_EVERY_MS = 400;
const LONGEST = 1000;

/** Apply one piece; a person keeps the place of the line that is still seen, so that no line moves while it is read. */
export function withPiece(state: CaptionState, piece: ServerEvents["caption"], at: number): CaptionState {
  const { participantId, name, text, isFinal, lang } = piece;
  const before = state.now.find((line) => line.participantId === participantId);
  const isNew = before?.isFinal ?? true;
  const key = before && !isNew ? before.key : state.nextKey;
  const line: CaptionLine = { key, participantId, name, text, isFinal, lang, at };
  const now = before ? state.now.map((other) => (other === before ? line : other)) : [...state.now, line];
  return {
    now,
    transcript: isFinal ? [...state.transcript, line].slice(-MAX_TRANSCRIPT) : state.transcript,
    nextKey: state.nextKey + (isNew ? 1 : 0),
  };
}

/** Take away what nobody has added to for a while; who went silent in the middle of a piece said it anyway. */
export function withoutOld(state: CaptionState, at: number): CaptionState {
  const now = state.now.filter((line) => at - line.at < STAYS_MS);
  return now.length === state.now.length ? state : { ...state, now };
}

export class Captions implements MeetingCaptions {
  private readonly state = signal(NO_CAPTIONS);
  private readonly lastAt = signal<number | null>(null);
  private lastInterimAt = Number.NEGATIVE_INFINITY;
  readonly now: ReadonlySignal<readonly CaptionLine[]> = computed(() => this.state.value.now);
  readonly transcript: ReadonlySignal<readonly CaptionLine[]> = computed(() => this.state.value.transcript);
  readonly areComing: ReadonlySignal<boolean> = computed(() => this.lastAt.value !== null);

  constructor(
    private readonly wire: Wire,
    private readonly clock: () => number,
    private readonly after: After,
  ) {}

  take(piece: ServerEvents["caption"]): void {
    const at = this.clock();
    this.state.value = withPiece(this.state.peek(), piece, at);
    this.lastAt.value = at;
    this.after(STAYS_MS, () => {
      this.state.value = withoutOld(this.state.peek(), this.clock());
    });
    this.after(QUIET_MS, () => {
      if (this.lastAt.peek() === at) this.lastAt.value = null;
    });
  }

  clear(): void {
    this.state.value = NO_CAPTIONS;
    this.lastAt.value = null;
  }

  /** Interim pieces that come too fast are left out: the next one says it all again. */
  publish(text: string, isFinal: boolean, lang: string): void {
    const trimmed = text.trim();
    if (trimmed === "") return;
    const now = this.clock();
    if (!isFinal) {
      if (now - this.lastInterimAt < INTERIM_EVERY_MS) return;
      this.lastInterimAt = now;
      this.wire.tell("caption:publish", { text: trimmed.slice(-LONGEST), isFinal, lang });
      return;
    }
    for (let start = 0; start < trimmed.length; start += LONGEST) {
      this.wire.tell("caption:publish", { text: trimmed.slice(start, start + LONGEST), isFinal, lang });
    }
  }
}
