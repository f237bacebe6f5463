/**
 * How much the line carries, in steps: STEP -(crowded twice)-> A LOWER STEP; STEP -(calm five times)-> THE NEXT HIGHER.
 *
 * Down is quick and as far as the browser's estimate says, up is one step at a time: a picture that breathes in and out
 * is worse than a small one. A step up that had to be taken back is waited for twice as long.
 */
import { FULL_UPLOAD_BPS } from "./budget";

export interface LineSample {
  /** Pairs that have been connected long enough for their estimate to have grown up. */
  readonly pairs: number;
  /** For how many of them the browser says that line or machine is too slow (`qualityLimitationReason`). */
  readonly limited: number;
  /** The sum of `availableOutgoingBitrate` over these pairs, in bits per second; null where the browser has none. */
  readonly availableBps: number | null;
  /** What the division in force asks for these pairs. */
  readonly demandBps: number;
}

export const LADDER_BPS = [FULL_UPLOAD_BPS, 2_000_000, 1_300_000, 850_000, 550_000, 350_000, 200_000, 100_000] as const;

const CROWDED_FOR = 2;
const CALM_FOR = 5;
const CALM_AT_MOST = 40;
/** An estimate this far under the demand is congestion even where the encoder does not say so. */
const SHORT_OF = 0.75;
const KEEP_FREE = 0.85;

export class UploadLadder {
  private step = 0;
  private crowded = 0;
  private calm = 0;
  private calmFor = CALM_FOR;
  private sinceUp = Number.POSITIVE_INFINITY;

  get bps(): number {
    return LADDER_BPS[this.step] ?? FULL_UPLOAD_BPS;
  }

  /** Takes one sample of all pairs and returns what to plan with from now on. */
  observe(sample: LineSample): number {
    if (sample.pairs === 0) return this.bps;
    this.sinceUp += 1;
    const isShort = sample.availableBps !== null && sample.availableBps < sample.demandBps * SHORT_OF;
    if (isShort || sample.limited * 2 >= sample.pairs) this.observeCrowd(isShort ? sample.availableBps : null);
    else this.observeCalm();
    return this.bps;
  }

  private observeCrowd(availableBps: number | null): void {
    this.calm = 0;
    this.crowded += 1;
    if (this.crowded < CROWDED_FOR) return;
    this.crowded = 0;
    if (this.sinceUp <= this.calmFor) this.calmFor = Math.min(CALM_AT_MOST, this.calmFor * 2);
    this.sinceUp = Number.POSITIVE_INFINITY;
    const lowest = LADDER_BPS.length - 1;
    this.step = Math.min(lowest, this.step + 1);
    if (availableBps === null) return;
    while (this.step < lowest && this.bps > availableBps * KEEP_FREE) this.step += 1;
  }

  private observeCalm(): void {
    this.crowded = 0;
    this.calm += 1;
    if (this.calm < this.calmFor || this.step === 0) return;
    this.calm = 0;
    this.sinceUp = 0;
    this.step -= 1;
    if (this.step === 0) this.calmFor = CALM_FOR;
  }
}
