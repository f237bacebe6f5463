/** My upload over all pairs of a mesh: what the line carries, who gets my camera, and what to say about it. */
import { type Division, demandOf, divide, FULL_UPLOAD_BPS, type Share } from "./budget";
import { UploadLadder } from "./uploadLadder";

/** What a slow line costs. "smaller": others see less of me than they could. "paused": some do not see me at all. */
export type UplinkState = "full" | "smaller" | "paused";

export interface LinePair {
  readonly id: string;
  readonly roundTripMs: number;
  readonly limit: "none" | "bandwidth" | "cpu";
  readonly availableBps: number | null;
  /** How many samples of its statistics there have been since it was connected. */
  readonly samples: number;
}

/** A new pair's estimate starts low and grows for some seconds; until then it says nothing about the line. */
const GROWN_UP_AFTER = 5;
/** Less than this part of the full picture is worth a word. */
const WORTH_SAYING = 0.5;

export class Uplink {
  private readonly ladder = new UploadLadder();
  private without: ReadonlySet<string> = new Set();
  private division: Division = divide({ peers: 1, isSharing: false, isSpeaking: false, bps: FULL_UPLOAD_BPS });
  private isSharing = false;
  private stateNow: UplinkState = "full";
  isSpeaking = false;

  get state(): UplinkState {
    return this.stateNow;
  }

  /** Learns from one sample of every pair; plan anew afterwards. */
  observe(pairs: readonly LinePair[]): void {
    const grown = pairs.filter((pair) => pair.samples >= GROWN_UP_AFTER);
    const estimates = grown.flatMap(({ availableBps }) => (availableBps === null ? [] : [availableBps]));
    const isKnown = grown.length > 0 && estimates.length === grown.length;
    const demand = demandOf(this.division, pairs.length, this.isSharing);
    this.ladder.observe({
      pairs: grown.length,
      // A low cap of ours reads as "bandwidth" too; where there is an estimate, that is what counts.
      limited: grown.filter((pair) => pair.limit === "cpu" || (pair.limit === "bandwidth" && !isKnown)).length,
      availableBps: isKnown ? sum(estimates) : null,
      demandBps: pairs.length > 0 ? (demand * grown.length) / pairs.length : 0,
    });
  }

  /** Divides the upload; returns each pair's share by id. The far ones are the first to lose the camera. */
  plan(pairs: readonly LinePair[], isSharing: boolean): ReadonlyMap<string, Share> {
    const upload = { peers: pairs.length, isSharing, isSpeaking: this.isSpeaking, bps: this.ladder.bps };
    this.isSharing = isSharing;
    this.division = divide(upload);
    const { share, cameras } = this.division;
    // Who has the camera keeps it: two pairs of like distance must not take turns.
    const order = [...pairs].sort(
      (a, b) => Number(this.without.has(a.id)) - Number(this.without.has(b.id)) || a.roundTripMs - b.roundTripMs,
    );
    this.without = new Set(order.slice(cameras).map(({ id }) => id));
    this.stateNow = pairs.length > 0 ? stateOf(this.division, divide({ ...upload, bps: FULL_UPLOAD_BPS })) : "full";
    return new Map(pairs.map(({ id }) => [id, { ...share, isCameraSent: !this.without.has(id) }]));
  }
}

/** Of a line as it is against a fast one: what a large meeting takes from everybody is no fault of this line. */
function stateOf(mine: Division, fast: Division): UplinkState {
  if (mine.cameras < fast.cameras) return "paused";
  return mine.share.cameraBps < fast.share.cameraBps * WORTH_SAYING ? "smaller" : "full";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
