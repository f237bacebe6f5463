/** Cameras and screens that are painted: close enough to real pictures to judge a layout by. */

type Pen = CanvasRenderingContext2D;

interface Sitter {
  readonly wall: string;
  readonly light: string;
  readonly shirt: string;
  readonly skin: string;
  readonly hair: string;
  readonly cut: "short" | "long" | "curly" | "bun";
  readonly room: "shelf" | "window" | "plant" | "lamp";
  readonly extra: "glasses" | "beard" | "headset" | "none";
}

const SITTERS: readonly Sitter[] = [
  look("#cdb79e", "#f3e6d2", "#3d5a6c", "#e3b08f", "#4a3425", "short", "shelf", "glasses"),
  look("#8fa6a3", "#d9e5df", "#b4553b", "#8d5a3c", "#1f1713", "curly", "plant", "none"),
  look("#b9a3b5", "#efe3ea", "#2f4a3c", "#f0c9a8", "#b5793c", "long", "window", "none"),
  look("#a9b59a", "#ecf0de", "#6a4a7a", "#c58c63", "#2a1c14", "bun", "plant", "glasses"),
  look("#c2a08c", "#f5e1d3", "#41506e", "#e8bd9b", "#7a3c22", "short", "lamp", "beard"),
  look("#94a0b8", "#e1e6f0", "#a8772f", "#6e452c", "#120d0a", "curly", "window", "headset"),
];

function look(
  wall: string,
  light: string,
  shirt: string,
  skin: string,
  hair: string,
  cut: Sitter["cut"],
  room: Sitter["room"],
  extra: Sitter["extra"],
): Sitter {
  return { wall, light, shirt, skin, hair, cut, room, extra };
}

/** Return a steady stream of somebody sitting in a room; `variant` chooses room and person. */
export function paintedCamera(name: string, variant: number): MediaStream {
  const sitter = SITTERS[(variant + name.length) % SITTERS.length];
  return painted(1280, 720, (pen) => {
    if (!sitter) return;
    const room = pen.createLinearGradient(0, 0, 1280, 720);
    room.addColorStop(0, sitter.light);
    room.addColorStop(1, sitter.wall);
    pen.fillStyle = room;
    pen.fillRect(0, 0, 1280, 720);
    ROOMS[sitter.room](pen);
    person(pen, sitter, ((variant * 37) % 90) - 45);
  });
}

const ROOMS: Readonly<Record<Sitter["room"], (pen: Pen) => void>> = {
  shelf: (pen) => {
    pen.fillStyle = "rgb(60 40 30 / 22%)";
    for (const [top, from] of [
      [200, 880],
      [370, 930],
    ] as const) {
      pen.fillRect(from, top, 300, 16);
      for (let book = 0; book < 7; book += 1) {
        const height = 80 + ((book * 7) % 4) * 11;
        pen.fillRect(from + 14 + book * 36, top - height, 26, height);
      }
    }
    frame(pen, 130, 110, 190, 240);
  },
  window: (pen) => {
    pen.fillStyle = "rgb(255 255 255 / 55%)";
    pen.fillRect(880, 60, 290, 400);
    pen.fillStyle = "rgb(90 80 90 / 20%)";
    pen.fillRect(1020, 60, 10, 400);
    pen.fillRect(880, 250, 290, 10);
    pen.fillRect(850, 460, 350, 18);
    frame(pen, 110, 130, 220, 160);
  },
  plant: (pen) => {
    pen.fillStyle = "rgb(120 70 45 / 55%)";
    pen.fillRect(1020, 520, 120, 130);
    for (const [x, y, turn] of [
      [1030, 430, -0.6],
      [1080, 380, 0],
      [1135, 430, 0.6],
      [1000, 490, -1.1],
      [1165, 490, 1.1],
    ] as const) {
      pen.fillStyle = "rgb(46 92 66 / 62%)";
      pen.beginPath();
      pen.ellipse(x, y, 30, 100, turn, 0, Math.PI * 2);
      pen.fill();
    }
    frame(pen, 120, 90, 240, 260);
  },
  lamp: (pen) => {
    disc(pen, "rgb(255 236 190 / 45%)", 1080, 250, 210, 210);
    pen.fillStyle = "rgb(255 244 214 / 90%)";
    pen.beginPath();
    pen.moveTo(1020, 300);
    pen.lineTo(1050, 180);
    pen.lineTo(1120, 180);
    pen.lineTo(1150, 300);
    pen.fill();
    pen.fillStyle = "rgb(60 40 30 / 40%)";
    pen.fillRect(1080, 300, 12, 300);
    frame(pen, 140, 120, 170, 210);
  },
};

function frame(pen: Pen, x: number, y: number, width: number, height: number): void {
  pen.fillStyle = "rgb(255 255 255 / 40%)";
  pen.fillRect(x, y, width, height);
  pen.fillStyle = "rgb(80 60 50 / 14%)";
  pen.fillRect(x + 22, y + 22, width - 44, height - 44);
}

