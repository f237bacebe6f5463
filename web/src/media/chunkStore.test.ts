import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openChunkStore } from "./chunkStore";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 2, 1, 9);

/** The site's private files: what was written is there when the writer has closed, and lost when it broke. */
class FakeFolder {
  readonly files = new Map<string, File>();
  isFull = false;

  async getFileHandle(name: string): Promise<unknown> {
    return {
      createWritable: async () => this.writer(name),
      getFile: async () => this.files.get(name) ?? new File([], name),
    };
  }
  async removeEntry(name: string): Promise<void> {
    this.files.delete(name);
  }
  async *values(): AsyncGenerator<unknown> {
    for (const [name, file] of [...this.files]) yield { kind: "file", name, getFile: async () => file };
  }
  private writer(name: string): unknown {
    const pieces: Blob[] = [];
    let isBroken = false;
    return {
      write: async (piece: Blob) => {
        isBroken ||= this.isFull;
        if (isBroken) throw new DOMException("full", "QuotaExceededError");
        pieces.push(piece);
      },
      close: async () => {
        if (isBroken) throw new TypeError("the stream has an error");
        this.files.set(name, new File(pieces, name, { lastModified: Date.now() }));
      },
      abort: async () => undefined,
    };
  }
}

let folder: FakeFolder;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  folder = new FakeFolder();
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => folder } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const letters = (letter: string, megabytes: number): Blob => new Blob([letter.repeat(megabytes * 1024 * 1024)]);
/** "a3 b1" for three megabytes of a and one of b. */
async function readBack(blob: Blob): Promise<string> {
  const runs = (await blob.text()).match(/(.)\1*/gu) ?? [];
  return runs.map((run) => `${run[0]}${run.length / 1024 / 1024}`).join(" ");
}

describe("a recording's pieces", () => {
  it("come back in order, on disk but for little of it", async () => {
    const store = await openChunkStore();
    for (const letter of "abcdefghij") await store.add(letters(letter, 4));
    const whole = await store.finish("video/webm", 1000);
    expect(await readBack(whole)).toBe("a4 b4 c4 d4 e4 f4 g4 h4 i4 j4");
    expect(whole.type).toBe("video/webm");
    const onDisk = [...folder.files.values()].reduce((total, file) => total + file.size, 0);
    expect(onDisk).toBe(whole.size);
  });

  it("are all kept when the disk is full, also those that the broken file held", async () => {
    const store = await openChunkStore();
    for (const letter of "abcdefghi") await store.add(letters(letter, 4));
    folder.isFull = true;
    for (const letter of "jk") await store.add(letters(letter, 4));
    expect(await readBack(await store.finish("video/webm", 1000))).toBe("a4 b4 c4 d4 e4 f4 g4 h4 i4 j4 k4");
  });

  it("are kept in memory where the browser has no files", async () => {
    vi.stubGlobal("navigator", {});
    const store = await openChunkStore();
    await store.add(letters("a", 1));
    await store.add(letters("b", 2));
    expect(await readBack(await store.finish("video/webm", 1000))).toBe("a1 b2");
  });
});

describe("recordings of before", () => {
  it("stay for a day, as the browser may still be saving them, and are removed then", async () => {
    const kept = (name: string, hours: number): File => new File(["x"], name, { lastModified: NOW - hours * HOUR_MS });
    for (const file of [kept("recording-new", 1), kept("recording-old", 25), kept("other", 50)]) {
      folder.files.set(file.name, file);
    }
    await openChunkStore();
    expect([...folder.files.keys()].sort()).toEqual(["other", "recording-new"]);
  });
});
