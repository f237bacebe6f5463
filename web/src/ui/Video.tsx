import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface VideoProps {
  readonly stream: MediaStream;
  readonly isMirrored?: boolean;
  /** A screen is shown whole; a camera fills its tile. */
  readonly isWhole?: boolean;
  /** No frame comes: the last one is taken away until the next. */
  readonly isStill?: boolean;
  readonly onSize?: ((width: number, height: number) => void) | undefined;
}

/** Shows a stream without its sound: `RemoteAudio` plays that, so a tile may come and go without a break in the voice. */
export function Video({ stream, isMirrored, isWhole, isStill = false, onSize }: VideoProps): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
  const isStale = useStale(element, isStill);
  // Not after the next drawing: the first frame would come that much later.
  useLayoutEffect(() => {
    const video = element.current;
    if (!video) return undefined;
    video.srcObject = stream;
    const play = (): void => void video.play().catch(() => undefined);
    // Phones pause video in a hidden page and do not always go on by themselves.
    const onVisible = (): void => {
      if (document.visibilityState === "visible") play();
    };
    play();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      document.removeEventListener("visibilitychange", onVisible);
      video.srcObject = null;
    };
  }, [stream]);
  return (
    <video
      ref={element}
      class={`video${isMirrored ? " is-mirrored" : ""}${isWhole ? " is-whole" : ""}${isStale ? " is-stale" : ""}`}
      autoplay
      playsInline
      muted
      onResize={({ currentTarget }) => onSize?.(currentTarget.videoWidth, currentTarget.videoHeight)}
    />
  );
}

/**
 * Whether the frame that is shown is of a picture that stands still. A new stream would not do instead: Firefox shows
 * the last frame of it again. The next frame ends it at once; browsers that do not tell of one wait for `isStill`.
 */
function useStale(element: RefObject<HTMLVideoElement | null>, isStill: boolean): boolean {
  const [isStale, setStale] = useState(false);
  useEffect(() => {
    const video = element.current;
    // Before the first frame there is nothing to take away, and what comes then is to be seen.
    if (!video || !isStill || video.videoWidth === 0) return undefined;
    setStale(true);
    const waiting = video.requestVideoFrameCallback?.(() => setStale(false));
    return () => {
      if (waiting !== undefined) video.cancelVideoFrameCallback(waiting);
      setStale(false);
    };
  }, [element, isStill]);
  return isStale;
}
