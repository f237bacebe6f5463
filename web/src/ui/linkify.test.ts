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
    ["https://", []],
  ])("finds the links of %j", (line, expected) => {
    expect(links(line)).toEqual(expected);
  });
});
