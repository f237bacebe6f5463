/**
 * Records a call in this browser: one painted picture of everybody and one mix of all voices, into one file.
 *
 * The two tracks last as long as the recording; people, devices and screens change behind them. Loaded only when
 * somebody records.
 */
import { type ChunkStore, openChunkStore } from "./chunkStore";
import { type FrameSink, frameSink } from "./frameSink";
import { Mixer } from "./mixer";
import { type Look, Painter, type Picture } from "./painter";

/** What is seen and heard at one moment. Pictures are placed on RECORDED_WIDTH x RECORDED_HEIGHT pixels. */
export interface Scene {
  readonly pictures: readonly Picture[];
  readonly voices: ReadonlyMap<string, MediaStreamTrack>;
}

export interface Recording {
  show(scene: Scene): void;
  /** Ends it and gives the file. Calling it again gives the same one. */
  stop(): Promise<RecordedFile>;
}

export interface RecordedFile {
  readonly blob: Blob;
  /** Without a dot. */
  readonly extension: "webm" | "mp4";
}

export const RECORDED_WIDTH = 1280;
export const RECORDED_HEIGHT = 720;
const FRAMES_PER_S = 15;
const CHUNK_MS = 2000;
const VIDEO_BITS_PER_S = 2_500_000;
const AUDIO_BITS_PER_S = 96_000;

const VP9 = "video/webm;codecs=vp9,opus";
const VP8 = "video/webm;codecs=vp8,opus";
const OTHERS = ["video/webm", "video/mp4"];
/** VP9 looks better for its size and takes about twice the work of VP8, beside a call. */
const CORES_FOR_VP9 = 8;

function bestType(): string | null {
  if (typeof MediaRecorder === "undefined") return null;
  const hasPower = (navigator.hardwareConcurrency || 4) >= CORES_FOR_VP9;
  const wanted = [...(hasPower ? [VP9, VP8] : [VP8, VP9]), ...OTHERS];
  return wanted.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

/** @param onLost called once if the browser ends the recording by itself; `stop` still gives what there is. */
export async function startRecording(look: Look, onLost: () => void): Promise<Recording> {
  const type = bestType();
  if (!type) throw new Error("this browser cannot record");
  const store = await openChunkStore();
  return new CallRecording(type, store, look, onLost);
}

class CallRecording implements Recording {
  private readonly painter: Painter;
  private readonly sink: FrameSink;
  private readonly mixer = new Mixer();
  private readonly recorder: MediaRecorder;
  private readonly timer: Worker;
  private readonly startMs: number;
  private readonly ended: Promise<void>;
  private writing: Promise<void> = Promise.resolve();
  private file: Promise<RecordedFile> | null = null;

  constructor(
    private readonly type: string,
    private readonly store: ChunkStore,
    look: Look,
    onLost: () => void,
  ) {
    this.painter = new Painter(RECORDED_WIDTH, RECORDED_HEIGHT, look);
    this.sink = frameSink(this.painter.canvas);
    this.timer = new Worker(new URL("./frameTimer.worker.ts", import.meta.url), { type: "module" });
    this.timer.onmessage = () => this.frame();
    this.recorder = new MediaRecorder(new MediaStream([this.sink.track, this.mixer.track]), {
      mimeType: type,
      videoBitsPerSecond: VIDEO_BITS_PER_S,
      audioBitsPerSecond: AUDIO_BITS_PER_S,
    });
    this.recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) this.writing = this.writing.then(() => this.store.add(data));
    };
    this.ended = new Promise((resolve) => {
      this.recorder.onstop = () => {
        if (!this.file) onLost();
        resolve();
      };
    });
    this.frame();
    this.timer.postMessage(1000 / FRAMES_PER_S);
    this.recorder.start(CHUNK_MS);
    this.startMs = performance.now();
  }

  show({ pictures, voices }: Scene): void {
    if (this.file) return;
    this.painter.show(pictures);
    this.mixer.set(voices);
  }

  stop(): Promise<RecordedFile> {
    this.file ??= this.finish();
    return this.file;
  }

  private frame(): void {
    this.painter.paint();
    this.sink.push();
  }

  private async finish(): Promise<RecordedFile> {
    const durationMs = performance.now() - this.startMs;
    if (this.recorder.state !== "inactive") this.recorder.stop();
    await this.ended;
    this.timer.terminate();
    this.sink.close();
    this.mixer.close();
    this.painter.close();
    await this.writing;
    const container = this.type.split(";")[0] ?? this.type;
    const blob = await this.store.finish(container, durationMs);
    return { blob, extension: container === "video/mp4" ? "mp4" : "webm" };
  }
}
