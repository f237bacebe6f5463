import { describe, expect, it } from "vitest";
import { Memory } from "../media/devices";
import { Relay, usable } from "./relay";

const STUN: RTCIceServer = { urls: "stun:stun.example.org" };
const TURN: RTCIceServer = {
  urls: ["turn:turn.example.org", "turns:turn.example.org"],
  username: "u",
  credential: "c",
};

function setUp(): { again(): Relay; applied: boolean[] } {
  const stored = new Map<string, string>();
  const store = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  const applied: boolean[] = [];
  return { applied, again: () => new Relay(new Memory(() => store), (isOnly) => applied.push(isOnly)) };
}

describe("usable", () => {
  it.each<[string, RTCIceServer, boolean]>([
    ["STUN", STUN, true],
    ["TURN with a login", TURN, true],
    ["TURN without one", { urls: "turn:turn.example.org" }, false],
    ["TURN with half of one", { urls: ["turns:turn.example.org"], username: "u" }, false],
  ])("%s", (_, server, isUsable) => {
    expect(usable([STUN, server])).toEqual(isUsable ? [STUN, server] : [STUN]);
  });
});

describe("Relay", () => {
  it("is offered only where there is a TURN server", () => {
    const relay = setUp().again();
    expect(relay.isPossible.value).toBe(false);
    relay.learn([STUN]);
    expect(relay.isPossible.value).toBe(false);
    relay.learn([STUN, TURN]);
    expect(relay.isPossible.value).toBe(true);
  });

  it("is remembered, and applied before the next meeting's connections are made", () => {
    const { again, applied } = setUp();
    const relay = again();
    relay.learn([TURN]);
    relay.set(true);
    expect(applied).toEqual([false, true]);
    const next = again();
    expect(next.isOn.value).toBe(true);
    next.learn([TURN]);
    expect(applied.at(-1)).toBe(true);
  });

  it("without a TURN server the wish cuts nobody off", () => {
    const { again, applied } = setUp();
    const relay = again();
    relay.set(true);
    relay.learn([STUN]);
    expect(applied).toEqual([false, false]);
  });
});
