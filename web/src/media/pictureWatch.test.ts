import { describe, expect, it } from "vitest";
import { PictureWatch } from "./pictureWatch";

/** When something was said of samples, in seconds, of frames decoded so far. */
function said(frames: Readonly<Record<number, number>>): string[] {
  const changes: string[] = [];
  let now = 0;
  const watch = new PictureWatch((isComing) => changes.push(`${now} ${isComing ? "comes" : "stands"}`));
  const samples = Object.entries(frames).map(([at, count]) => [Number(at), count] as const);
  for (const [at, count] of samples.sort(([a], [b]) => a - b)) {
    now = at;
    watch.observe(count, at * 1000);
  }
  return changes;
}

describe("PictureWatch", () => {
  it.each([
    ["nothing comes before the first frame", { 0: 0, 2: 0, 9: 0 }, []],
    ["the first frame is enough", { 0: 0, 0.25: 1, 0.5: 9 }, ["0.25 comes"]],
    ["one sample without a frame is a hiccup", { 0: 9, 2: 9, 4: 10, 6: 10 }, ["0 comes"]],
    ["two are an end, said once", { 0: 9, 2: 9, 4: 9, 6: 9 }, ["0 comes", "4 stands"]],
    ["samples in quick succession prove nothing", { 0: 9, 0.25: 9, 0.5: 9, 0.75: 9, 1: 9 }, ["0 comes"]],
    ["it comes again with the next frame", { 0: 9, 4: 9, 6: 10 }, ["0 comes", "4 stands", "6 comes"]],
    ["a new connection begins at nothing", { 0: 9, 2: 0, 4: 3 }, ["0 comes", "2 stands", "4 comes"]],
  ])("%s", (_, frames, expected) => {
    expect(said(frames)).toEqual(expected);
  });
});
