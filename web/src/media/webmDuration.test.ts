import { describe, expect, it } from "vitest";
import { withDuration } from "./webmDuration";

const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const el = (id: number[], content: number[]): number[] => [...id, 0x80 | content.length, ...content];
const EBML = el([0x1a, 0x45, 0xdf, 0xa3], el([0x42, 0x82], [0x77, 0x65, 0x62, 0x6d]));
const SEGMENT = [0x18, 0x53, 0x80, 0x67, ...UNKNOWN];
const SCALE = el([0x2a, 0xd7, 0xb1], [0x0f, 0x42, 0x40]);
const MUXER = el([0x4d, 0x80], [0x78]);
const DURATION_F32 = el([0x44, 0x89], [0, 0, 0, 0]);
const INFO = [0x15, 0x49, 0xa9, 0x66];
const TRACKS = el([0x16, 0x54, 0xae, 0x6b], [1, 2, 3]);
const CLUSTER = [0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN, 9, 9];
const VOID = el([0xec], [0, 0]);

const file = (...parts: number[][]): Uint8Array => new Uint8Array(parts.flat());

/** What a player reads: the length in ticks, and everything behind Info. */
function read(before: Uint8Array, durationMs: number): { ticks: number; rest: number[]; info: number[] } | null {
  const patch = withDuration(before, durationMs);
  if (!patch) return null;
  const after = [...patch.bytes, ...before.subarray(patch.replaces)];
  const at = after.findIndex((_, index) => INFO.every((byte, offset) => after[index + offset] === byte));
  const size = after[at + 11] ?? 0;
  const info = after.slice(at + 12, at + 12 + size);
  const ticks = new DataView(new Uint8Array(info.slice(-8)).buffer).getFloat64(0);
  return { ticks, rest: after.slice(at + 12 + size), info: info.slice(0, -11) };
}

describe("withDuration", () => {
  it("adds the length that Chromium leaves out, and moves nothing else", () => {
    const before = file(EBML, SEGMENT, el(INFO, [...SCALE, ...MUXER]), TRACKS, CLUSTER);
    expect(read(before, 65_250)).toEqual({ ticks: 65_250, info: [...SCALE, ...MUXER], rest: [...TRACKS, ...CLUSTER] });
  });

  it.each<[string, number[], number]>([
    ["replaces one that is there", el(INFO, [...DURATION_F32, ...SCALE]), 2000],
    ["counts in the file's own unit", el(INFO, el([0x2a, 0xd7, 0xb1], [0x07, 0xa1, 0x20])), 4000],
    ["takes milliseconds when no unit is given", el(INFO, MUXER), 2000],
    ["steps over what stands before", [...VOID, ...el(INFO, MUXER)], 2000],
  ])("%s", (_, info, ticks) => {
    expect(read(file(EBML, SEGMENT, info, TRACKS, CLUSTER), 2000)?.ticks).toBe(ticks);
  });

  it.each<[string, Uint8Array]>([
    ["no WebM at all", file([0, 0, 0, 0x20, 0x66, 0x74, 0x79, 0x70])],
    ["nothing", file()],
    ["a Segment whose size stands in it", file(EBML, el([0x18, 0x53, 0x80, 0x67], el(INFO, MUXER)))],
    ["a table of places", file(EBML, SEGMENT, el([0x11, 0x4d, 0x9b, 0x74], [1]), el(INFO, MUXER), CLUSTER)],
    ["no Info before the pictures", file(EBML, SEGMENT, CLUSTER)],
    ["an Info that is cut off", file(EBML, SEGMENT, el(INFO, MUXER)).slice(0, -1)],
    ["an Info whose parts do not fit", file(EBML, SEGMENT, el(INFO, [0x4d, 0x80, 0x88, 1]), TRACKS)],
  ])("leaves %s alone", (_, before) => {
    expect(withDuration(before, 1000)).toBeNull();
  });
});
