/**
 * Decides when a pair needs an ICE restart: CONNECTED -> DISCONNECTED -(held 3 s)-> RESTART; FAILED -> RESTART.
 *
 * "disconnected" often mends itself within a second or two, so it is held; waiting for "failed" costs 10 s more.
 * The polite side lets the other go first: one restart is enough, and two at once only collide.
 */
import type { After } from "./transport";

const HOLD_MS = 3000;
const POLITE_EXTRA_MS = 1000;
/** A restart that changed nothing is tried again; the roster, not this, decides when somebody is gone. */
const RETRY_MS = 8000;

export class PairWatch {
  private cancel: () => void = () => undefined;

  constructor(
    private readonly after: After,
    private readonly isPolite: boolean,
    private readonly restart: () => void,
  ) {}

  observe(state: RTCPeerConnectionState): void {
    const extra = this.isPolite ? POLITE_EXTRA_MS : 0;
    if (state === "disconnected") this.arm(HOLD_MS + extra);
    else if (state === "failed") this.arm(extra);
    else if (state === "connected" || state === "closed") this.stop();
  }

  stop(): void {
    this.cancel();
    this.cancel = () => undefined;
  }

  private arm(ms: number): void {
    this.cancel();
    this.cancel = this.after(ms, () => {
      this.restart();
      this.arm(RETRY_MS);
    });
  }
}
