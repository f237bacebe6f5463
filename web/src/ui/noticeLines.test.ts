import { describe, expect, it } from "vitest";
import type { News, Notice } from "../meeting/types";
import { linesOf } from "./noticeLines";

const notices = (...news: News[]): Notice[] => news.map((one, key) => ({ key, news: one, tone: "info" }));
const joined = (name: string): News => ({ kind: "joined", name });
const left = (name: string): News => ({ kind: "left", name });
const refused = (code: string): News => ({ kind: "refused", code, message: "The server's sentence" });

describe("linesOf", () => {
  it.each<[string, News[], string[]]>([
    ["nothing", [], []],
    ["one", [joined("Ada")], ["Ada joined"]],
    ["two", [joined("Ada"), joined("Bob")], ["Ada and Bob joined"]],
    ["three", [joined("Ada"), joined("Bob"), joined("Eve")], ["Ada, Bob and 1 other joined"]],
    ["a class", Array.from({ length: 30 }, (_, n) => joined(`P${n}`)), ["P0, P1 and 28 others joined"]],
    ["coming and going apart", [joined("Ada"), left("Bob"), left("Eve")], ["Ada joined", "Bob and Eve left"]],
    [
      "news between",
      [joined("Ada"), { kind: "muted" }, joined("Bob")],
      ["Ada joined", "The host muted you", "Bob joined"],
    ],
    ["a known refusal", [refused("not_host")], ["Only a host may do this."]],
    ["an unknown refusal", [refused("toString")], ["The server's sentence"]],
  ])("%s", (_, news, lines) => {
    expect(linesOf(notices(...news)).map((line) => line.words)).toEqual(lines);
  });

  it("a growing line keeps its key", () => {
    const [line] = linesOf(notices(joined("Ada"), joined("Bob")));
    expect(line?.key).toBe(0);
  });
});
