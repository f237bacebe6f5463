/** What one pair's statistics say to a person who wonders why a picture is bad. Pure. */

export interface PairDetails {
  /** Milliseconds there and back; null until measured. */
  readonly roundTripMs: number | null;
  /** Percent of their packets that did not arrive since the last look, 0 to 100. */
  readonly lossPercent: number;
  /** The size of their picture as it arrives; null while none does. */
  readonly picture: { readonly width: number; readonly height: number; readonly fps: number } | null;
  readonly way: "direct" | "relayed" | "none";
}

/** Counters that only mean something as a difference. */
export interface PairCounters {
  readonly received: number;
  readonly lost: number;
}

interface Row {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly framesPerSecond?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly selectedCandidatePairId?: string;
}

export function readDetails(
  report: RTCStatsReport,
  before: PairCounters | null,
): { readonly details: PairDetails; readonly counters: PairCounters } {
  const rows = new Map<string, Row>();
  report.forEach((row: Row) => {
    rows.set(row.id, row);
  });
  const all = [...rows.values()];
  const incoming = all.filter((row) => row.type === "inbound-rtp");
  const counters = {
    received: sum(incoming.map((row) => row.packetsReceived)),
    lost: sum(incoming.map((row) => Math.max(0, row.packetsLost ?? 0))),
  };
  const received = counters.received - (before?.received ?? 0);
  const lost = Math.max(0, counters.lost - (before?.lost ?? 0));
  const video = incoming.find((row) => row.kind === "video" && (row.framesPerSecond ?? 0) > 0);
  const pair = selectedPair(all, rows);
  return {
    counters,
    details: {
      roundTripMs: pair?.currentRoundTripTime === undefined ? null : Math.round(pair.currentRoundTripTime * 1000),
      lossPercent: lost > 0 ? Math.round((lost / (lost + Math.max(0, received))) * 1000) / 10 : 0,
      picture: video
        ? { width: video.frameWidth ?? 0, height: video.frameHeight ?? 0, fps: Math.round(video.framesPerSecond ?? 0) }
        : null,
      way: pair ? wayOf(pair, rows) : "none",
    },
  };
}

/** Firefox marks the pair itself, the others name it in the transport. */
function selectedPair(all: readonly Row[], rows: ReadonlyMap<string, Row>): Row | undefined {
  const named = all.find((row) => row.type === "transport")?.selectedCandidatePairId;
  if (named) return rows.get(named);
  return all.find((row) => row.type === "candidate-pair" && row.nominated && row.state === "succeeded");
}

function wayOf(pair: Row, rows: ReadonlyMap<string, Row>): PairDetails["way"] {
  const ends = [pair.localCandidateId, pair.remoteCandidateId].map((id) => rows.get(id ?? "")?.candidateType);
  return ends.includes("relay") ? "relayed" : "direct";
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
