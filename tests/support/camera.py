"""A camera that a page's script paints: somebody in front of striped wallpaper, so that a test can tell them apart."""

from __future__ import annotations

#: Replaces the picture of `getUserMedia`, whichever camera is asked for; sound and the list of devices stay the
#: browser's. The stripes of wallpaper and shirt are 8 px wide in 640x360. The model takes the painted one for a person.
PAINTED_CAMERA = """
const disc = (pen, colour, x, y, rx, ry) => {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
  pen.fill();
};
const paint = (pen, tick) => {
  for (let x = 0; x < 640; x += 16) {
    pen.fillStyle = "#8fa6a3"; pen.fillRect(x, 0, 8, 360);
    pen.fillStyle = "#e6efe9"; pen.fillRect(x + 8, 0, 8, 360);
  }
  disc(pen, "#2f4a3c", 320, 400, 165, 165);
  disc(pen, "#e3b08f", 320, 235, 35, 43);
  disc(pen, "#4a3425", 320, 150, 79, 88);
  disc(pen, "#e3b08f", 320, 175, 64, 79);
  disc(pen, "#2a1d18", 297, 169, 5, 6);
  disc(pen, "#2a1d18", 343, 169, 5, 6);
  pen.strokeStyle = "#7a3e33"; pen.lineWidth = 4;
  pen.beginPath(); pen.arc(320, 198, 22, 0.25, Math.PI - 0.25); pen.stroke();
  pen.fillStyle = "#f4f4f4";
  for (let x = 256; x < 384; x += 16) pen.fillRect(x, 290, 8, 60);
  pen.fillRect(tick % 640, 356, 4, 4);
};
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (constraints) => {
  const stream = await real(constraints);
  const [camera] = stream.getVideoTracks();
  if (!camera) return stream;
  const { deviceId } = camera.getSettings();
  camera.stop();
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const pen = canvas.getContext("2d");
  let tick = 0;
  window.setInterval(() => paint(pen, tick++), 50);
  const [track] = canvas.captureStream(20).getVideoTracks();
  const settings = track.getSettings.bind(track);
  track.getSettings = () => ({ ...settings(), deviceId });
  return new MediaStream([track, ...stream.getAudioTracks()]);
};
"""
