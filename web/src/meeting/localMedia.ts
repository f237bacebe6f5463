/**
 * My camera, microphone and speaker, for pre-join and the call alike.
 *
 * Wishes are kept apart from what the devices do: the last click wins over a device that opens late.
 */
import { computed, signal } from "@preact/signals";
import { type CaptureApi, type CaptureChoice, captureBoth, pictureFor } from "../media/capture";
import { type DeviceApi, listDevices, type Memory } from "../media/devices";
import type { Levels } from "../media/levels";
import type { PictureFilter } from "../media/pictureFilter";
import { LocalCamera } from "./localCamera";
import { LocalMicrophone, MY_LEVEL } from "./localMicrophone";
import { MutedHint } from "./mutedHint";
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
  /** Milliseconds on a clock of any origin. */
  now(): number;
}

const SPEAKER = "speaker";

export function createLocalMedia(deps: LocalMediaDeps): LocalMedia {
  const { devices, memory, levels, createStream } = deps;
  const cameras = signal<readonly MediaDeviceInfo[]>([]);
  const microphones = signal<readonly MediaDeviceInfo[]>([]);
  const speakers = signal<readonly MediaDeviceInfo[]>([]);
  const chosenSpeaker = signal(memory.get(SPEAKER));
  const choice = (): CaptureChoice => ({
    cameraId: camera.deviceId.peek(),
    microphoneId: microphone.deviceId.peek(),
    isNoiseSuppressed: microphone.isNoiseSuppressed.peek(),
    size: pictureFor(deps.cores),
  });
  const camera = new LocalCamera({ ...deps, choice });
  const microphone = new LocalMicrophone({ ...deps, choice });
  const { level, talksMuted, dismissTalksMuted } = createMeter(deps, microphone);
  let started: Promise<void> | null = null;
  let isLooking = false;
  let isDue = false;

  async function refreshDevices(): Promise<void> {
    const lists = await listDevices(devices);
    cameras.value = lists.cameras;
    microphones.value = lists.microphones;
    speakers.value = deps.canChooseSpeaker ? lists.speakers : [];
  }

  async function openBoth(): Promise<void> {
    if (camera.isWanted.peek()) {
      const turns = { camera: camera.begin(), microphone: microphone.begin() };
      const captured = await captureBoth(devices, choice());
      microphone.take(turns.microphone, captured.microphone);
      await Promise.all([camera.take(turns.camera, captured.camera), refreshDevices()]);
    } else {
      await then(microphone.open());
    }
  }

  /** What has a problem is asked for again, both in one question where both have. */
  async function retry(): Promise<void> {
    const isCameraMissing = camera.isWanted.peek() && camera.problem.peek() !== null;
    if (microphone.problem.peek() === null) {
      if (isCameraMissing) await then(camera.open());
    } else if (isCameraMissing) await openBoth();
    else await then(microphone.open());
  }

  /** Names and ids of devices are known only after they were opened. */
  async function then(opening: Promise<void>): Promise<void> {
    await opening;
    await refreshDevices();
  }

  /** Goes back to the device that was chosen when it is plugged in again, and tries what was missing. */
  async function devicesChanged(): Promise<void> {
    await refreshDevices();
    levels.wake();
    if (!started) return;
    const isBack = (lists: readonly MediaDeviceInfo[], mine: LocalCamera | LocalMicrophone): boolean =>
      mine.problem.peek() === "missing"
        ? lists.length > 0
        : mine.chosenId !== "" &&
          mine.chosenId !== mine.deviceId.peek() &&
          lists.some(({ deviceId }) => deviceId === mine.chosenId);
    if (isBack(microphones.peek(), microphone)) await reopen(microphone);
    if (camera.isWanted.peek() && isBack(cameras.peek(), camera)) await reopen(camera);
  }

  /** One device announces itself several times; some browsers would ask the person as often. */
  async function lookOneByOne(): Promise<void> {
    isDue = true;
    if (isLooking) return;
    isLooking = true;
    try {
      while (isDue) {
        isDue = false;
        await devicesChanged();
      }
    } finally {
      isLooking = false;
    }
  }

  async function reopen(mine: LocalCamera | LocalMicrophone): Promise<void> {
    if (mine.chosenId !== "") mine.deviceId.value = mine.chosenId;
    await mine.open();
  }

  /** A phone takes camera and microphone away while the page is hidden and does not give them back by itself. */
  async function seenAgain(): Promise<void> {
    levels.wake();
    if (microphone.isLost) await then(microphone.open());
    if (camera.isWanted.peek() && camera.isLost) await then(camera.open());
  }

  devices?.addEventListener?.("devicechange", () => void lookOneByOne());
  deps.onVisible(() => void seenAgain());

  return {
    camera: camera.track,
    microphone: microphone.track,
    preview: computed(() => (camera.track.value ? createStream([camera.track.value]) : null)),
    // Before the devices have answered the wish is shown, so that the buttons do not flicker.
    isMicOn: computed(() => microphone.isWanted.value && microphone.problem.value === null),
    isCameraOn: computed(() => camera.isWanted.value && camera.problem.value === null),
    isShowing: computed(() => camera.isWanted.value && camera.problem.value === null && !camera.isHeldBack.value),
    cameraProblem: camera.problem,
    microphoneProblem: microphone.problem,
    cameras,
    microphones,
    speakers,
    cameraId: camera.deviceId,
    microphoneId: microphone.deviceId,
    // A speaker that is not there any more is the default one; it is used again when it comes back.
    speakerId: computed(() =>
      speakers.value.some((d) => d.deviceId === chosenSpeaker.value) ? chosenSpeaker.value : "",
    ),
    isNoiseSuppressed: microphone.isNoiseSuppressed,
    background: camera.background,
    backgroundState: camera.backgroundState,
    level,
    talksMuted,
    dismissTalksMuted,
    start() {
      started ??= openBoth();
      return started;
    },
    retry,
    setMic: (on) => microphone.set(on).then(refreshDevices),
    setCamera: (on) => camera.set(on).then(refreshDevices),
    chooseCamera: (deviceId) => then(camera.choose(deviceId)),
    chooseMicrophone: (deviceId) => then(microphone.choose(deviceId)),
    chooseSpeaker(deviceId) {
      chosenSpeaker.value = deviceId;
      memory.set(SPEAKER, deviceId);
    },
    setNoiseSuppression: (on) => microphone.setNoiseSuppression(on),
    setBackground: (background) => camera.setBackground(background),
    stop() {
      started = null;
      camera.stop();
      microphone.stop();
    },
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
