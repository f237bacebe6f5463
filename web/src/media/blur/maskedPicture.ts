/** Puts one picture together: blurred everywhere, and over it the person as the mask cuts it out. */
import { Smear } from "./smear";

/** What the model looks at, and the size of its mask. */
export const MASK_WIDTH = 256;
export const MASK_HEIGHT = 144;

/** Below the first the model is sure of background, above the second of a person; between them the edge is soft. */
const SURE_BACKGROUND = 0.35;
const SURE_PERSON = 0.75;
/** How much of the mask before is kept: edges that flicker from frame to frame draw the eye. */
const INERTIA = 0.3;

/** Returns how much of the person shows, 0 to 255, for what the model believes, 0 to 1. */
export function opacityOf(belief: number): number {
  const t = Math.min(1, Math.max(0, (belief - SURE_BACKGROUND) / (SURE_PERSON - SURE_BACKGROUND)));
  return Math.round(255 * t * t * (3 - 2 * t));
}

function penOf(
  surface: OffscreenCanvas,
  settings?: CanvasRenderingContext2DSettings,
): OffscreenCanvasRenderingContext2D {
  const pen = surface.getContext("2d", settings);
  if (!pen) throw new Error("no canvas in this worker");
  return pen;
}

export class MaskedPicture {
  /** The last frame as the model sees it. */
  readonly small = new OffscreenCanvas(MASK_WIDTH, MASK_HEIGHT);
  private readonly cut = new OffscreenCanvas(MASK_WIDTH, MASK_HEIGHT);
  private readonly person = new OffscreenCanvas(2, 2);
  private readonly whole = new OffscreenCanvas(2, 2);
  private readonly smear = new Smear((width, height) => new OffscreenCanvas(width, height));
  private readonly pixels = new ImageData(MASK_WIDTH, MASK_HEIGHT);
  private readonly belief = new Float32Array(MASK_WIDTH * MASK_HEIGHT);

  take(frame: VideoFrame): void {
    penOf(this.small, { willReadFrequently: true }).drawImage(frame, 0, 0, MASK_WIDTH, MASK_HEIGHT);
  }

  /** Takes the model's belief that a pixel is a person, row by row. */
  mask(belief: Float32Array): void {
    for (let index = 0; index < this.belief.length; index += 1) {
      const now = INERTIA * (this.belief[index] ?? 0) + (1 - INERTIA) * (belief[index] ?? 0);
      this.belief[index] = now;
      this.pixels.data[4 * index + 3] = opacityOf(now);
    }
    penOf(this.cut).putImageData(this.pixels, 0, 0);
  }

  /** Returns a new frame of the size and time of `frame`; the caller closes both. */
  blurred(frame: VideoFrame): VideoFrame {
    const { displayWidth: width, displayHeight: height } = frame;
    for (const surface of [this.person, this.whole]) {
      if (surface.width !== width) surface.width = width;
      if (surface.height !== height) surface.height = height;
    }
    const person = penOf(this.person);
    person.globalCompositeOperation = "copy";
    person.imageSmoothingQuality = "high";
    person.drawImage(this.cut, 0, 0, width, height);
    person.globalCompositeOperation = "source-in";
    person.drawImage(frame, 0, 0, width, height);
    const whole = penOf(this.whole, { alpha: false });
    this.smear.draw(whole, this.small, width, height);
    whole.drawImage(this.person, 0, 0);
    return new VideoFrame(this.whole, { timestamp: frame.timestamp, alpha: "discard" });
  }
}
