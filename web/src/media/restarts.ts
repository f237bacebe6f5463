/**
 * How often another page at the other end may make a pair begin anew: READY -(a restart)-> RESTING -(1 s)-> READY.
 *
 * Each restart costs a connection, and whoever sends another fingerprint with every offer would have one for each.
 * What comes too soon waits, the newest offer only, with the candidates that follow it: a page may be quick to reload.
 */
import type { After, Signal } from "./transport";

const REST_MS = 1000;

export class Restarts {
  private isResting = false;
  private waiting: Signal[] | null = null;

  constructor(
    private readonly after: After,
    private readonly receive: (signal: Signal) => void,
  ) {}

  /** Whether this offer may make the pair begin anew now; if not, it is received again when it may. */
  allow(offer: Signal): boolean {
    if (this.isResting) {
      this.waiting = [offer];
      return false;
    }
    this.isResting = true;
    this.after(REST_MS, () => this.wake());
    return true;
  }

  /** Whether this signal belongs to an offer that waits, or takes its place; it is then kept with it. */
  keeps(signal: Signal): boolean {
    if (!this.waiting) return false;
    if (signal.kind === "offer") this.waiting = [signal];
    else this.waiting.push(signal);
    return true;
  }

  private wake(): void {
    this.isResting = false;
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const signal of waiting) this.receive(signal);
  }
}
