/**
 * Whose knock is heard: everybody's once, and those of many who come together as one.
 *
 * The queue alone does not tell: it starts afresh with each seat of a host, and the server then names everybody anew,
 * one by one.
 */
import { type After, afterTimeout } from "../media/transport";
import type { Waiter } from "./types";

const REST_MS = 2000;

export class Knocks {
  private readonly heard = new Set<string>();
  /** Who came while it rests, in order. */
  private unheard: string[] = [];
  private waiting: readonly Waiter[] = [];
  private isResting = false;
  private cancelRest: () => void = () => undefined;

  /** @param hear gets the first of those who knock, and how many wait in all. */
  constructor(
    private readonly hear: (first: Waiter, count: number) => void,
    private readonly after: After = afterTimeout,
  ) {}

  follow(waiting: readonly Waiter[]): void {
    this.waiting = waiting;
    for (const { id } of waiting) {
      if (!this.heard.has(id)) this.unheard.push(id);
      this.heard.add(id);
    }
    if (!this.isResting) this.knock();
  }

  stop(): void {
    this.cancelRest();
  }

  private knock(): void {
    const first = this.waiting.find(({ id }) => this.unheard.includes(id));
    this.unheard = [];
    if (!first) return;
    this.hear(first, this.waiting.length);
    this.isResting = true;
    this.cancelRest = this.after(REST_MS, () => {
      this.isResting = false;
      this.knock();
    });
  }
}
