/** How one participant's upload is divided in a mesh. Pure. */

export interface Share {
  readonly cameraBps: number;
  readonly cameraScaleDownBy: number;
  readonly cameraMaxFps: number;
  readonly screenBps: number;
}

/** What an ordinary home connection sends without queueing; a voice takes 40 kbit/s of each pair first. */
const UPLOAD_BPS = 3_000_000;
const VOICE_BPS = 40_000;
const CAMERA_MIN_BPS = 80_000;
const CAMERA_MAX_BPS = 1_200_000;
const SCREEN_MAX_BPS = 1_500_000;

/** Picture size by number of receivers: each one costs an encoder. */
const SCALES: readonly { readonly upTo: number; readonly scale: number; readonly fps: number }[] = [
  { upTo: 1, scale: 1, fps: 30 },
  { upTo: 3, scale: 1.5, fps: 24 },
  { upTo: 5, scale: 2, fps: 20 },
  { upTo: 8, scale: 3, fps: 15 },
  { upTo: Number.POSITIVE_INFINITY, scale: 4, fps: 12 },
];

/**
 * The part of the upload for one of `peers` receivers.
 *
 * @param isSharing a shared screen takes two thirds of what video has, and the camera shrinks once more.
 */
export function shareFor(peers: number, isSharing: boolean): Share {
  const receivers = Math.max(1, peers);
  const step = SCALES.find((row) => receivers <= row.upTo) ?? { scale: 4, fps: 12 };
  const video = Math.max(CAMERA_MIN_BPS, UPLOAD_BPS / receivers - VOICE_BPS);
  const camera = isSharing ? video / 3 : video;
  return {
    cameraBps: Math.round(Math.min(CAMERA_MAX_BPS, Math.max(CAMERA_MIN_BPS, camera))),
    cameraScaleDownBy: isSharing ? step.scale * 1.5 : step.scale,
    cameraMaxFps: step.fps,
    screenBps: Math.round(Math.min(SCREEN_MAX_BPS, Math.max(CAMERA_MIN_BPS, (video * 2) / 3))),
  };
}

/** Applies a share to the senders of one pair; a sender that is not negotiated yet is left for the next call. */
export async function applyShare(
  share: Share,
  camera: RTCRtpSender | undefined,
  screen: RTCRtpSender | undefined,
  voice: RTCRtpSender | undefined,
): Promise<void> {
  await Promise.all([
    change(camera, (encoding) => {
      encoding.maxBitrate = share.cameraBps;
      encoding.maxFramerate = share.cameraMaxFps;
      encoding.scaleResolutionDownBy = share.cameraScaleDownBy;
    }),
    change(screen, (encoding) => {
      encoding.maxBitrate = share.screenBps;
    }),
    change(voice, (encoding) => {
      encoding.priority = "high";
      encoding.networkPriority = "high";
    }),
  ]);
}

async function change(
  sender: RTCRtpSender | undefined,
  edit: (encoding: RTCRtpEncodingParameters) => void,
): Promise<void> {
  const parameters = sender?.getParameters();
  const encoding = parameters?.encodings?.[0];
  if (!sender || !parameters || !encoding) return;
  edit(encoding);
  // A connection that closes meanwhile rejects; the next one gets its own share.
  await sender.setParameters(parameters).catch(() => undefined);
}
