import { describe, expect, it } from "vitest";
import { destinationOf } from "./meetingCode";

describe("destinationOf", () => {
  it.each([
    ["qwerty-abc", "qwerty-abc", ""],
    ["  ABC-DEFG-HIJ ", "abc-defg-hij", ""],
    ["qwertyabc", "qwerty-abc", ""],
    ["abcdefghij", "abc-defg-hij", ""],
    ["qwerty abc", "qwerty-abc", ""],
    ["https://onepizza.io/join/qwerty-abc", "qwerty-abc", ""],
    ["onepizza.io/join/abc-defg-hij#host=s3cret", "abc-defg-hij", "#host=s3cret"],
    ["https://x.io/join/abc-defg-hij?invite=x1&name=Bob", "abc-defg-hij", "?invite=x1&name=Bob"],
  ])("%j leads to %s", (typed, meetingId, carried) => {
    expect(destinationOf(typed)).toEqual({ meetingId, carried });
  });

  it.each(["", "abc", "qwerty-abcd", "1234-567", "https://onepizza.io/docs", "javascript:alert(1)"])(
    "%j leads nowhere",
    (typed) => {
      expect(destinationOf(typed)).toBeNull();
    },
  );
});
