import { beforeEach, describe, expect, it } from "vitest";
import { Memory } from "../media/devices";
import { FakeClock } from "../testing/clock";
import { SeatMemory } from "./seatMemory";

const MINUTE_MS = 60_000;
let tab: Map<string, string>;
let clock: FakeClock;
let seats: SeatMemory;

beforeEach(() => {
  tab = new Map();
  clock = new FakeClock();
  const memory = (map: Map<string, string>): Memory =>
    new Memory(() => ({
      getItem: (key) => map.get(key) ?? null,
      setItem: (key, value) => void map.set(key, value),
      removeItem: (key) => void map.delete(key),
    }));
  seats = new SeatMemory(
    memory(tab),
    memory(new Map()),
    () => "client-1",
    () => 1_000_000 + clock.now,
  );
});

describe("a seat of this tab", () => {
  it("is one to return to for some minutes after the last sign of life", () => {
    expect(seats.isRecent("abc")).toBe(false);
    seats.keep("abc", "token");
    clock.advance(4 * MINUTE_MS);
    seats.renew("abc");
    clock.advance(4 * MINUTE_MS);
    expect([seats.isRecent("abc"), seats.isRecent("xyz")]).toEqual([true, false]);
    clock.advance(2 * MINUTE_MS);
    expect(seats.isRecent("abc")).toBe(false);
  });

  it("keeps its token however old: a page that was cut off for long asks for the same seat", () => {
    seats.keep("abc", "token");
    clock.advance(60 * MINUTE_MS);
    expect(seats.token("abc")).toBe("token");
  });

  it("is none to return to when the clock was set back, or without a time", () => {
    seats.keep("abc", "token");
    clock.now = -60 * MINUTE_MS;
    expect(seats.isRecent("abc")).toBe(false);
    clock.now = 0;
    for (const key of tab.keys()) if (tab.get(key) !== "token") tab.delete(key);
    expect(seats.isRecent("abc")).toBe(false);
  });

  it("that was given up leaves nothing behind", () => {
    seats.keep("abc", "token");
    seats.forget("abc");
    expect([seats.isRecent("abc"), tab.size]).toEqual([false, 0]);
  });
});
