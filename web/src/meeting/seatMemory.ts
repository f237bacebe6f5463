/** What lets a page take its seat again: the resume token per meeting, and an id of this browser. */
import type { Memory } from "../media/devices";

const SEAT = "seat.";
const CLIENT = "client";

export class SeatMemory {
  constructor(
    /** Session storage: a seat belongs to one tab. */
    private readonly tab: Memory,
    private readonly browser: Memory,
    private readonly randomId: () => string,
  ) {}

  /** "" when this tab holds no seat of that meeting. */
  token(meetingId: string): string {
    return this.tab.get(SEAT + meetingId);
  }

  keep(meetingId: string, token: string): void {
    this.tab.set(SEAT + meetingId, token);
  }

  forget(meetingId: string): void {
    this.tab.set(SEAT + meetingId, "");
  }

  clientId(): string {
    const known = this.browser.get(CLIENT);
    if (known) return known;
    const fresh = this.randomId();
    this.browser.set(CLIENT, fresh);
    return fresh;
  }
}
