import { describe, expect, it } from "vitest";
import { type LineSample, UploadLadder } from "./uploadLadder";

const CALM: LineSample = { pairs: 3, limited: 0, availableBps: 5_000_000, demandBps: 2_000_000 };
const CPU: LineSample = { ...CALM, limited: 2 };
const short = (availableBps: number): LineSample => ({ ...CALM, availableBps });

/** What is planned with after each run of samples. */
function play(ladder: UploadLadder, runs: readonly (readonly [LineSample, number])[]): number[] {
  return runs.map(([sample, times]) => {
    for (let i = 0; i < times; i += 1) ladder.observe(sample);
    return ladder.bps;
  });
}

describe("UploadLadder", () => {
  it.each([
    ["a calm line stays full", [[CALM, 100]], [3_000_000]],
    [
      "one bad sample changes nothing",
      [
        [CPU, 1],
        [CALM, 1],
        [CPU, 1],
      ],
      [3_000_000, 3_000_000, 3_000_000],
    ],
    [
      "a slow machine goes down step by step",
      [
        [CPU, 2],
        [CPU, 2],
      ],
      [2_000_000, 1_300_000],
    ],
    ["a short line goes down at once as far as it must", [[short(700_000), 2]], [550_000]],
    [
      "no further than the last step",
      [
        [short(10_000), 2],
        [short(10_000), 2],
      ],
      [100_000, 100_000],
    ],
    [
      "up again one step for each ten seconds of calm",
      [
        [CPU, 4],
        [CALM, 4],
        [CALM, 1],
        [CALM, 5],
      ],
      [1_300_000, 1_300_000, 2_000_000, 3_000_000],
    ],
    ["less than half of the pairs limited is calm", [[{ ...CALM, limited: 1 }, 50]], [3_000_000]],
    ["without an estimate only what the encoder says counts", [[{ ...CALM, availableBps: null }, 50]], [3_000_000]],
    ["without pairs nothing is learnt", [[{ ...CPU, pairs: 0 }, 50]], [3_000_000]],
  ] as [string, [LineSample, number][], number[]][])("%s", (_name, runs, expected) => {
    expect(play(new UploadLadder(), runs)).toEqual(expected);
  });

  it("waits twice as long after a step up that had to be taken back", () => {
    const ups: [LineSample, number][] = [
      [CPU, 2],
      [CALM, 5],
    ];
    const again: [LineSample, number][] = [
      [CPU, 2],
      [CALM, 9],
      [CALM, 1],
    ];
    expect(play(new UploadLadder(), [...ups, ...again])).toEqual([2e6, 3e6, 2e6, 2e6, 3e6]);
  });

  it("a step up that held for long is no mistake", () => {
    const runs: [LineSample, number][] = [
      [CPU, 2],
      [CALM, 50],
      [CPU, 2],
      [CALM, 5],
    ];
    expect(play(new UploadLadder(), runs)).toEqual([2e6, 3e6, 2e6, 3e6]);
  });
});
