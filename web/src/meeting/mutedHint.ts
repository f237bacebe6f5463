/**
 * Tells somebody that they talk while muted: REST -(talked for 0.8 s)-> SHOWN -(8 s, unmuted, dismissed)-> REST.
 *
 * Once a minute at most, and not again for ten minutes after it was waved away: people mute in order to talk to the
 * room beside them.
 */

const LOUD = 0.4;
const TALKED_MS = 800;
const SHOWN_MS = 8000;
const REST_MS = 60_000;
const DISMISSED_MS = 600_000;
/** A timer that slept (a hidden page) must not count as speech. */
const LONGEST_TICK_MS = 250;

export class MutedHint {
  private talkedMs = 0;
  private lastMs: number | null = null;
  private shownSinceMs: number | null = null;
  private restUntilMs = 0;

  /**
   * Returns whether the hint is to be shown.
   *
   * @param level of my voice, 0 to 1, also while muted.
   */
  update(level: number, isMuted: boolean, nowMs: number): boolean {
    const passed = Math.min(LONGEST_TICK_MS, nowMs - (this.lastMs ?? nowMs));
    this.lastMs = nowMs;
    if (!isMuted) {
      this.talkedMs = 0;
      this.hide();
      return false;
    }
    if (this.shownSinceMs !== null) {
      if (nowMs - this.shownSinceMs >= SHOWN_MS) this.hide();
      return this.shownSinceMs !== null;
    }
    // Speech has gaps, a knock or a beep does not last.
    this.talkedMs = Math.max(0, this.talkedMs + (level >= LOUD ? passed : -passed));
    if (this.talkedMs < TALKED_MS || nowMs < this.restUntilMs) return false;
    this.talkedMs = 0;
    this.shownSinceMs = nowMs;
    this.restUntilMs = nowMs + REST_MS;
    return true;
  }

  dismiss(nowMs: number): void {
    this.hide();
    this.restUntilMs = nowMs + DISMISSED_MS;
  }

  private hide(): void {
    this.shownSinceMs = null;
  }
}
