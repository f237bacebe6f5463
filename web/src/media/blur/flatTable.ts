/**
 * Writes FlatBuffers (flatbuffers.dev/internals) front to back: a table first, then what its fields point at. References
 * may only point forward in this format, so this order needs no second pass.
 */

/** One field of four bytes: a number, or the place for a reference that `point` fills in later. */
export type Field = { readonly slot: number; readonly value: number | "reference" };

export class FlatWriter {
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  private length = 0;

  get position(): number {
    return this.length;
  }

  u32(value: number): number {
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
    return at;
  }

  f32(value: number): number {
    const at = this.reserve(4);
    this.view.setFloat32(at, value, true);
    return at;
  }

  raw(bytes: Uint8Array): number {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
    return at;
  }

  align(to: number): void {
    while (this.length % to !== 0) this.reserve(1);
  }

  /** Makes the reference at `at` point at `target`, which must lie behind it. */
  point(at: number, target: number): void {
    if (target <= at) throw new RangeError("a reference must point forward");
    this.view.setUint32(at, target - at, true);
  }

  /** Writes a table and returns its position and, by slot, the positions of its fields. */
  table(fields: readonly Field[]): { readonly at: number; readonly field: (slot: number) => number } {
    const slots = Math.max(0, ...fields.map(({ slot }) => slot + 1));
    this.align(4);
    const vtable = this.reserve(4 + 2 * slots);
    this.view.setUint16(vtable, 4 + 2 * slots, true);
    this.view.setUint16(vtable + 2, 4 + 4 * fields.length, true);
    this.align(4);
    const at = this.reserve(4);
    this.view.setInt32(at, at - vtable, true);
    const places = new Map<number, number>();
    for (const { slot, value } of fields) {
      const place = this.u32(value === "reference" ? 0 : value);
      this.view.setUint16(vtable + 4 + 2 * slot, place - at, true);
      places.set(slot, place);
    }
    return { at, field: (slot) => places.get(slot) ?? -1 };
  }

  /** Writes a vector of `count` references and returns its position; they stand at `at + 4 + 4 * index`. */
  references(count: number): number {
    this.align(4);
    const at = this.u32(count);
    for (let index = 0; index < count; index += 1) this.u32(0);
    return at;
  }

  text(value: string): number {
    const bytes = new TextEncoder().encode(value);
    this.align(4);
    const at = this.u32(bytes.length);
    this.raw(bytes);
    this.reserve(1);
    return at;
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(0, this.length);
  }

  private get view(): DataView {
    return new DataView(this.bytes.buffer);
  }

  private reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    return at;
  }
}

/** Reads one table of a FlatBuffer. */
export class FlatTable {
  constructor(
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** The number in a slot; 0, the default of the format, when the table lacks it. */
  u32(slot: number): number {
    const place = this.place(slot);
    return place === null ? 0 : this.view.getUint32(place, true);
  }

  /** Where the thing lies that a slot points at; null when the table lacks it. */
  target(slot: number): number | null {
    const place = this.place(slot);
    return place === null ? null : place + this.view.getUint32(place, true);
  }

  /** Where the members of a vector of references lie. */
  members(slot: number): number[] {
    const vector = this.target(slot);
    if (vector === null) return [];
    return Array.from({ length: this.view.getUint32(vector, true) }, (_, index) => {
      const place = vector + 4 + 4 * index;
      return place + this.view.getUint32(place, true);
    });
  }

  private place(slot: number): number | null {
    const vtable = this.at - this.view.getInt32(this.at, true);
    const entry = 4 + 2 * slot;
    if (entry >= this.view.getUint16(vtable, true)) return null;
    const offset = this.view.getUint16(vtable + entry, true);
    return offset === 0 ? null : this.at + offset;
  }
}
