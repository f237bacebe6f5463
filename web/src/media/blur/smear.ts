/**
 * Blurs a whole picture: drawn very small and up again in three steps, which costs a fraction of a true blur and works
 * in every browser (Safari has no `filter` on canvases).
 */

type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
type Surface = HTMLCanvasElement | OffscreenCanvas;

/** Widths of the steps: faces and screens cannot be read at the first, and the others round off its squares. */
const STEPS = [20, 40, 96];

export class Smear {
  private readonly steps: readonly Surface[];

  constructor(create: (width: number, height: number) => Surface) {
    this.steps = STEPS.map((width) => create(width, 1));
  }

  /** Draws `source` blurred over the whole of `pen`'s canvas, under the composite rule that `pen` has. */
  draw(pen: Pen, source: CanvasImageSource, width: number, height: number): void {
    let from = source;
    for (const surface of this.steps) {
      const steps = Math.max(1, Math.round((surface.width * height) / width));
      if (surface.height !== steps) surface.height = steps;
      const small = surface.getContext("2d") as Pen | null;
      if (!small) return;
      small.imageSmoothingQuality = "high";
      small.drawImage(from, 0, 0, surface.width, surface.height);
      from = surface;
    }
    pen.imageSmoothingQuality = "high";
    pen.drawImage(from, 0, 0, width, height);
  }
}
