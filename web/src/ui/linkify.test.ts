import { describe, expect, it } from "vitest";
import { linkify } from "./linkify";

const links = (line: string): readonly string[] => linkify(line).flatMap((piece) => piece.href ?? []);

describe("linkify", () => {
  it("keeps every character of the line", () => {
    const line = "see https://a.example/x?y=1, then (http://b.example/(z)) <b>now</b>.";
    expect(
      linkify(line)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(line);
  });

  it.each([
    ["plain text", []],
    ["https://a.example", ["https://a.example"]],
    ["go to https://a.example/x.", ["https://a.example/x"]],
    ["(https://a.example/x)", ["https://a.example/x"]],
    ["https://a.example/wiki/X_(y)", ["https://a.example/wiki/X_(y)"]],
    ["https://a.example and http://b.example!", ["https://a.example", "http://b.example"]],
    ["javascript:alert(1) data:text/html,x ftp://a.example", []],
    ['https://a.example/"onmouseover="x', ["https://a.example/"]],
    ["https://a.example/x?!… and", ["https://a.example/x"]],
    ["https://a.example/x!.y.", ["https://a.example/x!.y"]],
    ["https://!?.", []],
    ["https://", []],
  ])("finds the links of %j", (line, expected) => {
    expect(links(line)).toEqual(expected);
  });

  it("needs no longer for what ends like a sentence everywhere but at its end", () => {
    // Taken apart by a search for the last run of such signs, this took most of a minute.
    const line = `https://a.example/${"!".repeat(200_000)}a`;
    const start = performance.now();
    expect(links(line)).toEqual([line]);
    expect(performance.now() - start).toBeLessThan(2000);
  }, 120_000);
});
