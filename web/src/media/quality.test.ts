import { describe, expect, it } from "vitest";
import { NOTHING, readSample } from "./quality";

const report = (...rows: object[]): RTCStatsReport => new Map(rows.map((row, index) => [index, row])) as never;
const incoming = { type: "inbound-rtp", kind: "video", packetsReceived: 6 };
const pair = { type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: 0.03 };

describe("readSample", () => {
  it("adds up what arrives, and finds estimate and limit", () => {
    const sample = readSample(
      report(
        { ...incoming, trackIdentifier: "camera", packetsLost: 1, framesDecoded: 3, freezeCount: 1, timestamp: 90 },
        { ...incoming, trackIdentifier: "screen", packetsLost: -2, framesDecoded: 8, timestamp: 80 },
        { type: "outbound-rtp", qualityLimitationReason: "cpu" },
        { type: "outbound-rtp", qualityLimitationReason: "bandwidth" },
        { ...pair, availableOutgoingBitrate: 800_000 },
      ),
      "camera",
    );
    expect(sample).toEqual({
      packetsReceived: 12,
      packetsLost: 1,
      cameraFrames: 3,
      freezes: 1,
      roundTripMs: 30,
      availableBps: 800_000,
      limit: "cpu",
      atMs: 90,
    });
  });

  it("a second nominated pair, which has no estimate, hides not that of the one in use", () => {
    const sample = readSample(report({ ...pair, availableOutgoingBitrate: 800_000 }, pair), "camera");
    expect(sample.availableBps).toBe(800_000);
  });

  it("an empty report is nothing", () => {
    expect(readSample(report(), "camera")).toEqual(NOTHING);
  });
});
