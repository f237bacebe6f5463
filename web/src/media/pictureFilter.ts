/** A camera picture that is changed before anybody sees it. */

export interface FilteredPicture {
  readonly track: MediaStreamTrack;
  /** "background": the person stays sharp. "all": the browser cannot find the person, so everything is blurred. */
  readonly reach: "background" | "all";
  /** Ends the track and gives everything back; the source is the caller's. */
  stop(): void;
}

export interface PictureFilter {
  /**
   * Resolves when the first changed frame is there, never before: what was chosen to be hidden is not shown for a moment.
   *
   * @param onBroken called when the picture has ended although nobody stopped it.
   * @param unwanted says that nobody waits for it any more: the source is then let go at once, and the promise rejects.
   * @throws Error when this browser cannot change pictures at all.
   */
  apply(source: MediaStreamTrack, onBroken: () => void, unwanted: AbortSignal): Promise<FilteredPicture>;
}
