/**
 * My camera and microphone, for pre-join and the call alike.
 *
 * Camera off stops the device, so that its light goes out; microphone off only disables the track, so that unmuting
 * is instant. Wishes are kept apart from what the devices do: the last click wins over a device that opens late.
 */
import { computed, signal } from "@preact/signals";
import {
  type CaptureApi,
  type Captured,
  captureBoth,
  captureCamera,
  captureMicrophone,
  pictureFor,
} from "../media/capture";
import { type DeviceApi, listDevices, type Memory } from "../media/devices";
import type { Levels } from "../media/levels";
import type { DeviceProblem, LocalMedia } from "./types";

export interface LocalMediaDeps {
  readonly devices: (CaptureApi & DeviceApi) | undefined;
  readonly memory: Memory;
  /** Of this tab: nobody comes back from a reload with an open microphone that was closed before. */
  readonly tab: Memory;
  readonly levels: Levels;
  /** `navigator.hardwareConcurrency`. */
  readonly cores: number;
  createStream(tracks: MediaStreamTrack[]): MediaStream;
}

/** The key of my own voice among the watched levels. */
export const MY_LEVEL = "";

const CAMERA = "camera";
const MICROPHONE = "microphone";
const CAMERA_OFF = "cameraOff";
const MIC_OFF = "micOff";

export function createLocalMedia({ devices, memory, tab, levels, cores, createStream }: LocalMediaDeps): LocalMedia {
  const camera = signal<MediaStreamTrack | null>(null);
  const microphone = signal<MediaStreamTrack | null>(null);
  const wantsCamera = signal(memory.get(CAMERA_OFF) === "");
  const wantsMic = signal(tab.get(MIC_OFF) === "");
  const cameraProblem = signal<DeviceProblem | null>(null);
  const microphoneProblem = signal<DeviceProblem | null>(null);
  const cameras = signal<readonly MediaDeviceInfo[]>([]);
  const microphones = signal<readonly MediaDeviceInfo[]>([]);
  const cameraId = signal(memory.get(CAMERA));
  const microphoneId = signal(memory.get(MICROPHONE));
  const rawLevel = signal(0);
  let cameraTurn = 0;
  let microphoneTurn = 0;
  let started: Promise<void> | null = null;

  const choice = () => ({ cameraId: cameraId.peek(), microphoneId: microphoneId.peek(), size: pictureFor(cores) });

  levels.onTick((all) => {
    const next = all.get(MY_LEVEL) ?? 0;
    const before = rawLevel.peek();
    // Up at once, down slowly: a meter that follows every sample reads as noise.
    rawLevel.value = next > before ? next : before * 0.7 + next * 0.3;
  });
  devices?.addEventListener?.("devicechange", () => void refreshDevices());

  async function refreshDevices(): Promise<void> {
    const lists = await listDevices(devices);
    cameras.value = lists.cameras;
    microphones.value = lists.microphones;
  }

  function takeCamera({ track, problem }: Captured): void {
    camera.peek()?.stop();
    camera.value = track;
    cameraProblem.value = problem;
    if (!track) return;
    cameraId.value = track.getSettings().deviceId ?? cameraId.peek();
    track.onended = () => {
      // Unplugged, or taken by the system. Whatever camera is left goes on.
      if (camera.peek() !== track) return;
      camera.value = null;
      void openCamera();
    };
  }

  function takeMicrophone({ track, problem }: Captured): void {
    microphone.peek()?.stop();
    if (track) track.enabled = wantsMic.peek();
    microphone.value = track;
    microphoneProblem.value = problem;
    if (!track) {
      levels.unwatch(MY_LEVEL);
      return;
    }
    microphoneId.value = track.getSettings().deviceId ?? microphoneId.peek();
    levels.watch(MY_LEVEL, createStream([track]));
    track.onended = () => {
      if (microphone.peek() !== track) return;
      microphone.value = null;
      void openMicrophone();
    };
  }

  async function openCamera(): Promise<void> {
    cameraTurn += 1;
    const turn = cameraTurn;
    const captured = await captureCamera(devices, choice());
    if (turn !== cameraTurn || !wantsCamera.peek()) captured.track?.stop();
    else takeCamera(captured);
    await refreshDevices();
  }

  async function openMicrophone(): Promise<void> {
    microphoneTurn += 1;
    const turn = microphoneTurn;
    const captured = await captureMicrophone(devices, choice());
    if (turn !== microphoneTurn) captured.track?.stop();
    else takeMicrophone(captured);
    await refreshDevices();
  }

  async function openBoth(): Promise<void> {
    if (!wantsCamera.peek()) return openMicrophone();
    cameraTurn += 1;
    microphoneTurn += 1;
    const turns = [cameraTurn, microphoneTurn];
    const captured = await captureBoth(devices, choice());
    if (turns[0] === cameraTurn && wantsCamera.peek()) takeCamera(captured.camera);
    else captured.camera.track?.stop();
    if (turns[1] === microphoneTurn) takeMicrophone(captured.microphone);
    else captured.microphone.track?.stop();
    await refreshDevices();
  }

  return {
    camera,
    microphone,
    preview: computed(() => (camera.value ? createStream([camera.value]) : null)),
    // Before the devices have answered the wish is shown, so that the buttons do not flicker.
    isMicOn: computed(() => wantsMic.value && microphoneProblem.value === null),
    isCameraOn: computed(() => wantsCamera.value && cameraProblem.value === null),
    cameraProblem,
    microphoneProblem,
    cameras,
    microphones,
    cameraId,
    microphoneId,
    level: computed(() => (wantsMic.value && microphone.value ? rawLevel.value : 0)),
    start() {
      started ??= openBoth();
      return started;
    },
    async setMic(on) {
      wantsMic.value = on;
      tab.set(MIC_OFF, on ? "" : "1");
      const track = microphone.peek();
      if (track) track.enabled = on;
      else if (on) await openMicrophone();
    },
    async setCamera(on) {
      wantsCamera.value = on;
      memory.set(CAMERA_OFF, on ? "" : "1");
      if (on) {
        if (!camera.peek()) await openCamera();
        return;
      }
      cameraTurn += 1;
      takeCamera({ track: null, problem: null });
    },
    async chooseCamera(deviceId) {
      cameraId.value = deviceId;
      memory.set(CAMERA, deviceId);
      if (wantsCamera.peek()) await openCamera();
    },
    async chooseMicrophone(deviceId) {
      microphoneId.value = deviceId;
      memory.set(MICROPHONE, deviceId);
      await openMicrophone();
    },
    stop() {
      cameraTurn += 1;
      microphoneTurn += 1;
      started = null;
      takeCamera({ track: null, problem: null });
      takeMicrophone({ track: null, problem: null });
    },
  };
}
