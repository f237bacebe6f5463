/** A canvas as a video track, frame by frame. */

export interface FrameSink {
  readonly track: MediaStreamTrack;
  /** The canvas as it is now becomes the next frame. */
  push(): void;
  close(): void;
}

/** Chromium's own; not in TypeScript's library. */
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
type TrackGeneratorClass = new (options: { readonly kind: "video" }) => TrackGenerator;

/**
 * Where frames can be handed over one by one, they are: a canvas that captures itself waits for the page to be drawn,
 * and a hidden page is not.
 */
export function frameSink(canvas: HTMLCanvasElement): FrameSink {
  const { MediaStreamTrackGenerator: Generator } = globalThis as { MediaStreamTrackGenerator?: TrackGeneratorClass };
  if (Generator && typeof VideoFrame !== "undefined") return generated(canvas, new Generator({ kind: "video" }));
  const [track] = canvas.captureStream(0).getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  if (!track) throw new Error("this browser records no canvas");
  return { track, push: () => track.requestFrame(), close: () => track.stop() };
}

function generated(canvas: HTMLCanvasElement, track: TrackGenerator): FrameSink {
  const writer = track.writable.getWriter();
  const startMs = performance.now();
  return {
    track,
    push() {
      const frame = new VideoFrame(canvas, { timestamp: Math.round((performance.now() - startMs) * 1000) });
      // Never queue up behind a slow encoder: a frame that is late is worth nothing.
      if ((writer.desiredSize ?? 1) > 0) void writer.write(frame).catch(() => frame.close());
      else frame.close();
    },
    close() {
      void writer.close().catch(() => undefined);
      track.stop();
    },
  };
}
