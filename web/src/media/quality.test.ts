import { describe, expect, it } from "vitest";
import { NOTHING, readSample } from "./quality";

const report = (...rows: object[]): RTCStatsReport => new Map(rows.map((row, index) => [index, row])) as never;
const pair = { type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.03 };

describe("readSample", () => {
  it("adds up what arrives, and finds estimate and limit", () => {
    const sample = readSample(
      report(
        { type: "inbound-rtp", packetsReceived: 5, packetsLost: 1, framesDecoded: 3, freezeCount: 1 },
        { type: "inbound-rtp", packetsReceived: 7, packetsLost: -2 },
        { type: "outbound-rtp", qualityLimitationReason: "cpu" },
        { type: "outbound-rtp", qualityLimitationReason: "bandwidth" },
        { ...pair, availableOutgoingBitrate: 800_000 },
      ),
    );
    expect(sample).toEqual({
      packetsReceived: 12,
      packetsLost: 1,
      framesDecoded: 3,
      freezes: 1,
      roundTripMs: 30,
      availableBps: 800_000,
      limit: "cpu",
    });
  });

  it("a second nominated pair, which has no estimate, hides not that of the one in use", () => {
    const sample = readSample(report({ ...pair, availableOutgoingBitrate: 800_000 }, pair));
    expect(sample.availableBps).toBe(800_000);
  });

  it("an empty report is nothing", () => {
    expect(readSample(report())).toEqual(NOTHING);
  });
});
