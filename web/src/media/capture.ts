/** Opens the camera, the microphone and the screen, and says in one word what went wrong. */

export type CaptureProblem = "blocked" | "missing" | "busy" | "unsupported";

/** The part of `navigator.mediaDevices` that is used. Absent on pages without a secure origin. */
export interface CaptureApi {
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  getDisplayMedia?(options: DisplayMediaStreamOptions): Promise<MediaStream>;
}

export interface CaptureChoice {
  readonly cameraId: string;
  readonly microphoneId: string;
  readonly isNoiseSuppressed: boolean;
  readonly size: PictureSize;
}

export interface Captured {
  readonly track: MediaStreamTrack | null;
  readonly problem: CaptureProblem | null;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

/**
 * The picture to ask for. Every receiver of a mesh costs an encoder: a machine with few cores starts small, because
 * it drops voice before anything reports a limit.
 */
export function pictureFor(cores: number): PictureSize {
  return cores > 4 ? { width: 1280, height: 720, frameRate: 30 } : { width: 640, height: 360, frameRate: 24 };
}

export function problemOf(error: unknown): CaptureProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError" || name === "PermissionDeniedError") return "blocked";
  if (name === "NotFoundError" || name === "OverconstrainedError" || name === "DevicesNotFoundError") return "missing";
  if (name === "NotReadableError" || name === "AbortError" || name === "TrackStartError") return "busy";
  return "unsupported";
}

/**
 * A device is insisted on at first: Chromium passes over a mere wish, and takes what is first in its own settings
 * (issue 438606278 there, "won't fix"). One that is not there any more is a refusal then, and only wished for.
 */
type Way = "exact" | "ideal";

// All else is `ideal`: an exact wish that a phone cannot meet is a refusal, and a meeting without a camera.
function videoConstraints({ cameraId, size }: CaptureChoice, way: Way): MediaTrackConstraints {
  return {
    width: { ideal: size.width },
    height: { ideal: size.height },
    frameRate: { ideal: size.frameRate },
    ...(cameraId ? { deviceId: { [way]: cameraId } } : { facingMode: { ideal: "user" } }),
  };
}

function audioConstraints({ microphoneId, isNoiseSuppressed }: CaptureChoice, way: Way): MediaTrackConstraints {
  return {
    echoCancellation: { ideal: true },
    noiseSuppression: { ideal: isNoiseSuppressed },
    autoGainControl: { ideal: true },
    ...(microphoneId ? { deviceId: { [way]: microphoneId } } : {}),
  };
}

async function open(
  api: CaptureApi | undefined,
  constraints: (way: Way) => MediaStreamConstraints,
): Promise<MediaStream> {
  if (!api?.getUserMedia) throw new Error("no capture on this page");
  try {
    return await api.getUserMedia(constraints("exact"));
  } catch (error) {
    // Not an Error in every browser.
    if ((error as { name?: unknown } | null)?.name !== "OverconstrainedError") throw error;
    return api.getUserMedia(constraints("ideal"));
  }
}

export async function captureCamera(api: CaptureApi | undefined, choice: CaptureChoice): Promise<Captured> {
  try {
    const stream = await open(api, (way) => ({ video: videoConstraints(choice, way) }));
    return { track: stream.getVideoTracks()[0] ?? null, problem: null };
  } catch (error) {
    return { track: null, problem: problemOf(error) };
  }
}

export async function captureMicrophone(api: CaptureApi | undefined, choice: CaptureChoice): Promise<Captured> {
  try {
    const stream = await open(api, (way) => ({ audio: audioConstraints(choice, way) }));
    return { track: stream.getAudioTracks()[0] ?? null, problem: null };
  } catch (error) {
    return { track: null, problem: problemOf(error) };
  }
}

/**
 * Both in one gesture and one question. iOS drops the first track when they are asked for one after the other;
 * only if the pair fails is each tried alone, so that a missing camera does not cost the voice.
 */
export async function captureBoth(
  api: CaptureApi | undefined,
  choice: CaptureChoice,
): Promise<{ readonly camera: Captured; readonly microphone: Captured }> {
  try {
    const stream = await open(api, (way) => ({
      video: videoConstraints(choice, way),
      audio: audioConstraints(choice, way),
    }));
    return {
      camera: { track: stream.getVideoTracks()[0] ?? null, problem: null },
      microphone: { track: stream.getAudioTracks()[0] ?? null, problem: null },
    };
  } catch {
    const microphone = await captureMicrophone(api, choice);
    const camera = await captureCamera(api, choice);
    return { camera, microphone };
  }
}

/**
 * A whole screen's sound is everything that the machine plays, the others' voices too, which they would hear again.
 * Browsers that do not know this constraint pass over it; TypeScript's library does not know it yet.
 */
const SOUND_OF_OTHERS: MediaTrackConstraints & { readonly restrictOwnAudio: boolean } = { restrictOwnAudio: true };

/** "blocked": the system's own settings forbid it, and the browser cannot ask. "failed": all else. */
export type ScreenProblem = "blocked" | "failed";

export interface CapturedScreen {
  readonly stream: MediaStream | null;
  /** Why there is no stream; null when the person changed their mind. */
  readonly problem: ScreenProblem | null;
}

/** The screen with its sound where the browser has it. */
export async function captureScreen(api: CaptureApi | undefined): Promise<CapturedScreen> {
  if (!api?.getDisplayMedia) return { stream: null, problem: null };
  try {
    const stream = await api.getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: SOUND_OF_OTHERS });
    const picture = stream.getVideoTracks()[0];
    // Text must stay sharp; a slow slide is no loss.
    if (picture) picture.contentHint = "detail";
    return { stream, problem: null };
  } catch (error) {
    return { stream: null, problem: screenProblemOf(error) };
  }
}

/** A change of mind and a refusal of the system have one name; Chromium tells them apart in its words, Safari does not. */
function screenProblemOf(error: unknown): ScreenProblem | null {
  if (problemOf(error) !== "blocked") return "failed";
  return String(error).includes("denied by system") ? "blocked" : null;
}
