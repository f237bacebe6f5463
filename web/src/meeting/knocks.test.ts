import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../testing/clock";
import { Knocks } from "./knocks";
import type { Waiter } from "./types";

const queue = (...ids: string[]): Waiter[] => ids.map((id) => ({ id, name: id, wasRemoved: false, sinceMs: 0 }));

let clock: FakeClock;
let heard: string[];
let knocks: Knocks;
beforeEach(() => {
  clock = new FakeClock();
  heard = [];
  knocks = new Knocks((first, count) => heard.push(`${first.name} of ${count}`), clock.after);
});

describe("a knock", () => {
  it("is heard at once, and once", () => {
    knocks.follow(queue());
    knocks.follow(queue("ada"));
    knocks.follow(queue("ada"));
    clock.advance(60_000);
    expect(heard).toEqual(["ada of 1"]);
  });

  it("is not heard again when a host is back, to whom the server names everybody anew", () => {
    knocks.follow(queue("ada", "ben"));
    clock.advance(60_000);
    knocks.follow(queue());
    knocks.follow(queue("ada"));
    knocks.follow(queue("ada", "ben"));
    clock.advance(60_000);
    expect(heard).toEqual(["ada of 2"]);
  });

  it("of many at once is heard at once and once more for the rest", () => {
    const ids = Array.from({ length: 30 }, (_, index) => `p${index}`);
    for (let count = 1; count <= ids.length; count += 1) knocks.follow(queue(...ids.slice(0, count)));
    clock.advance(60_000);
    expect(heard).toEqual(["p0 of 1", "p1 of 30"]);
  });

  it("of somebody who went, or was let in, within that moment is not heard later", () => {
    knocks.follow(queue("ada"));
    knocks.follow(queue("ada", "ben", "cem"));
    knocks.follow(queue("cem"));
    clock.advance(1000);
    expect(heard).toEqual(["ada of 1"]);
    clock.advance(1000);
    expect(heard).toEqual(["ada of 1", "cem of 1"]);
    knocks.follow(queue("dan"));
    knocks.follow(queue());
    clock.advance(60_000);
    expect(heard).toEqual(["ada of 1", "cem of 1"]);
  });

  it("after a while is heard at once again, and nothing after the end", () => {
    knocks.follow(queue("ada"));
    clock.advance(2000);
    knocks.follow(queue("ada", "ben"));
    knocks.follow(queue("ada", "ben", "cem"));
    knocks.stop();
    clock.advance(60_000);
    expect(heard).toEqual(["ada of 1", "ben of 2"]);
  });
});
