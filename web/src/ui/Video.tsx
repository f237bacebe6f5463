import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface VideoProps {
  readonly stream: MediaStream;
  readonly isMirrored?: boolean;
  /** A screen is shown whole; a camera fills its tile. */
  readonly isWhole?: boolean;
  readonly onSize?: ((width: number, height: number) => void) | undefined;
}

/** Shows a stream without its sound: `RemoteAudio` plays that, so a tile may come and go without a break in the voice. */
export function Video({ stream, isMirrored, isWhole, onSize }: VideoProps): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
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
      class={`video${isMirrored ? " is-mirrored" : ""}${isWhole ? " is-whole" : ""}`}
      autoplay
      playsInline
      muted
      onResize={({ currentTarget }) => onSize?.(currentTarget.videoWidth, currentTarget.videoHeight)}
    />
  );
}
