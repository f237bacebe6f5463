/**
 * My camera, microphone and speaker, for pre-join and the call alike.
 *
 * Wishes are kept apart from what the devices do: the last click wins over a device that opens late.
 */
import { computed, signal } from "@preact/signals";
import { type CaptureApi, type CaptureChoice, pictureFor } from "../media/capture";
import type { DeviceApi, Memory } from "../media/devices";
import type { Levels } from "../media/levels";
import type { PictureFilter } from "../media/pictureFilter";
import type { After } from "../media/transport";
import { LocalCamera } from "./localCamera";
import { LocalMicrophone, MY_LEVEL } from "./localMicrophone";
import { MutedHint } from "./mutedHint";
import { PluggedDevices } from "./pluggedDevices";
import type { LocalMedia } from "./types";

export { MY_LEVEL } from "./localMicrophone";

export interface LocalMediaDeps {
  readonly devices: (CaptureApi & DeviceApi) | undefined;
  readonly memory: Memory;
  /** Of this tab: nobody comes back from a reload with an open microphone that was closed before. */
  readonly tab: Memory;
  readonly levels: Levels;
  /** `navigator.hardwareConcurrency`. */
  readonly cores: number;
  /** Whether the browser can play sound elsewhere than at its default (`setSinkId`). */
  readonly canChooseSpeaker: boolean;
  createStream(tracks: MediaStreamTrack[]): MediaStream;
  loadBlur(): Promise<PictureFilter>;
  /** Calls whenever the page is seen again. */
  onVisible(listener: () => void): void;
  /** Ends the listening for devices that come and go. */
  readonly life: AbortSignal;
  readonly after: After;
  /** Milliseconds on a clock of any origin. */
  now(): number;
}

export function createLocalMedia(deps: LocalMediaDeps): LocalMedia {
  const choice = (): CaptureChoice => ({
    cameraId: camera.deviceId.peek(),
    microphoneId: microphone.deviceId.peek(),
    isNoiseSuppressed: microphone.isNoiseSuppressed.peek(),
    size: pictureFor(deps.cores),
  });
  const camera = new LocalCamera({ ...deps, choice });
  const microphone = new LocalMicrophone({ ...deps, choice });
  const plugged = new PluggedDevices(deps, camera, microphone, choice);
  const { level, talksMuted, dismissTalksMuted } = createMeter(deps, microphone);

  return {
    camera: camera.track,
    microphone: microphone.track,
    preview: computed(() => (camera.track.value ? deps.createStream([camera.track.value]) : null)),
    // Before the devices have answered the wish is shown, so that the buttons do not flicker.
    isMicOn: computed(() => microphone.isWanted.value && microphone.problem.value === null),
    isCameraOn: computed(() => camera.isWanted.value && camera.problem.value === null),
    isShowing: computed(() => camera.isWanted.value && camera.problem.value === null && !camera.isHeldBack.value),
    cameraProblem: camera.problem,
    microphoneProblem: microphone.problem,
    cameras: plugged.cameras,
    microphones: plugged.microphones,
    speakers: plugged.speakers,
    cameraId: camera.deviceId,
    microphoneId: microphone.deviceId,
    speakerId: plugged.speakerId,
    isNoiseSuppressed: microphone.isNoiseSuppressed,
    background: camera.background,
    backgroundState: camera.backgroundState,
    level,
    talksMuted,
    dismissTalksMuted,
    start: () => plugged.start(),
    retry: () => plugged.retry(),
    setMic: (on) => plugged.after(microphone.set(on)),
    setCamera: (on) => plugged.after(camera.set(on)),
    coverCamera: () => camera.cover(),
    chooseCamera: (deviceId) => plugged.after(camera.choose(deviceId)),
    chooseMicrophone: (deviceId) => plugged.after(microphone.choose(deviceId)),
    chooseSpeaker: (deviceId) => plugged.chooseSpeaker(deviceId),
    setNoiseSuppression: (on) => microphone.setNoiseSuppression(on),
    setBackground: (background) => camera.setBackground(background),
    stop: () => plugged.stop(),
  };
}

type Meter = Pick<LocalMedia, "level" | "talksMuted" | "dismissTalksMuted">;

function createMeter({ levels, now }: LocalMediaDeps, microphone: LocalMicrophone): Meter {
  const hint = new MutedHint();
  const raw = signal(0);
  const talksMuted = signal(false);
  levels.onTick((all) => {
    const next = all.get(MY_LEVEL) ?? 0;
    const before = raw.peek();
    // Up at once, down slowly: a meter that follows every sample reads as noise.
    raw.value = next > before ? next : before * 0.7 + next * 0.3;
    talksMuted.value = hint.update(next, !microphone.isWanted.peek(), now());
  });
  return {
    level: computed(() => (microphone.isWanted.value && microphone.track.value ? raw.value : 0)),
    talksMuted,
    dismissTalksMuted() {
      hint.dismiss(now());
      talksMuted.value = false;
    },
  };
}
