import { describe, expect, it } from "vitest";
import { type LinePair, Uplink } from "./uplink";

const pair = (id: string, changes: Partial<LinePair> = {}): LinePair => ({
  id,
  roundTripMs: 20,
  limit: "none",
  availableBps: 2_000_000,
  samples: 10,
  ...changes,
});

/** An uplink that has learnt that three pairs carry this much together. */
function slow(bps: number): Uplink {
  const uplink = new Uplink();
  const pairs = ["a", "b", "c"].map((id) => pair(id, { availableBps: bps / 3 }));
  uplink.plan(pairs, false);
  uplink.observe(pairs);
  uplink.observe(pairs);
  return uplink;
}

const sent = (shares: ReadonlyMap<string, { isCameraSent: boolean }>): string[] =>
  [...shares].filter(([, share]) => share.isCameraSent).map(([id]) => id);

describe("Uplink", () => {
  it("everybody has the camera on a good line", () => {
    const uplink = new Uplink();
    expect(
      sent(
        uplink.plan(
          ["a", "b", "c"].map((id) => pair(id)),
          false,
        ),
      ),
    ).toEqual(["a", "b", "c"]);
    expect(uplink.state).toBe("full");
  });

  it("says so when the picture is much smaller than it could be", () => {
    const uplink = slow(700_000);
    expect(
      sent(
        uplink.plan(
          ["a", "b", "c"].map((id) => pair(id)),
          false,
        ),
      ),
    ).toEqual(["a", "b", "c"]);
    expect(uplink.state).toBe("smaller");
  });

  it("the far ones lose the camera first, and those who have it keep it", () => {
    const uplink = slow(300_000);
    const near = [pair("a", { roundTripMs: 300 }), pair("b"), pair("c", { roundTripMs: 200 })];
    expect(sent(uplink.plan(near, false))).toEqual(["b"]);
    expect(uplink.state).toBe("paused");
    expect(sent(uplink.plan([pair("a"), pair("b", { roundTripMs: 250 }), pair("c")], false))).toEqual(["b"]);
  });

  it("new pairs say nothing about the line yet", () => {
    const uplink = new Uplink();
    const fresh = ["a", "b"].map((id) => pair(id, { samples: 2, availableBps: 300_000 }));
    for (let i = 0; i < 10; i += 1) uplink.observe(fresh);
    uplink.plan(fresh, false);
    expect(uplink.state).toBe("full");
  });

  it("a cap of its own, which reads as too little bandwidth, makes nothing smaller where there is an estimate", () => {
    const uplink = new Uplink();
    const capped = ["a", "b", "c"].map((id) => pair(id, { limit: "bandwidth" }));
    for (let i = 0; i < 10; i += 1) uplink.observe(capped);
    uplink.plan(capped, false);
    expect(uplink.state).toBe("full");
  });

  it.each([
    [29, false],
    [49, false],
    [15, true],
  ])("a fast line is not called slow because a meeting is large (%i others, sharing: %s)", (others, isSharing) => {
    const uplink = new Uplink();
    const pairs = Array.from({ length: others }, (_, index) => pair(`p${index}`));
    for (let i = 0; i < 10; i += 1) {
      uplink.plan(pairs, isSharing);
      uplink.observe(pairs);
    }
    expect(sent(uplink.plan(pairs, isSharing)).length).toBeLessThan(others);
    expect(uplink.state).toBe("full");
  });

  it("a slow line in a large meeting is, as soon as fewer have the camera than could", () => {
    const uplink = new Uplink();
    const pairs = Array.from({ length: 29 }, (_, index) => pair(`p${index}`, { availableBps: 60_000 }));
    for (let i = 0; i < 2; i += 1) {
      uplink.plan(pairs, false);
      uplink.observe(pairs);
    }
    uplink.plan(pairs, false);
    expect(uplink.state).toBe("paused");
  });

  it("who is alone sends nobody a smaller picture", () => {
    const uplink = slow(700_000);
    uplink.plan([pair("a"), pair("b"), pair("c")], false);
    expect(uplink.state).toBe("smaller");
    uplink.plan([], false);
    expect(uplink.state).toBe("full");
  });
});
