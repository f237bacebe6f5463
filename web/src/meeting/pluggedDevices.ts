/** What is plugged in: the lists to choose from, and opening, trying again and going back to what was chosen. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type CaptureApi, type CaptureChoice, captureBoth } from "../media/capture";
import { type DeviceApi, listDevices, type Memory } from "../media/devices";
import type { Levels } from "../media/levels";
import type { LocalCamera } from "./localCamera";
import type { LocalMicrophone } from "./localMicrophone";

interface PluggedDeps {
  readonly devices: (CaptureApi & DeviceApi) | undefined;
  readonly memory: Memory;
  readonly levels: Levels;
  readonly canChooseSpeaker: boolean;
  onVisible(listener: () => void): void;
  readonly life: AbortSignal;
}

const SPEAKER = "speaker";

export class PluggedDevices {
  readonly cameras = signal<readonly MediaDeviceInfo[]>([]);
  readonly microphones = signal<readonly MediaDeviceInfo[]>([]);
  readonly speakers = signal<readonly MediaDeviceInfo[]>([]);
  /** A speaker that is not there any more is the default one; it is used again when it comes back. */
  readonly speakerId: ReadonlySignal<string>;
  private readonly chosenSpeaker;
  private started: Promise<void> | null = null;
  private isLooking = false;
  private isDue = false;

  constructor(
    private readonly deps: PluggedDeps,
    private readonly camera: LocalCamera,
    private readonly microphone: LocalMicrophone,
    private readonly choice: () => CaptureChoice,
  ) {
    this.chosenSpeaker = signal(deps.memory.get(SPEAKER));
    this.speakerId = computed(() => {
      const chosen = this.chosenSpeaker.value;
      return this.speakers.value.some(({ deviceId }) => deviceId === chosen) ? chosen : "";
    });
    deps.devices?.addEventListener?.("devicechange", () => void this.lookOneByOne(), { signal: deps.life });
    deps.onVisible(() => void this.seenAgain());
  }

  start(): Promise<void> {
    this.started ??= this.openBoth();
    return this.started;
  }

  stop(): void {
    this.started = null;
    this.camera.stop();
    this.microphone.stop();
  }

  /** What has a problem is asked for again, both in one question where both have. */
  async retry(): Promise<void> {
    const { camera, microphone } = this;
    const isCameraMissing = camera.isWanted.peek() && camera.problem.peek() !== null;
    if (microphone.problem.peek() === null) {
      if (isCameraMissing) await this.after(camera.open());
    } else if (isCameraMissing) await this.openBoth();
    else await this.after(microphone.open());
  }

  /** Names and ids of devices are known only after they were opened. */
  async after(opening: Promise<void>): Promise<void> {
    await opening;
    await this.refresh();
  }

  chooseSpeaker(deviceId: string): void {
    this.chosenSpeaker.value = deviceId;
    this.deps.memory.set(SPEAKER, deviceId);
  }

  private async refresh(): Promise<void> {
    const lists = await listDevices(this.deps.devices);
    this.cameras.value = lists.cameras;
    this.microphones.value = lists.microphones;
    this.speakers.value = this.deps.canChooseSpeaker ? lists.speakers : [];
  }

  private async openBoth(): Promise<void> {
    const { camera, microphone } = this;
    if (camera.isWanted.peek()) {
      const turns = { camera: camera.begin(), microphone: microphone.begin() };
      const captured = await captureBoth(this.deps.devices, this.choice());
      microphone.take(turns.microphone, captured.microphone);
      await Promise.all([camera.take(turns.camera, captured.camera), this.refresh()]);
    } else {
      await this.after(microphone.open());
    }
  }

  /** One device announces itself several times; some browsers would ask the person as often. */
  private async lookOneByOne(): Promise<void> {
    this.isDue = true;
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      while (this.isDue) {
        this.isDue = false;
        await this.look();
      }
    } finally {
      this.isLooking = false;
    }
  }

  /** Goes back to the device that was chosen when it is plugged in again, and tries what was missing. */
  private async look(): Promise<void> {
    await this.refresh();
    this.deps.levels.wake();
    if (!this.started) return;
    if (isBack(this.microphones.peek(), this.microphone)) await reopen(this.microphone);
    if (this.camera.isWanted.peek() && isBack(this.cameras.peek(), this.camera)) await reopen(this.camera);
  }

  /** A phone takes camera and microphone away while the page is hidden and does not give them back by itself. */
  private async seenAgain(): Promise<void> {
    this.deps.levels.wake();
    if (this.microphone.isLost) await this.after(this.microphone.open());
    if (this.camera.isWanted.peek() && this.camera.isLost) await this.after(this.camera.open());
  }
}

function isBack(plugged: readonly MediaDeviceInfo[], mine: LocalCamera | LocalMicrophone): boolean {
  if (mine.problem.peek() === "missing") return plugged.length > 0;
  const { chosenId } = mine;
  return chosenId !== "" && chosenId !== mine.deviceId.peek() && plugged.some(({ deviceId }) => deviceId === chosenId);
}

async function reopen(mine: LocalCamera | LocalMicrophone): Promise<void> {
  if (mine.chosenId !== "") mine.deviceId.value = mine.chosenId;
  await mine.open();
}
