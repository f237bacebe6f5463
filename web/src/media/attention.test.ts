import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/clock";
import { Attention } from "./attention";

function setUp(): { clock: FakeClock; attention: Attention; told: string[] } {
  const clock = new FakeClock();
  const told: string[] = [];
  const attention = new Attention(clock.after, (id, isWatched) => told.push(`${id} ${isWatched ? "on" : "off"}`));
  return { clock, attention, told };
}

describe("Attention", () => {
  it("lets go of a camera that has been out of sight for two seconds, and takes it back at once", () => {
    const { clock, attention, told } = setUp();
    attention.show(new Set(["a"]), ["a", "b"]);
    clock.advance(1999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(["b off"]);
    attention.show(new Set(["a", "b"]), ["a", "b"]);
    expect(told).toEqual(["b off", "b on"]);
  });

  it("a tile that is back in time costs nothing", () => {
    const { clock, attention, told } = setUp();
    attention.show(new Set(), ["a"]);
    clock.advance(1000);
    attention.show(new Set(["a"]), ["a"]);
    clock.advance(10_000);
    expect(told).toEqual([]);
  });

  it("null is everybody", () => {
    const { clock, attention, told } = setUp();
    attention.show(new Set(), ["a", "b"]);
    clock.advance(2000);
    attention.show(null, ["a", "b"]);
    expect(told).toEqual(["a off", "b off", "a on", "b on"]);
  });

  it("somebody who comes later is let go of if no tile shows them, and forgotten when they go", () => {
    const { clock, attention, told } = setUp();
    attention.show(new Set(["a"]), ["a"]);
    attention.follow("late");
    attention.follow("gone");
    attention.forget("gone");
    clock.advance(2000);
    expect(told).toEqual(["late off"]);
  });
});
