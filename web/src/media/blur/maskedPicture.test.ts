import { describe, expect, it } from "vitest";
import { opacityOf } from "./maskedPicture";

describe("opacityOf", () => {
  it.each([
    [0, 0],
    [0.35, 0],
    [0.55, 128],
    [0.75, 255],
    [1, 255],
  ])("%s is %s", (belief, opacity) => {
    expect(opacityOf(belief)).toBe(opacity);
  });

  it("never shows less of somebody the model believes in more", () => {
    const steps = Array.from({ length: 101 }, (_, i) => opacityOf(i / 100));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });
});
