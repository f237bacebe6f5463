/** Judges one pair from two samples of its statistics. Pure but for reading the report. */
import type { Quality } from "./transport";

export interface Sample {
  readonly packetsReceived: number;
  readonly packetsLost: number;
  /** Decoded of the camera's line alone, not of a shared screen's. */
  readonly cameraFrames: number;
  readonly freezes: number;
  readonly roundTripMs: number;
  /** The browser's estimate of what this pair's line carries; null where it has none. */
  readonly availableBps: number | null;
  /** Why the browser sends a smaller picture than it may, if it does. */
  readonly limit: "none" | "bandwidth" | "cpu";
  /** When the report was made, in milliseconds by its own clock. */
  readonly atMs: number;
}

export const NOTHING: Sample = {
  packetsReceived: 0,
  packetsLost: 0,
  cameraFrames: 0,
  freezes: 0,
  roundTripMs: 0,
  availableBps: null,
  limit: "none",
  atMs: 0,
};

interface Row {
  readonly type: string;
  readonly timestamp?: number;
  readonly kind?: string;
  readonly trackIdentifier?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly framesDecoded?: number;
  readonly freezeCount?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
  readonly availableOutgoingBitrate?: number;
  readonly qualityLimitationReason?: string;
}

type Sum = { -readonly [K in keyof Sample]: Sample[K] };

/** @param cameraId of the track on which the other side's camera comes. */
export function readSample(report: RTCStatsReport, cameraId: string | undefined): Sample {
  const sum: Sum = { ...NOTHING };
  report.forEach((row: Row) => {
    sum.atMs = Math.max(sum.atMs, row.timestamp ?? 0);
    if (row.type === "inbound-rtp") addIncoming(sum, row, cameraId);
    else if (row.type === "outbound-rtp") addOutgoing(sum, row);
    else if (row.type === "candidate-pair" && row.nominated && row.state === "succeeded") {
      sum.roundTripMs = (row.currentRoundTripTime ?? 0) * 1000;
      sum.availableBps = row.availableOutgoingBitrate ?? sum.availableBps;
    }
  });
  return sum;
}

function addIncoming(sum: Sum, row: Row, cameraId: string | undefined): void {
  sum.packetsReceived += row.packetsReceived ?? 0;
  sum.packetsLost += Math.max(0, row.packetsLost ?? 0);
  if (row.kind === "video" && row.trackIdentifier === cameraId) sum.cameraFrames += row.framesDecoded ?? 0;
  sum.freezes += row.freezeCount ?? 0;
}

function addOutgoing(sum: Sum, { qualityLimitationReason: reason }: Row): void {
  if (reason === "cpu" || (reason === "bandwidth" && sum.limit === "none")) sum.limit = reason;
}

const WEAK_LOSS = 0.05;
const WEAK_ROUND_TRIP_MS = 400;

export function judge(connection: RTCPeerConnectionState, before: Sample, now: Sample): Quality {
  if (connection === "disconnected" || connection === "failed" || connection === "closed") return "lost";
  if (connection !== "connected" || now.packetsReceived === 0) return "connecting";
  const received = now.packetsReceived - before.packetsReceived;
  const lost = now.packetsLost - before.packetsLost;
  const loss = lost > 0 ? lost / (lost + Math.max(0, received)) : 0;
  const isWeak = loss > WEAK_LOSS || now.roundTripMs > WEAK_ROUND_TRIP_MS || now.freezes > before.freezes;
  return isWeak ? "weak" : "good";
}
