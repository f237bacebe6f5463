import { describe, expect, it } from "vitest";
import { initials, personColour } from "./person";

describe("initials", () => {
  it.each([
    ["Ada Lovelace", "AL"],
    ["Zoë", "Z"],
    ["  grace   brewster  hopper ", "GH"],
    ["李小龍", "李"],
    ["🍕 pizza", "🍕P"],
    ["🇩🇪 Team", "🇩🇪T"],
    ["👩‍💻", "👩‍💻"],
    ["", "?"],
  ])("%j becomes %s", (name, expected) => {
    expect(initials(name)).toBe(expected);
  });
});

describe("personColour", () => {
  it("is steady and one of the eight", () => {
    expect(personColour("Ada")).toBe(personColour("Ada"));
    expect(personColour("Ada")).toMatch(/^var\(--person-[1-8]\)$/u);
  });
});