function person(pen: Pen, { shirt, skin, hair, cut, extra }: Sitter, aside: number): void {
  const x = 640 + aside;
  if (cut === "long") {
    disc(pen, hair, x, 340, 176, 190);
    pen.fillRect(x - 176, 330, 352, 260);
  }
  if (cut === "bun") disc(pen, hair, x, 118, 72, 66);
  disc(pen, shirt, x, 810, 340, 330);
  disc(pen, skin, x, 480, 66, 80);
  if (cut === "curly") {
    for (let curl = 0; curl < 9; curl += 1) {
      const turn = Math.PI * (1 + curl / 8);
      disc(pen, hair, x + Math.cos(turn) * 128, 300 + Math.sin(turn) * 128, 66, 66);
    }
  }
  disc(pen, hair, x, 296, 152, 170);
  disc(pen, skin, x, 352, 126, 156);
  if (cut !== "curly") fringe(pen, hair, x, cut === "long" ? 0.5 : 0.2);
  if (extra === "beard") {
    pen.fillStyle = hair;
    pen.beginPath();
    pen.ellipse(x, 410, 122, 104, 0, 0.06, Math.PI - 0.06);
    pen.fill();
    disc(pen, skin, x, 404, 62, 34);
  }
  face(pen, x);
  if (extra === "glasses") {
    pen.strokeStyle = "#3a2d28";
    pen.lineWidth = 7;
    for (const side of [-1, 1]) {
      pen.beginPath();
      pen.roundRect(x + side * 48 - 36, 306, 72, 60, 24);
      pen.stroke();
    }
    pen.beginPath();
    pen.moveTo(x - 12, 330);
    pen.lineTo(x + 12, 330);
    pen.stroke();
  }
  if (extra === "headset") {
    pen.strokeStyle = "#e8e2da";
    pen.lineWidth = 16;
    pen.beginPath();
    pen.arc(x, 320, 172, Math.PI * 1.06, Math.PI * 1.94);
    pen.stroke();
    disc(pen, "#e8e2da", x - 150, 350, 30, 50);
    disc(pen, "#e8e2da", x + 150, 350, 30, 50);
  }
}

/** Hair over the forehead, parted at one side. */
function fringe(pen: Pen, hair: string, x: number, part: number): void {
  pen.fillStyle = hair;
  pen.beginPath();
  pen.moveTo(x - 132, 330);
  pen.quadraticCurveTo(x - 120, 176, x, 176);
  pen.quadraticCurveTo(x + 120, 176, x + 132, 330);
  pen.quadraticCurveTo(x + 110, 246, x + 126 * part, 232);
  pen.quadraticCurveTo(x - 90, 236, x - 132, 330);
  pen.fill();
}

function face(pen: Pen, x: number): void {
  disc(pen, "#2a1d18", x - 46, 338, 10, 12);
  disc(pen, "#2a1d18", x + 46, 338, 10, 12);
  pen.strokeStyle = "rgb(70 15 8 / 70%)";
  pen.lineWidth = 8;
  pen.lineCap = "round";
  pen.beginPath();
  pen.arc(x, 396, 44, 0.3, Math.PI - 0.3);
  pen.stroke();
}

/** Return a stream that looks like a shared document, on a wide screen or on that of a phone. */
export function paintedScreen(isUpright = false): MediaStream {
  const [width, height] = isUpright ? [1170, 2532] : [1600, 900];
  return painted(width, height, (pen) => {
    pen.resetTransform();
    pen.fillStyle = "#f4f5f7";
    pen.fillRect(0, 0, width, height);
    if (isUpright) pen.translate(-215, 600);
    pen.fillStyle = "#ffffff";
    pen.fillRect(250, 60, 1100, 840);
    pen.fillStyle = "#20242c";
    pen.font = "600 54px sans-serif";
    pen.fillText("Roadmap for the spring", 330, 170);
    pen.fillStyle = "#b9c0cc";
    for (let line = 0; line < 9; line += 1) pen.fillRect(330, 230 + line * 34, 900 - (line % 3) * 140, 12);
    const bars = [120, 190, 150, 240, 210];
    bars.forEach((height, index) => {
      pen.fillStyle = index === 3 ? "#3f7d58" : "#8aa3b8";
      pen.fillRect(340 + index * 180, 840 - height, 120, height);
    });
  });
}

function painted(width: number, height: number, paint: (pen: Pen) => void): MediaStream {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (!pen) return new MediaStream();
  paint(pen);
  const stream = canvas.captureStream(5);
  // A canvas that is never painted again sends no frame to a video that starts later.
  const timer = window.setInterval(() => paint(pen), 400);
  stops.push(() => {
    window.clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
  });
  return stream;
}

const stops: (() => void)[] = [];

/** Put all brushes down: the next state paints its own. */
export function stopPainting(): void {
  for (const stop of stops.splice(0)) stop();
}

function disc(pen: Pen, colour: string, x: number, y: number, rx: number, ry: number): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
  pen.fill();
}
