import inlined from "@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?inline";
import { describe, expect, it } from "vitest";
import { describedModel } from "./describedModel";
import { FlatTable } from "./flatTable";

const original = Uint8Array.from(atob(inlined.slice(inlined.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
const described = describedModel(original);
const view = new DataView(described.buffer);

const root = FlatTable.root(described);
const tableAt = (at: number): FlatTable => new FlatTable(view, at);
const only = (table: FlatTable, slot: number): FlatTable => {
  const members = table.members(slot);
  expect(members).toHaveLength(1);
  return tableAt(members[0] ?? 0);
};
const textAt = (at: number | null): string => {
  if (at === null) return "";
  return new TextDecoder().decode(described.subarray(at + 4, at + 4 + view.getUint32(at, true)));
};

describe("describedModel", () => {
  it("keeps the model byte for byte behind the new root, aligned as before", () => {
    const start = described.length - original.length;
    expect(start % 16).toBe(0);
    expect(described.subarray(start).every((byte, index) => byte === original[index])).toBe(true);
    expect(new TextDecoder().decode(described.subarray(4, 8))).toBe("TFL3");
  });

  it("points at every old part", () => {
    const start = described.length - original.length;
    const old = FlatTable.root(original);
    for (const slot of [1, 2]) expect(root.target(slot)).toBe((old.target(slot) ?? 0) + start);
    expect(root.u32(0)).toBe(3);
    const oldBuffers = old.members(4);
    expect(oldBuffers.length).toBeGreaterThan(50);
    expect(root.members(4).slice(0, -1)).toEqual(oldBuffers.map((at) => at + start));
  });

  it("names the new buffer as metadata, and says that pixels go from 0 to 255 into 0 to 1", () => {
    const entry = only(root, 6);
    expect(textAt(entry.target(0))).toBe("TFLITE_METADATA");
    expect(entry.u32(1)).toBe(root.members(4).length - 1);
    const data = tableAt(root.members(4).at(-1) ?? 0).target(0) ?? 0;
    const metadata = described.slice(data + 4, data + 4 + view.getUint32(data, true));
    expect(new TextDecoder().decode(metadata.subarray(4, 8))).toBe("M001");
    const inner = new DataView(metadata.buffer);
    const at = (table: FlatTable, slot: number): FlatTable => new FlatTable(inner, table.members(slot)[0] ?? 0);
    const input = at(at(FlatTable.root(metadata), 3), 2);
    const unit = at(input, 4);
    expect(unit.u32(0)).toBe(1);
    const options = new FlatTable(inner, unit.target(1) ?? 0);
    const [mean, deviation] = [0, 1].map((slot) => inner.getFloat32((options.target(slot) ?? 0) + 4, true));
    expect([mean, deviation]).toEqual([0, 255]);
  });
});
