/** Paints a scene of live pictures onto one canvas and gives it as a video track. */

export interface Picture {
  readonly key: string;
  readonly stream: MediaStream | null;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
  /** A screen is shown whole; a camera fills its place. */
  readonly isWhole: boolean;
}

/** Colours and font of the page's own design; a canvas reads no style sheet. */
export interface Look {
  readonly ground: string;
  readonly tile: string;
  readonly ink: string;
  readonly label: string;
  readonly font: string;
}

const RADIUS = 12;
const LABEL_PX = 18;

export class Painter {
  readonly canvas: HTMLCanvasElement;
  private readonly pen: CanvasRenderingContext2D;
  private readonly videos = new Map<MediaStream, HTMLVideoElement>();
  private pictures: readonly Picture[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
    private readonly look: Look,
  ) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    const pen = this.canvas.getContext("2d", { alpha: false });
    if (!pen) throw new Error("this browser draws no canvas");
    this.pen = pen;
  }

  show(pictures: readonly Picture[]): void {
    this.pictures = pictures;
    const streams = new Set(pictures.map((picture) => picture.stream));
    for (const [stream, video] of this.videos) {
      if (streams.has(stream)) continue;
      video.srcObject = null;
      this.videos.delete(stream);
    }
    for (const stream of streams) {
      if (stream && !this.videos.has(stream)) this.videos.set(stream, playing(stream));
    }
  }

  paint(): void {
    this.pen.fillStyle = this.look.ground;
    this.pen.fillRect(0, 0, this.width, this.height);
    for (const picture of this.pictures) this.paintOne(picture);
  }

  close(): void {
    this.show([]);
  }

  private paintOne(picture: Picture): void {
    const { pen, look } = this;
    const { x, y, width, height } = picture;
    pen.save();
    pen.beginPath();
    pen.roundRect(x, y, width, height, RADIUS);
    pen.clip();
    pen.fillStyle = look.tile;
    pen.fillRect(x, y, width, height);
    const video = picture.stream ? this.videos.get(picture.stream) : undefined;
    if (video && video.videoWidth > 0) {
      this.paintVideo(video, picture);
      if (video.paused) void video.play().catch(() => undefined);
      this.paintLabel(picture);
    } else {
      this.paintName(picture);
    }
    pen.restore();
  }

  private paintVideo(video: HTMLVideoElement, { x, y, width, height, isWhole }: Picture): void {
    const { videoWidth, videoHeight } = video;
    const ratios = [width / videoWidth, height / videoHeight];
    const scale = isWhole ? Math.min(...ratios) : Math.max(...ratios);
    const [w, h] = [videoWidth * scale, videoHeight * scale];
    this.pen.drawImage(video, x + (width - w) / 2, y + (height - h) / 2, w, h);
  }

  private paintLabel({ x, y, width, height, name }: Picture): void {
    const { pen, look } = this;
    pen.font = `500 ${LABEL_PX}px ${look.font}`;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    const words = fitting(pen, name, width - 4 * RADIUS);
    const boxHeight = LABEL_PX + RADIUS;
    const top = y + height - boxHeight - 8;
    pen.fillStyle = look.label;
    pen.beginPath();
    pen.roundRect(x + 8, top, pen.measureText(words).width + 2 * RADIUS, boxHeight, boxHeight / 2);
    pen.fill();
    pen.fillStyle = look.ink;
    pen.fillText(words, x + 8 + RADIUS, top + boxHeight / 2);
  }

  private paintName({ x, y, width, height, name }: Picture): void {
    const { pen, look } = this;
    pen.font = `600 ${Math.min(36, Math.max(LABEL_PX, height / 8))}px ${look.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = look.ink;
    pen.fillText(fitting(pen, name, width - 2 * RADIUS), x + width / 2, y + height / 2);
  }
}

function playing(stream: MediaStream): HTMLVideoElement {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  void video.play().catch(() => undefined);
  return video;
}

function fitting(pen: CanvasRenderingContext2D, words: string, width: number): string {
  if (pen.measureText(words).width <= width) return words;
  const letters = [...words];
  while (letters.length > 1 && pen.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("")}…`;
}
