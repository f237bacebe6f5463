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

  it("somebody whom a small window shows is in sight beside the stage, as long as it is open", () => {
    const told: string[] = [];
    const sight = new Sight((shown) => told.push(shown ? [...shown].join() : "all"));
    const close = sight.alsoShow("c");
    sight.show(new Set(["a"]));
    const other = sight.alsoShow("c");
    const all = sight.needAll();
    sight.show(new Set(["b"]));
    all();
    close();
    close();
    expect(told).toEqual(["all", "a,c", "a,c", "all", "all", "b,c", "b,c"]);
    other();
    expect(told.at(-1)).toBe("b");
  });

  it("somebody whom both show stays in sight when the small window closes", () => {
    const told: string[] = [];
    const sight = new Sight((shown) => told.push(shown ? [...shown].join() : "all"));
    sight.show(new Set(["a"]));
    sight.alsoShow("a")();
    expect(told).toEqual(["a", "a", "a"]);
  });
});
