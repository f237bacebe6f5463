import { describe, expect, it } from "vitest";
import { readDetails } from "./pairDetails";

type Row = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>;
const report = (...rows: Row[]): RTCStatsReport => new Map(rows.map((row) => [row.id, row])) as never;

const voice = { id: "a", type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 0 };
const video = {
  id: "v",
  type: "inbound-rtp",
  kind: "video",
  packetsReceived: 900,
  packetsLost: 10,
  frameWidth: 640,
  frameHeight: 360,
  framesPerSecond: 23.6,
};
const pair = {
  id: "p",
  type: "candidate-pair",
  nominated: true,
  state: "succeeded",
  currentRoundTripTime: 0.0424,
  localCandidateId: "l",
  remoteCandidateId: "r",
};
const ends = (local: string, remote: string): Row[] => [
  { id: "l", type: "local-candidate", candidateType: local },
  { id: "r", type: "remote-candidate", candidateType: remote },
];

describe("readDetails", () => {
  it("tells round trip, loss since the last look, size and way", () => {
    const { details, counters } = readDetails(report(voice, video, pair, ...ends("host", "srflx")), {
      received: 810,
      lost: 0,
    });
    expect(details).toEqual({
      roundTripMs: 42,
      lossPercent: 5,
      picture: { width: 640, height: 360, fps: 24 },
      way: "direct",
    });
    expect(counters).toEqual({ received: 1000, lost: 10 });
  });

  it.each([
    ["host", "host", "direct"],
    ["relay", "host", "relayed"],
    ["srflx", "relay", "relayed"],
  ])("%s to %s is %s", (local, remote, way) => {
    expect(readDetails(report(pair, ...ends(local, remote)), null).details.way).toBe(way);
  });

  it("takes the pair that the transport names, not one that was nominated before", () => {
    const old = { ...pair, id: "old", currentRoundTripTime: 9 };
    const transport = { id: "t", type: "transport", selectedCandidatePairId: "p" };
    expect(readDetails(report(old, pair, transport), null).details.roundTripMs).toBe(42);
  });

  it("knows nothing before there is a connection", () => {
    expect(readDetails(report(), null).details).toEqual({
      roundTripMs: null,
      lossPercent: 0,
      picture: null,
      way: "none",
    });
  });

  it("a picture that stands still is none", () => {
    expect(readDetails(report({ ...video, framesPerSecond: 0 }), null).details.picture).toBeNull();
  });
});
