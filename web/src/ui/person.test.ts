import { describe, expect, it, vi } from "vitest";
import { initials, personColour } from "./person";

describe("initials", () => {
  it.each([
    ["Ada Lovelace", "AL"],
    ["Zoë", "Z"],
    ["Zo\u0065\u0308", "Z"],
    ["E\u0301lodie", "E\u0301"],
    ["©\uFE0F", "©\uFE0F"],
    ["  grace   brewster  hopper ", "GH"],
    ["李小龍", "李"],
    ["🍕 pizza", "🍕P"],
    ["🇩🇪 Team", "🇩🇪T"],
    ["👩‍💻", "👩‍💻"],
    ["", "?"],
  ])("%j becomes %s", (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  it("of ordinary names are had without what takes long to make", () => {
    const segmenter = vi.spyOn(Intl, "Segmenter");
    expect(initials("Ben")).toBe("B");
    expect(initials("Zoë Ångström")).toBe("ZÅ");
    expect(segmenter).not.toHaveBeenCalled();
    segmenter.mockRestore();
  });
});

describe("personColour", () => {
  it("is steady and one of the eight", () => {
    expect(personColour("Ada")).toBe(personColour("Ada"));
    expect(personColour("Ada")).toMatch(/^var\(--person-[1-8]\)$/u);
  });
});
