import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../testing/clock";
import { Reach } from "./reach";

let clock: FakeClock;
let hasAgreed: boolean;
let blocked: number;
let reach: Reach;

beforeEach(() => {
  clock = new FakeClock();
  hasAgreed = true;
  blocked = 0;
  reach = new Reach(
    clock.after,
    () => hasAgreed,
    () => {
      blocked += 1;
    },
  );
});

describe("Reach", () => {
  it("calls a pair blocked that never connects, once", () => {
    clock.advance(9_999);
    expect(reach.isBlocked).toBe(false);
    clock.advance(1);
    expect(reach.isBlocked).toBe(true);
    reach.observe("failed");
    clock.advance(60_000);
    expect(blocked).toBe(1);
  });

  it("does not wait when the checks have failed", () => {
    reach.observe("connecting");
    reach.observe("failed");
    expect(reach.isBlocked).toBe(true);
  });

  it("waits on while the other side has not answered: that is not the network", () => {
    hasAgreed = false;
    clock.advance(25_000);
    expect(blocked).toBe(0);
    hasAgreed = true;
    clock.advance(5_000);
    expect(blocked).toBe(1);
  });

  it("takes it back when the pair connects after all, and then for good", () => {
    clock.advance(10_000);
    reach.observe("connected");
    expect(reach.isBlocked).toBe(false);
    reach.observe("failed");
    clock.advance(60_000);
    expect(reach.isBlocked).toBe(false);
    expect(blocked).toBe(1);
  });

  it("is silent after it was stopped", () => {
    reach.stop();
    clock.advance(60_000);
    expect(blocked).toBe(0);
  });
});
