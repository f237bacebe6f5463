/**
 * Who speaks: levels in, a set of ids out, with hysteresis. SILENT -(loud for 200 ms)-> SPEAKING -(quiet for 800 ms)-> SILENT.
 *
 * Two thresholds and two times keep the ring from flickering between words and from lighting up at a cough.
 */

const LOUD = 0.35;
const QUIET = 0.22;
const ATTACK_MS = 200;
const RELEASE_MS = 800;

interface Voice {
  isSpeaking: boolean;
  /** Since when the level has been on the other side of the threshold; null when it is on this side. */
  turningSinceMs: number | null;
}

export class SpeakingDetector {
  private readonly voices = new Map<string, Voice>();

  /** Returns the ids of who speaks at `nowMs`; somebody without a level has gone and is silent. */
  update(levels: ReadonlyMap<string, number>, nowMs: number): ReadonlySet<string> {
    for (const id of [...this.voices.keys()]) if (!levels.has(id)) this.voices.delete(id);
    for (const [id, level] of levels) {
      const voice = this.voices.get(id) ?? { isSpeaking: false, turningSinceMs: null };
      this.voices.set(id, voice);
      turn(voice, level, nowMs);
    }
    return new Set([...this.voices].filter(([, voice]) => voice.isSpeaking).map(([id]) => id));
  }
}

function turn(voice: Voice, level: number, nowMs: number): void {
  const isTurning = voice.isSpeaking ? level < QUIET : level > LOUD;
  if (!isTurning) {
    voice.turningSinceMs = null;
    return;
  }
  voice.turningSinceMs ??= nowMs;
  if (nowMs - voice.turningSinceMs < (voice.isSpeaking ? RELEASE_MS : ATTACK_MS)) return;
  voice.isSpeaking = !voice.isSpeaking;
  voice.turningSinceMs = null;
}

export function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}
