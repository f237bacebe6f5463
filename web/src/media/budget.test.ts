import { describe, expect, it } from "vitest";
import { demandOf, divide, FULL_UPLOAD_BPS, type Upload, VOICE_BPS } from "./budget";

const upload = (changes: Partial<Upload>): Upload => ({
  peers: 1,
  isSharing: false,
  isSpeaking: true,
  bps: FULL_UPLOAD_BPS,
  ...changes,
});

describe("divide", () => {
  it.each([
    // peers, sharing, speaking, bps → camera bps, scale, fps, cameras
    [1, false, true, 3_000_000, 1_200_000, 1, 30, 1],
    [1, false, false, 3_000_000, 1_200_000, 1, 30, 1],
    [2, false, false, 3_000_000, 1_200_000, 1.5, 24, 2],
    [3, false, true, 3_000_000, 960_000, 1.5, 24, 3],
    [3, false, false, 3_000_000, 480_000, 2, 20, 3],
    [9, false, true, 3_000_000, 293_333, 4, 12, 9],
    [9, false, false, 3_000_000, 146_667, 4, 12, 9],
    [1, true, true, 3_000_000, 1_200_000, 1.5, 30, 1],
    [3, true, true, 3_000_000, 320_000, 2.25, 24, 3],
    [3, false, true, 550_000, 143_333, 2.25, 24, 3],
    [3, false, true, 300_000, 80_000, 2.25, 24, 2],
    [3, false, true, 100_000, 80_000, 2.25, 24, 0],
    [3, true, true, 350_000, 80_000, 3.375, 24, 0],
  ])(
    "%i receivers, sharing %s, speaking %s, %i bit/s",
    (peers, isSharing, isSpeaking, bps, camera, scale, fps, cameras) => {
      const division = divide(upload({ peers, isSharing, isSpeaking, bps }));
      expect([division.share.cameraBps, division.share.cameraScaleDownBy, division.share.cameraMaxFps]).toEqual([
        camera,
        scale,
        fps,
      ]);
      expect(division.cameras).toBe(cameras);
    },
  );

  it("never asks for more than there is, as long as the voices fit", () => {
    for (const bps of [3_000_000, 1_300_000, 550_000, 350_000, 200_000]) {
      for (const peers of [1, 2, 3, 4]) {
        const demand = demandOf(divide(upload({ peers, bps })), peers, false);
        expect(demand).toBeLessThanOrEqual(Math.max(bps, peers * VOICE_BPS) + peers);
      }
    }
  });

  it("the one who speaks sends at least as much as a listener, everywhere", () => {
    for (let peers = 1; peers < 50; peers += 1) {
      const [speaks, listens] = [true, false].map((isSpeaking) => divide(upload({ peers, isSpeaking })).share);
      expect(speaks?.cameraBps).toBeGreaterThanOrEqual(listens?.cameraBps ?? 0);
      expect(speaks?.cameraScaleDownBy).toBeLessThanOrEqual(listens?.cameraScaleDownBy ?? 0);
    }
  });
});
