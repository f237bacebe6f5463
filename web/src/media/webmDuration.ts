/**
 * Gives a recorded WebM its length. MediaRecorder writes the header before it knows how long it goes on, so that
 * players show no length and cannot seek (Matroska, RFC 9559: Segment > Info > Duration, in units of TimestampScale).
 *
 * Only the form that browsers write is touched: a Segment of unknown size, with Info among its first elements. Anything
 * else is left alone, as moving bytes there would break offsets and sizes that stand elsewhere.
 */

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const CLUSTER = 0x1f43b675;
const SEEK_HEAD = 0x114d9b74;
const CUES = 0x1c53bb6b;
const TIMESTAMP_SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const NANOSECONDS_PER_TICK = 1_000_000;

/** Enough for the head of any browser's file: its Info and tracks take a few hundred bytes. */
export const HEAD_BYTES = 64 * 1024;

interface Element {
  readonly id: number;
  /** Where its id begins, where its content begins and ends. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
  readonly hasKnownSize: boolean;
}

/**
 * Return the bytes that take the place of the first `replaces` bytes of the file, or null when it is of another form.
 *
 * @param head the beginning of the file, up to HEAD_BYTES of it.
 */
export function withDuration(
  head: Uint8Array,
  durationMs: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly replaces: number } | null {
  const ebml = elementAt(head, 0, head.length);
  if (ebml?.id !== EBML || !ebml.hasKnownSize) return null;
  const segment = elementAt(head, ebml.end, head.length);
  if (segment?.id !== SEGMENT || segment.hasKnownSize) return null;
  const info = infoOf(head, segment.content);
  if (!info) return null;
  const fields = childrenOf(head, info);
  if (!fields) return null;
  const scale = fields.find((field) => field.id === TIMESTAMP_SCALE);
  const ticks = (durationMs * 1_000_000) / (scale ? unsignedAt(head, scale) : NANOSECONDS_PER_TICK);
  const kept = fields.filter((field) => field.id !== DURATION).map((field) => head.subarray(field.start, field.end));
  const content = joined([...kept, durationElement(ticks)]);
  return {
    bytes: joined([head.subarray(0, info.start), infoHead(content.length), content]),
    replaces: info.end,
  };
}

/** The Info element, if nothing before it points at places that would move. */
function infoOf(head: Uint8Array, from: number): Element | null {
  for (let at = from; ; ) {
    const element = elementAt(head, at, head.length);
    if (!element?.hasKnownSize || [CLUSTER, SEEK_HEAD, CUES].includes(element.id)) return null;
    if (element.end > head.length) return null;
    if (element.id === INFO) return element;
    at = element.end;
  }
}

function childrenOf(head: Uint8Array, parent: Element): readonly Element[] | null {
  const children: Element[] = [];
  for (let at = parent.content; at < parent.end; ) {
    const child = elementAt(head, at, parent.end);
    if (!child?.hasKnownSize || child.end > parent.end) return null;
    children.push(child);
    at = child.end;
  }
  return children;
}

function elementAt(bytes: Uint8Array, start: number, limit: number): Element | null {
  const id = numberAt(bytes, start, limit, 4);
  if (!id) return null;
  const size = numberAt(bytes, start + id.length, limit, 8);
  if (!size) return null;
  const content = start + id.length + size.length;
  // The length's marker bit is part of an id, and no part of a size.
  const value = size.value - 2 ** (7 * size.length);
  const hasKnownSize = value !== 2 ** (7 * size.length) - 1;
  return { id: id.value, start, content, end: hasKnownSize ? content + value : limit, hasKnownSize };
}

/** A number whose first set bit says how many bytes it has; that bit is still in the value. */
function numberAt(
  bytes: Uint8Array,
  at: number,
  limit: number,
  longest: number,
): { readonly value: number; readonly length: number } | null {
  const first = bytes[at];
  if (first === undefined || at >= limit) return null;
  const length = Math.clz32(first) - 23;
  if (length > longest || at + length > limit) return null;
  let value = 0;
  for (const byte of bytes.subarray(at, at + length)) value = value * 256 + byte;
  return { value, length };
}

function unsignedAt(bytes: Uint8Array, { content, end }: Element): number {
  let value = 0;
  for (const byte of bytes.subarray(content, end)) value = value * 256 + byte;
  return value || NANOSECONDS_PER_TICK;
}

function durationElement(ticks: number): Uint8Array {
  const element = new Uint8Array([0x44, 0x89, 0x88, 0, 0, 0, 0, 0, 0, 0, 0]);
  new DataView(element.buffer).setFloat64(3, ticks);
  return element;
}

function infoHead(size: number): Uint8Array {
  const element = new Uint8Array([0x15, 0x49, 0xa9, 0x66, 0x01, 0, 0, 0, 0, 0, 0, 0]);
  // The content is a few dozen bytes: the lower half of the 56-bit size is enough.
  new DataView(element.buffer).setUint32(8, size);
  return element;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
