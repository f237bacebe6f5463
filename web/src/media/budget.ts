/** How one participant's upload is divided in a mesh. Pure. */

export interface Share {
  readonly cameraBps: number;
  readonly cameraScaleDownBy: number;
  readonly cameraMaxFps: number;
  readonly screenBps: number;
  /** False when there is nothing left for this receiver's picture of me; the voice goes on. */
  readonly isCameraSent: boolean;
}

export interface Upload {
  /** Receivers; each one costs an encoder and its own copy of every packet. */
  readonly peers: number;
  readonly isSharing: boolean;
  /** Whoever is listened to gets the larger part of everybody's line and attention. */
  readonly isSpeaking: boolean;
  /** What may leave this machine in all, voice included. */
  readonly bps: number;
}

export interface Division {
  readonly share: Share;
  /** How many receivers can have my camera; the others are to get the share with `isCameraSent: false`. */
  readonly cameras: number;
}

/** What an ordinary home connection sends without queueing. */
export const FULL_UPLOAD_BPS = 3_000_000;
export const VOICE_BPS = 40_000;
/** Below this a face is a smear of blocks: rather none. */
const CAMERA_MIN_BPS = 80_000;
const CAMERA_MAX_BPS = 1_200_000;
const SCREEN_MIN_BPS = 120_000;
const SCREEN_MAX_BPS = 1_500_000;

/** Picture size by number of receivers. */
const SCALES: readonly { readonly upTo: number; readonly scale: number; readonly fps: number }[] = [
  { upTo: 1, scale: 1, fps: 30 },
  { upTo: 3, scale: 1.5, fps: 24 },
  { upTo: 5, scale: 2, fps: 20 },
  { upTo: 8, scale: 3, fps: 15 },
  { upTo: Number.POSITIVE_INFINITY, scale: 4, fps: 12 },
];
/** From this many receivers on, listeners stand back: below it there is room for all. */
const LISTENERS_FROM = 3;
const LISTENER_PART = 0.5;
/** A picture with less than this for its size is shrunk once more: few sharp pixels beat many smeared ones. */
const POOR_BPS = 250_000;

/**
 * Divides an upload among its receivers, voices first.
 *
 * A shared screen takes two thirds of what video has; when even the screen has too little, no camera is sent. Otherwise
 * as many receivers as there is bandwidth for have the camera.
 */
export function divide({ peers, isSharing, isSpeaking, bps }: Upload): Division {
  const receivers = Math.max(1, peers);
  const total = Math.max(0, bps - receivers * VOICE_BPS);
  const each = total / receivers;
  const isListener = !isSpeaking && receivers >= LISTENERS_FROM;
  const screenBps = Math.round(clamp((each * 2) / 3, SCREEN_MIN_BPS, SCREEN_MAX_BPS));
  const forCameras = isSharing ? Math.max(0, total - receivers * screenBps) : total;
  const wanted = Math.min(CAMERA_MAX_BPS, (forCameras / receivers) * (isListener ? LISTENER_PART : 1));
  const cameraBps = Math.round(Math.max(CAMERA_MIN_BPS, wanted));
  const cameras = Math.min(receivers, Math.floor(forCameras / CAMERA_MIN_BPS));
  const step = SCALES[rowFor(receivers) + (isListener ? 1 : 0)] ?? { scale: 4, fps: 12 };
  const shrink = (isSharing ? 1.5 : 1) * (cameraBps < POOR_BPS && step.scale < 3 ? 1.5 : 1);
  return {
    share: {
      cameraBps,
      cameraScaleDownBy: step.scale * shrink,
      cameraMaxFps: step.fps,
      screenBps,
      isCameraSent: true,
    },
    cameras,
  };
}

/** What a division asks of the line, in bits per second. */
export function demandOf({ share, cameras }: Division, peers: number, isSharing: boolean): number {
  return peers * (VOICE_BPS + (isSharing ? share.screenBps : 0)) + cameras * share.cameraBps;
}

function rowFor(receivers: number): number {
  return SCALES.findIndex((row) => receivers <= row.upTo);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

export function sameShare(a: Share | null, b: Share): boolean {
  return (
    a !== null &&
    a.cameraBps === b.cameraBps &&
    a.cameraScaleDownBy === b.cameraScaleDownBy &&
    a.cameraMaxFps === b.cameraMaxFps &&
    a.screenBps === b.screenBps &&
    a.isCameraSent === b.isCameraSent
  );
}
