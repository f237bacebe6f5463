/** Where the pieces of a recording go: files that the browser keeps for this site, or its memory where it keeps none. */
import { HEAD_BYTES, withDuration } from "./webmDuration";

const PREFIX = "recording-";
/** What a file was given is there for good only when it is closed, and lost if it breaks: so files are small. */
const FILE_BYTES = 32 * 1024 * 1024;
/** A browser may still be saving a recording that has ended, and another tab still be making one: as long as a meeting lasts. */
const KEPT_MS = 24 * 3_600_000;

export interface ChunkStore {
  add(chunk: Blob): Promise<void>;
  /** The whole, with its length written into it where that is possible. */
  finish(type: string, durationMs: number): Promise<Blob>;
}

/** Opens the site's private file system; recordings of before, saved long since, are removed. */
export async function openChunkStore(): Promise<ChunkStore> {
  try {
    const folder = await navigator.storage.getDirectory();
    await removeOld(folder).catch(() => undefined);
    return new Chunks(folder);
  } catch {
    // Private windows and older browsers have none.
    return new Chunks(null);
  }
}

interface OpenFile {
  readonly handle: FileSystemFileHandle;
  readonly stream: FileSystemWritableFileStream;
}

class Chunks implements ChunkStore {
  private readonly done: Blob[] = [];
  private file: OpenFile | null = null;
  /** What the open file was given, kept until it is closed. */
  private given: Blob[] = [];
  private givenBytes = 0;

  /** @param folder null for memory alone. */
  constructor(private folder: FileSystemDirectoryHandle | null) {}

  async add(chunk: Blob): Promise<void> {
    this.given.push(chunk);
    this.givenBytes += chunk.size;
    if (!this.folder) return;
    try {
      this.file ??= await openFile(this.folder);
      await this.file.stream.write(chunk);
      if (this.givenBytes >= FILE_BYTES) await this.close(this.file);
    } catch {
      // The disk is full: what is closed stays there, and the rest is in memory.
      await this.file?.stream.abort().catch(() => undefined);
      this.folder = null;
      this.file = null;
    }
  }

  async finish(type: string, durationMs: number): Promise<Blob> {
    // One that cannot be closed has all of it in `given` still.
    if (this.file) await this.close(this.file).catch(() => undefined);
    const whole = new Blob([...this.done, ...this.given], { type });
    const head = new Uint8Array(await whole.slice(0, HEAD_BYTES).arrayBuffer());
    const patch = withDuration(head, durationMs);
    return patch ? new Blob([patch.bytes, whole.slice(patch.replaces)], { type }) : whole;
  }

  private async close({ handle, stream }: OpenFile): Promise<void> {
    await stream.close();
    this.done.push(await handle.getFile());
    this.file = null;
    this.given = [];
    this.givenBytes = 0;
  }
}

async function openFile(folder: FileSystemDirectoryHandle): Promise<OpenFile> {
  const handle = await folder.getFileHandle(PREFIX + crypto.randomUUID(), { create: true });
  return { handle, stream: await handle.createWritable() };
}

/** A file that cannot be removed need not be. */
async function removeOld(folder: FileSystemDirectoryHandle): Promise<void> {
  const entries = folder as unknown as { values(): AsyncIterable<FileSystemHandle> };
  for await (const entry of entries.values()) {
    if (entry.kind !== "file" || !entry.name.startsWith(PREFIX)) continue;
    const { lastModified } = await (entry as FileSystemFileHandle).getFile();
    if (Date.now() - lastModified > KEPT_MS) await folder.removeEntry(entry.name).catch(() => undefined);
  }
}
