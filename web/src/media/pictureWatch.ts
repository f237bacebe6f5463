/**
 * Whether pictures of somebody's camera arrive: AWAITED -(a frame)-> COMING -(none for 3 s)-> AWAITED.
 *
 * Told from frames that were decoded, not from the connection: over a perfect line nothing comes of who has no upload
 * left for this receiver, and the voice goes on. Whether the camera is on and anybody looks is not known here.
 */

/** Longer than one sample takes: a hiccup of the line or the page is no end. */
const STOPPED_AFTER_MS = 3000;

export class PictureWatch {
  private frames = 0;
  private atMs = 0;
  private isComing = false;

  constructor(private readonly onChange: (isComing: boolean) => void) {}

  /**
   * @param frames decoded so far; fewer than before on a new connection.
   * @param atMs the sample's own time, of any origin.
   */
  observe(frames: number, atMs: number): void {
    if (frames === this.frames) {
      if (atMs - this.atMs >= STOPPED_AFTER_MS) this.become(false);
      return;
    }
    this.frames = frames;
    this.atMs = atMs;
    this.become(frames > 0);
  }

  /** The connection is given up, and its pictures with it. */
  stop(): void {
    this.become(false);
  }

  private become(isComing: boolean): void {
    if (this.isComing === isComing) return;
    this.isComing = isComing;
    this.onChange(isComing);
  }
}
