import { describe, expect, it } from "vitest";
import { Sight } from "./sight";

describe("Sight", () => {
  it("what is in sight counts, unless somebody needs all", () => {
    const told: string[] = [];
    const sight = new Sight((shown) => told.push(shown ? [...shown].join() : "all"));
    sight.show(new Set(["a"]));
    const one = sight.needAll();
    const other = sight.needAll();
    sight.show(new Set(["b"]));
    one();
    one();
    expect(told.at(-1)).toBe("all");
    other();
    expect(told).toEqual(["a", "all", "all", "all", "all", "b"]);
  });
});
