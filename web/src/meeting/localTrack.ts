/** What my camera and my microphone have in common. */
import type { After } from "../media/transport";

/** Cameras stall for a moment when a machine is busy. */
const PAUSED_AFTER_MS = 2000;

/** Ended for good, or held back by the system: a phone that was locked or rang gives black and silence until asked again. */
export function isLost(track: MediaStreamTrack | null): boolean {
  return track !== null && (track.readyState === "ended" || track.muted);
}

/**
 * Says when the system holds a track back and when it gives it back: a call on the phone, a switch on the machine.
 *
 * It is not asked for anew by itself, as it is when the page is seen again: a switch was pressed on purpose, the
 * system gives back what it took, and a browser's question in the middle of a call is worse than a sign.
 *
 * @returns what ends the watch.
 */
export function watchPauses(track: MediaStreamTrack, after: After, onChange: (isPaused: boolean) => void): () => void {
  let cancel = (): void => undefined;
  const wait = (): void => {
    cancel();
    cancel = after(PAUSED_AFTER_MS, () => onChange(true));
  };
  track.onmute = wait;
  track.onunmute = () => {
    cancel();
    onChange(false);
  };
  if (track.muted) wait();
  return () => {
    cancel();
    track.onmute = null;
    track.onunmute = null;
  };
}
