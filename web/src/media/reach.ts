/**
 * Whether the network lets a pair meet at all: WAITING -> REACHED | BLOCKED; BLOCKED -> REACHED.
 *
 * A pair without a single candidate stays "new" for ever, and one whose checks all fail says "failed" and begins
 * again: neither looks different from one that is slow. REACHED is final; what breaks later is a lost connection.
 */
import type { After } from "./transport";

/** Relays over TCP are reached within 5 s; nobody should look at an empty tile for longer than this. */
const PATIENCE_MS = 10_000;

export class Reach {
  private standing: "waiting" | "reached" | "blocked" = "waiting";
  private cancel: () => void = () => undefined;

  constructor(
    private readonly after: After,
    /** Whether both sides have agreed: before, it is the signalling that is awaited. */
    private readonly hasAgreed: () => boolean,
    private readonly onBlocked: () => void,
  ) {
    this.wait();
  }

  get isBlocked(): boolean {
    return this.standing === "blocked";
  }

  observe(state: RTCPeerConnectionState): void {
    if (state === "connected") {
      this.stop();
      this.standing = "reached";
    } else if (state === "failed") {
      this.block();
    }
  }

  stop(): void {
    this.cancel();
    this.cancel = () => undefined;
  }

  private wait(): void {
    this.cancel = this.after(PATIENCE_MS, () => {
      if (this.hasAgreed()) this.block();
      else this.wait();
    });
  }

  private block(): void {
    if (this.standing !== "waiting") return;
    this.stop();
    this.standing = "blocked";
    this.onBlocked();
  }
}
