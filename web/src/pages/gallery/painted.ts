/** Cameras and screens that are painted: close enough to real pictures to judge a layout by. */

const ROOMS: readonly (readonly [wall: string, light: string, shirt: string, skin: string, hair: string])[] = [
  ["#cdb79e", "#f3e6d2", "#3d5a6c", "#e3b08f", "#4a3425"],
  ["#8fa6a3", "#d9e5df", "#b4553b", "#8d5a3c", "#1f1713"],
  ["#b9a3b5", "#efe3ea", "#2f4a3c", "#f0c9a8", "#b5793c"],
  ["#a9b59a", "#ecf0de", "#6a4a7a", "#c58c63", "#2a1c14"],
  ["#c2a08c", "#f5e1d3", "#41506e", "#e8bd9b", "#7a3c22"],
  ["#94a0b8", "#e1e6f0", "#a8772f", "#6e452c", "#120d0a"],
];

/** Return a steady stream of somebody sitting in a room; `variant` chooses room and person. */
export function paintedCamera(name: string, variant: number): MediaStream {
  const [wall, light, shirt, skin, hair] = ROOMS[(variant + name.length) % ROOMS.length] ?? [
    "#888",
    "#ccc",
    "#444",
    "#caa",
    "#222",
  ];
  return painted(1280, 720, (pen) => {
    const room = pen.createLinearGradient(0, 0, 1280, 720);
    room.addColorStop(0, light);
    room.addColorStop(1, wall);
    pen.fillStyle = room;
    pen.fillRect(0, 0, 1280, 720);
    pen.fillStyle = "rgb(255 255 255 / 35%)";
    pen.fillRect(120 + variant * 20, 90, 220, 260);
    pen.fillStyle = "rgb(60 40 30 / 18%)";
    pen.fillRect(930 - variant * 15, 160, 260, 16);
    for (let book = 0; book < 6; book += 1) pen.fillRect(950 - variant * 15 + book * 34, 80 + (book % 3) * 12, 24, 80);
    disc(pen, shirt, 640, 800, 330, 330);
    disc(pen, skin, 640, 470, 70, 86);
    disc(pen, hair, 640, 300, 158, 176);
    disc(pen, skin, 640, 350, 128, 158);
    disc(pen, "#2a1d18", 594, 338, 10, 12);
    disc(pen, "#2a1d18", 686, 338, 10, 12);
    pen.strokeStyle = "#7a3e33";
    pen.lineWidth = 8;
    pen.lineCap = "round";
    pen.beginPath();
    pen.arc(640, 396, 44, 0.25, Math.PI - 0.25);
    pen.stroke();
  });
}

/** Return a stream that looks like a shared document. */
export function paintedScreen(): MediaStream {
  return painted(1600, 900, (pen) => {
    pen.fillStyle = "#f4f5f7";
    pen.fillRect(0, 0, 1600, 900);
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

function painted(width: number, height: number, paint: (pen: CanvasRenderingContext2D) => void): MediaStream {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (!pen) return new MediaStream();
  paint(pen);
  const stream = canvas.captureStream(5);
  // A canvas that is never painted again sends no frame to a video that starts later.
  window.setInterval(() => paint(pen), 400);
  return stream;
}

function disc(pen: CanvasRenderingContext2D, colour: string, x: number, y: number, rx: number, ry: number): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
  pen.fill();
}
