/** Blurs everything, the person too: for browsers that cannot find the person in a picture. */
import type { FilteredPicture, PictureFilter } from "../pictureFilter";
import { Smear } from "./smear";

const FRAMES_PER_SECOND = 15;
const FIRST_FRAME_WITHIN_MS = 5000;

export const plainBlur: PictureFilter = { apply };

async function apply(source: MediaStreamTrack): Promise<FilteredPicture> {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { alpha: false });
  if (!pen || typeof canvas.captureStream !== "function") throw new Error("this browser cannot record a canvas");
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([source]);
  try {
    await firstFrame(video);
  } catch (problem) {
    video.srcObject = null;
    throw problem;
  }
  const smear = new Smear((width, height) => Object.assign(document.createElement("canvas"), { width, height }));
  const paint = (): void => {
    // A phone that is turned changes its picture's size.
    if (canvas.width !== video.videoWidth || canvas.height !== video.videoHeight) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
    }
    smear.draw(pen, video, canvas.width, canvas.height);
  };
  paint();
  const stream = canvas.captureStream(FRAMES_PER_SECOND);
  // A timer, not the picture's own clock: that one stands still while the page is hidden.
  const timer = setInterval(paint, 1000 / FRAMES_PER_SECOND);
  const track = stream.getVideoTracks()[0] as MediaStreamTrack;
  return {
    track,
    reach: "all",
    stop() {
      clearInterval(timer);
      track.stop();
      video.srcObject = null;
    },
  };
}

async function firstFrame(video: HTMLVideoElement): Promise<void> {
  const arrived = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no picture came")), FIRST_FRAME_WITHIN_MS);
    video.onloadeddata = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  await Promise.all([video.play(), arrived]);
}
