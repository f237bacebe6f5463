/**
 * Gives a TensorFlow Lite model the metadata that MediaPipe's tasks insist on: how a pixel becomes a number.
 *
 * Google publishes the person model for npm only with the old `selfie_segmentation` package, where the library knew it
 * by heart. The model stays as it is, byte for byte; a new root table in front of it points at the old parts and at
 * the metadata (schemas: tensorflow/lite/schema/schema.fbs, tflite-support metadata_schema.fbs).
 */
import { FlatTable, FlatWriter } from "./flatTable";

/** Slots of the schema's `Model`. */
const MODEL = { version: 0, operators: 1, subgraphs: 2, description: 3, buffers: 4, metadata: 6 } as const;
const METADATA_NAME = "TFLITE_METADATA";
const ALIGNMENT = 16;

/** Returns the model with metadata for an input of RGB pixels from 0 to 1. */
export function describedModel(model: Uint8Array): Uint8Array<ArrayBuffer> {
  const old = FlatTable.root(model);
  const buffers = old.members(MODEL.buffers);
  const writer = new FlatWriter();
  const root = writer.u32(0);
  writer.raw(new TextEncoder().encode("TFL3"));
  const kept = [MODEL.operators, MODEL.subgraphs, MODEL.description].flatMap((slot) => {
    const target = old.target(slot);
    return target === null ? [] : [{ slot, target }];
  });
  const table = writer.table([
    { slot: MODEL.version, value: old.u32(MODEL.version) },
    ...kept.map(({ slot }) => ({ slot, value: "reference" as const })),
    { slot: MODEL.buffers, value: "reference" },
    { slot: MODEL.metadata, value: "reference" },
  ]);
  writer.point(root, table.at);
  const list = writer.references(buffers.length + 1);
  writer.point(table.field(MODEL.buffers), list);
  writer.point(table.field(MODEL.metadata), writeMetadataEntry(writer, buffers.length));
  writer.point(list + 4 + 4 * buffers.length, writeBuffer(writer, inputMetadata()));
  writer.align(ALIGNMENT);
  const start = writer.position;
  for (const { slot, target } of kept) writer.point(table.field(slot), start + target);
  buffers.forEach((target, index) => {
    writer.point(list + 4 + 4 * index, start + target);
  });
  writer.raw(model);
  return writer.done();
}

function writeMetadataEntry(writer: FlatWriter, bufferIndex: number): number {
  const entries = writer.references(1);
  const entry = writer.table([
    { slot: 0, value: "reference" },
    { slot: 1, value: bufferIndex },
  ]);
  writer.point(entries + 4, entry.at);
  writer.point(entry.field(0), writer.text(METADATA_NAME));
  return entries;
}

function writeBuffer(writer: FlatWriter, data: Uint8Array): number {
  const buffer = writer.table([{ slot: 0, value: "reference" }]);
  // The data begins behind its length, and must begin aligned.
  while ((writer.position + 4) % ALIGNMENT !== 0) writer.raw(new Uint8Array(1));
  writer.point(buffer.field(0), writer.u32(data.length));
  writer.raw(data);
  return buffer.at;
}

/** `ModelMetadata` with one subgraph, one input: an image in RGB, from 0..255 to 0..1. */
function inputMetadata(): Uint8Array {
  const writer = new FlatWriter();
  const root = writer.u32(0);
  writer.raw(new TextEncoder().encode("M001"));
  const model = writer.table([{ slot: 3, value: "reference" }]);
  writer.point(root, model.at);
  const subgraph = writeOnly(writer, model.field(3), [{ slot: 2, value: "reference" }]);
  const input = writeOnly(writer, subgraph.field(2), [
    { slot: 3, value: "reference" },
    { slot: 4, value: "reference" },
  ]);
  const IMAGE = 2;
  const content = writer.table([
    { slot: 0, value: IMAGE },
    { slot: 1, value: "reference" },
  ]);
  writer.point(input.field(3), content.at);
  const RGB = 1;
  writer.point(content.field(1), writer.table([{ slot: 0, value: RGB }]).at);
  const NORMALIZATION = 1;
  const unit = writeOnly(writer, input.field(4), [
    { slot: 0, value: NORMALIZATION },
    { slot: 1, value: "reference" },
  ]);
  const options = writer.table([
    { slot: 0, value: "reference" },
    { slot: 1, value: "reference" },
  ]);
  writer.point(unit.field(1), options.at);
  for (const [slot, value] of [0, 255].entries()) {
    const vector = writer.u32(1);
    writer.f32(value);
    writer.point(options.field(slot), vector);
  }
  return writer.done();
}

/** A vector of one table, pointed at from `from`. */
function writeOnly(
  writer: FlatWriter,
  from: number,
  fields: Parameters<FlatWriter["table"]>[0],
): ReturnType<FlatWriter["table"]> {
  const vector = writer.references(1);
  writer.point(from, vector);
  const table = writer.table(fields);
  writer.point(vector + 4, table.at);
  return table;
}
