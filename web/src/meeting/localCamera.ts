/**
 * My camera: off stops the device, so that its light goes out.
 *
 * With a blurred background the camera's own track never leaves this class. It is held back until the first blurred
 * frame is there, and if blurring fails the camera stays off rather than showing what was to be hidden.
 */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type CaptureApi, type CaptureChoice, type Captured, captureCamera } from "../media/capture";
import type { Memory } from "../media/devices";
import type { FilteredPicture, PictureFilter } from "../media/pictureFilter";
import type { After } from "../media/transport";
import { isLost, watchPauses } from "./localTrack";
import type { Background, BackgroundState, DeviceProblem } from "./types";

export interface LocalCameraDeps {
  readonly devices: CaptureApi | undefined;
  readonly memory: Memory;
  readonly after: After;
  choice(): CaptureChoice;
  /** Asked again only when it failed, or when the person wants what it gave no more. */
  loadBlur(): Promise<PictureFilter>;
}

const CAMERA = "camera";
const CAMERA_OFF = "cameraOff";
const BACKGROUND = "background";

export class LocalCamera {
  /** What may be shown and sent. */
  readonly track = signal<MediaStreamTrack | null>(null);
  readonly problem = signal<DeviceProblem | null>(null);
  readonly isWanted: Signal<boolean>;
  readonly deviceId: Signal<string>;
  readonly background: Signal<Background>;
  readonly backgroundState = signal<BackgroundState>("off");
  /** On by the person's word, but nothing may be shown yet. */
  readonly isHeldBack: ReadonlySignal<boolean>;
  private device: MediaStreamTrack | null = null;
  private picture: FilteredPicture | null = null;
  /** Kept, because it knows what it has loaded and what broke here. */
  private filter: Promise<PictureFilter> | null = null;
  /** Ends what is made of a track that nobody wants changed any more. */
  private making = new AbortController();
  private unwatch: () => void = () => undefined;
  /** Numbers the captures: only the last one asked for counts. */
  private turn = 0;
  /** Numbers what is made of the captured track, likewise. */
  private showing = 0;

  constructor(private readonly deps: LocalCameraDeps) {
    this.isWanted = signal(deps.memory.get(CAMERA_OFF) === "");
    this.deviceId = signal(deps.memory.get(CAMERA));
    this.background = signal(deps.memory.get(BACKGROUND) === "blur" ? "blur" : "none");
    this.isHeldBack = computed(() => ["starting", "failed"].includes(this.backgroundState.value));
  }

  /** What was chosen by hand, if ever. */
  get chosenId(): string {
    return this.deps.memory.get(CAMERA);
  }

  get isLost(): boolean {
    return isLost(this.device);
  }

  /** Announces a capture made elsewhere; hand what it gave to `take` with this number. */
  begin(): number {
    this.turn += 1;
    return this.turn;
  }

  /** Puts a captured track to use, unless a later request has overtaken it. */
  async take(turn: number, { track, problem }: Captured): Promise<void> {
    if (turn !== this.turn || !this.isWanted.peek()) {
      track?.stop();
      return;
    }
    this.release();
    this.problem.value = problem;
    this.device = track;
    if (!track) {
      this.track.value = null;
      return;
    }
    this.deviceId.value = track.getSettings().deviceId ?? this.deviceId.peek();
    this.unwatch = watchPauses(track, this.deps.after, (isPaused) => {
      this.problem.value = isPaused ? "paused" : null;
    });
    track.onended = () => {
      // Unplugged, or taken by the system. Whatever camera is left goes on.
      if (this.device === track) void this.open();
    };
    await this.show(track);
  }

  async open(): Promise<void> {
    const turn = this.begin();
    await this.take(turn, await captureCamera(this.deps.devices, this.deps.choice()));
  }

  async set(on: boolean): Promise<void> {
    this.isWanted.value = on;
    this.deps.memory.set(CAMERA_OFF, on ? "" : "1");
    if (!on) this.stop();
    else if (!this.device) await this.open();
  }

  /** Off by the meeting's rule: what the person wishes for the next one stays as it was. */
  cover(): void {
    this.isWanted.value = false;
    this.stop();
  }

  async choose(deviceId: string): Promise<void> {
    this.deviceId.value = deviceId;
    this.deps.memory.set(CAMERA, deviceId);
    if (this.isWanted.peek()) await this.open();
  }

  async setBackground(background: Background): Promise<void> {
    if (this.background.peek() === background && this.backgroundState.peek() !== "failed") return;
    this.background.value = background;
    this.deps.memory.set(BACKGROUND, background === "none" ? "" : background);
    // Who was blurred whole, and chooses anew, has the person looked for once more.
    if (this.backgroundState.peek() === "all") this.filter = null;
    const device = this.device;
    // One that is still opening is shown as wished when it is there.
    if (device) await this.show(device);
    else this.backgroundState.value = "off";
  }

  stop(): void {
    this.begin();
    this.release();
    this.track.value = null;
    this.problem.value = null;
  }

  private async show(device: MediaStreamTrack): Promise<void> {
    this.showing += 1;
    const turn = this.showing;
    this.making.abort();
    this.making = new AbortController();
    const before = this.picture;
    this.picture = null;
    if (this.background.peek() === "none") {
      this.backgroundState.value = "off";
      this.track.value = device;
    } else {
      this.backgroundState.value = "starting";
      this.track.value = null;
      await this.blur(turn, device);
    }
    before?.stop();
  }

  private async blur(turn: number, device: MediaStreamTrack): Promise<void> {
    let picture: FilteredPicture | null = null;
    try {
      const filter = await this.loadedBlur();
      if (turn === this.showing) picture = await filter.apply(device, () => this.broken(device), this.making.signal);
    } catch {
      // Said by the state below; the camera stays dark.
    }
    if (turn !== this.showing) {
      picture?.stop();
      return;
    }
    this.picture = picture;
    this.backgroundState.value = picture ? picture.reach : "failed";
    this.track.value = picture?.track ?? null;
  }

  private loadedBlur(): Promise<PictureFilter> {
    this.filter ??= this.deps.loadBlur().catch((problem: unknown) => {
      this.filter = null;
      throw problem;
    });
    return this.filter;
  }

  /** The blur ended by itself: a new one is made, or the camera stays dark. */
  private broken(device: MediaStreamTrack): void {
    if (this.device === device && this.background.peek() !== "none") void this.show(device);
  }

  private release(): void {
    this.showing += 1;
    this.making.abort();
    this.unwatch();
    if (this.device) this.device.onended = null;
    this.device?.stop();
    this.device = null;
    this.picture?.stop();
    this.picture = null;
    this.backgroundState.value = "off";
  }
}
