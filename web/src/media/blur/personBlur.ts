/**
 * Blurs what is not the person, frame by frame in a worker, so that neither the page nor a hidden tab slows it down.
 *
 * Needs tracks as streams of frames (`MediaStreamTrackProcessor` and `-Generator` in the page: Chromium).
 */
import type { FilteredPicture, PictureFilter } from "../pictureFilter";
import type { FromWorker, ToWorker } from "./messages";

interface FrameStreams {
  MediaStreamTrackProcessor?: new (init: {
    track: MediaStreamTrack;
    maxBufferSize: number;
  }) => { readonly readable: ReadableStream<VideoFrame> };
  MediaStreamTrackGenerator?: new (init: {
    kind: "video";
  }) => MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> };
}

const FIRST_FRAME_WITHIN_MS = 20_000;
/** The loaded model costs memory but no time; switching the camera off and on must not load it again. */
const IDLE_MS = 60_000;

interface Running {
  started(): void;
  failed(problem: Error): void;
}

export class PersonBlur implements PictureFilter {
  private worker: Worker | null = null;
  private readonly running = new Map<number, Running>();
  private nextId = 1;
  private idleTimer = 0;

  static isPossible(): boolean {
    const { MediaStreamTrackProcessor, MediaStreamTrackGenerator } = globalThis as FrameStreams;
    return Boolean(MediaStreamTrackProcessor && MediaStreamTrackGenerator && globalThis.OffscreenCanvas);
  }

  async apply(source: MediaStreamTrack, onBroken: () => void, unwanted: AbortSignal): Promise<FilteredPicture> {
    const { MediaStreamTrackProcessor, MediaStreamTrackGenerator } = globalThis as FrameStreams;
    if (!MediaStreamTrackProcessor || !MediaStreamTrackGenerator) throw new Error("tracks are no streams here");
    // A copy, so that stopping it ends the stream of frames while the camera itself may go on.
    const copy = source.clone();
    const frames = new MediaStreamTrackProcessor({ track: copy, maxBufferSize: 1 }).readable;
    const track = new MediaStreamTrackGenerator({ kind: "video" });
    const id = this.nextId++;
    const stop = (): void => {
      copy.stop();
      track.stop();
      this.forget(id);
    };
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("no blurred frame came")), FIRST_FRAME_WITHIN_MS);
        const settle = (then: () => void) => () => {
          clearTimeout(timer);
          then();
        };
        // The copy would keep the camera's light on until the model has loaded.
        unwanted.addEventListener(
          "abort",
          settle(() => reject(new Error("not wanted any more"))),
        );
        this.running.set(id, { started: settle(resolve), failed: (problem) => settle(() => reject(problem))() });
        this.tell({ kind: "start", id, frames, into: track.writable }, [frames, track.writable]);
      });
    } catch (problem) {
      stop();
      throw problem;
    }
    this.running.set(id, {
      started: () => undefined,
      failed: () => {
        stop();
        onBroken();
      },
    });
    return { track, reach: "background", stop };
  }

  private tell(message: ToWorker, transfer: Transferable[]): void {
    clearTimeout(this.idleTimer);
    this.worker ??= this.open();
    this.worker.postMessage(message, transfer);
  }

  private open(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "first") this.running.get(data.id)?.started();
      else this.running.get(data.id)?.failed(new Error(data.problem));
    };
    worker.onerror = () => {
      this.worker = null;
      worker.terminate();
      for (const one of [...this.running.values()]) one.failed(new Error("the blurring worker broke"));
    };
    return worker;
  }

  private forget(id: number): void {
    if (!this.running.delete(id)) return;
    this.worker?.postMessage({ kind: "forget", id } satisfies ToWorker);
    if (this.running.size > 0) return;
    this.idleTimer = setTimeout(() => {
      this.worker?.terminate();
      this.worker = null;
    }, IDLE_MS) as unknown as number;
  }
}
