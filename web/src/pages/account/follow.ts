/** Asks again and again while the page is looked at; no component, so that its timing can be tested. */
import { ApiError } from "../../protocol/http";

/** The part of `document` that says whether anybody looks. */
export interface Sight {
  readonly hidden: boolean;
  addEventListener(type: "visibilitychange", listener: () => void): void;
  removeEventListener(type: "visibilitychange", listener: () => void): void;
}

export interface FollowSpec<T> {
  ask(): Promise<T>;
  onAnswer(answer: T): void;
  /** Return true when it is of no use to go on. */
  onFailure(error: unknown): boolean;
  /** Milliseconds until the next question; null when the answer is the last word. */
  pauseAfter(answer: T): number | null;
  readonly sight: Sight;
}

const FIRST_RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Follows something on the server: asks, waits, asks again; rests while the page is hidden.
 *
 * STOPPED -> ASKING -> WAITING -> ASKING … -> STOPPED. After failures it waits longer each time, and as long as a server
 * that is asked too much says.
 */
export class Following<T> {
  #timer: ReturnType<typeof setTimeout> | null = null;
  #question = 0;
  #failures = 0;
  #isOver = false;

  constructor(private readonly spec: FollowSpec<T>) {}

  start(): void {
    this.spec.sight.addEventListener("visibilitychange", this.#onSight);
    void this.now();
  }

  stop(): void {
    this.#isOver = true;
    this.#rest();
    this.spec.sight.removeEventListener("visibilitychange", this.#onSight);
  }

  /** Ask at once, as after a change: an answer that is under way may not know of it and does not count any more. */
  async now(): Promise<void> {
    this.#rest();
    this.#question += 1;
    const question = this.#question;
    const isStale = (): boolean => this.#isOver || question !== this.#question;
    try {
      const answer = await this.spec.ask();
      if (isStale()) return;
      this.#failures = 0;
      this.spec.onAnswer(answer);
      this.#wait(this.spec.pauseAfter(answer));
    } catch (error) {
      if (isStale()) return;
      this.#failures += 1;
      this.#wait(this.spec.onFailure(error) ? null : this.#retryAfter(error));
    }
  }

  #retryAfter(error: unknown): number {
    const asked = error instanceof ApiError ? error.retryAfterS * 1000 : 0;
    const grown = Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LONGEST_RETRY_MS);
    return Math.max(asked, grown);
  }

  #wait(pauseMs: number | null): void {
    if (pauseMs === null || this.#isOver || this.spec.sight.hidden) return;
    this.#timer = setTimeout(() => void this.now(), pauseMs);
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  readonly #onSight = (): void => {
    if (this.spec.sight.hidden) this.#rest();
    else if (!this.#isOver) void this.now();
  };
}
