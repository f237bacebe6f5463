/** Where the pieces of a recording go: a file that the browser keeps for this site, or its memory where it keeps none. */
import { HEAD_BYTES, withDuration } from "./webmDuration";

const PREFIX = "recording-";

export interface ChunkStore {
  add(chunk: Blob): Promise<void>;
  /** The whole, with its length written into it where that is possible. */
  finish(type: string, durationMs: number): Promise<Blob>;
}

/** Opens a file of the site's private file system; recordings of before, saved long since, are removed. */
export async function openChunkStore(): Promise<ChunkStore> {
  try {
    const folder = await navigator.storage.getDirectory();
    await removeOld(folder);
    const handle = await folder.getFileHandle(PREFIX + crypto.randomUUID(), { create: true });
    return new Chunks(await handle.createWritable(), handle);
  } catch {
    // Private windows and older browsers have none.
    return new Chunks(null, null);
  }
}

class Chunks implements ChunkStore {
  private readonly inMemory: Blob[] = [];

  constructor(
    private file: FileSystemWritableFileStream | null,
    private readonly handle: FileSystemFileHandle | null,
  ) {}

  async add(chunk: Blob): Promise<void> {
    if (!this.file) {
      this.inMemory.push(chunk);
      return;
    }
    try {
      await this.file.write(chunk);
    } catch {
      // The disk is full: what is there stays there, and the rest goes to memory.
      const { file } = this;
      this.file = null;
      this.inMemory.push(chunk);
      await file.close().catch(() => undefined);
    }
  }

  async finish(type: string, durationMs: number): Promise<Blob> {
    await this.file?.close().catch(() => undefined);
    const onDisk = await this.handle?.getFile();
    const whole = new Blob(onDisk ? [onDisk, ...this.inMemory] : this.inMemory, { type });
    const head = new Uint8Array(await whole.slice(0, HEAD_BYTES).arrayBuffer());
    const patch = withDuration(head, durationMs);
    return patch ? new Blob([patch.bytes, whole.slice(patch.replaces)], { type }) : whole;
  }
}

/** The name of a file whose recording another tab still writes cannot be removed, and need not be. */
async function removeOld(folder: FileSystemDirectoryHandle): Promise<void> {
  const entries = folder as unknown as { keys(): AsyncIterable<string> };
  for await (const name of entries.keys()) {
    if (name.startsWith(PREFIX)) await folder.removeEntry(name).catch(() => undefined);
  }
}
