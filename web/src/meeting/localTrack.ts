/** What my camera and my microphone have in common. */

/** Ended for good, or held back by the system: a phone that was locked or rang gives black and silence until asked again. */
export function isLost(track: MediaStreamTrack | null): boolean {
  return track !== null && (track.readyState === "ended" || track.muted);
}
