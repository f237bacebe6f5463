/** What lets a page take its seat again: the resume token per meeting, and an id of this browser. */
import type { Memory } from "../media/devices";

const SEAT = "seat.";
const SEEN = "seen.";
const CLIENT = "client";

const RECENT_MS = 300_000;

/** Whether this was moments ago: a tab that comes back later must not go live by itself, with camera and microphone. */
export function isRecent(atMs: number, nowMs: number): boolean {
  // In the future: the clock was set back, and nobody knows how long ago it was.
  return atMs <= nowMs && nowMs - atMs < RECENT_MS;
}

export class SeatMemory {
  constructor(
    /** Session storage: a seat belongs to one tab. */
    private readonly tab: Memory,
    private readonly browser: Memory,
    private readonly randomId: () => string,
    /** Epoch milliseconds. */
    private readonly now: () => number,
  ) {}

  /** "" when this tab holds no seat of that meeting. */
  token(meetingId: string): string {
    return this.tab.get(SEAT + meetingId);
  }

  keep(meetingId: string, token: string): void {
    this.tab.set(SEAT + meetingId, token);
    this.renew(meetingId);
  }

  /** This tab is still in the meeting: a browser that dies tells nobody. */
  renew(meetingId: string): void {
    this.tab.set(SEEN + meetingId, String(this.now()));
  }

  /** Whether this tab was in that meeting moments ago. The token is good for longer, for a page that was cut off. */
  isRecent(meetingId: string): boolean {
    const seen = this.tab.get(SEEN + meetingId);
    return seen !== "" && this.token(meetingId) !== "" && isRecent(Number(seen), this.now());
  }

  forget(meetingId: string): void {
    this.tab.set(SEAT + meetingId, "");
    this.tab.set(SEEN + meetingId, "");
  }

  clientId(): string {
    const known = this.browser.get(CLIENT);
    if (known) return known;
    const fresh = this.randomId();
    this.browser.set(CLIENT, fresh);
    return fresh;
  }
}
