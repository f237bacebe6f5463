/**
 * My microphone: off only disables the track, so that unmuting is instant and the device is asked for once.
 *
 * The meter listens to a copy that stays enabled: only so can it tell somebody that they talk while muted.
 */
import { type Signal, signal } from "@preact/signals";
import { type CaptureApi, type CaptureChoice, type Captured, captureMicrophone } from "../media/capture";
import type { Memory } from "../media/devices";
import type { Levels } from "../media/levels";
import type { After } from "../media/transport";
import { isLost, watchPauses } from "./localTrack";
import type { DeviceProblem } from "./types";

export interface LocalMicrophoneDeps {
  readonly devices: CaptureApi | undefined;
  readonly memory: Memory;
  readonly tab: Memory;
  readonly levels: Levels;
  readonly after: After;
  choice(): CaptureChoice;
  createStream(tracks: MediaStreamTrack[]): MediaStream;
}

/** The key of my own voice among the watched levels. */
export const MY_LEVEL = "";

const MICROPHONE = "microphone";
const MIC_OFF = "micOff";
const NOISE_KEPT = "noiseKept";

export class LocalMicrophone {
  readonly track = signal<MediaStreamTrack | null>(null);
  readonly problem = signal<DeviceProblem | null>(null);
  readonly isWanted: Signal<boolean>;
  readonly deviceId: Signal<string>;
  readonly isNoiseSuppressed: Signal<boolean>;
  private meter: MediaStreamTrack | null = null;
  private unwatch: () => void = () => undefined;
  private turn = 0;

  constructor(private readonly deps: LocalMicrophoneDeps) {
    this.isWanted = signal(deps.tab.get(MIC_OFF) === "");
    this.deviceId = signal(deps.memory.get(MICROPHONE));
    this.isNoiseSuppressed = signal(deps.memory.get(NOISE_KEPT) === "");
  }

  /** What was chosen by hand, if ever; the device in use may be another one while that is unplugged. */
  get chosenId(): string {
    return this.deps.memory.get(MICROPHONE);
  }

  /** Announces a capture made elsewhere; hand what it gave to `take` with this number. */
  begin(): number {
    this.turn += 1;
    return this.turn;
  }

  /** Puts a captured track to use, unless a later request has overtaken it. */
  take(turn: number, { track, problem }: Captured): void {
    if (turn !== this.turn) {
      track?.stop();
      return;
    }
    this.release();
    if (track) track.enabled = this.isWanted.peek();
    this.track.value = track;
    this.problem.value = problem;
    if (!track) return;
    this.deviceId.value = track.getSettings().deviceId ?? this.deviceId.peek();
    this.meter = track.clone();
    this.meter.enabled = true;
    this.deps.levels.watch(MY_LEVEL, this.deps.createStream([this.meter]));
    this.unwatch = watchPauses(track, this.deps.after, (isPaused) => {
      this.problem.value = isPaused ? "paused" : null;
    });
    track.onended = () => {
      // Unplugged, or taken by the system. Whatever microphone is left goes on.
      if (this.track.peek() === track) void this.open();
    };
  }

  async open(): Promise<void> {
    const turn = this.begin();
    this.take(turn, await captureMicrophone(this.deps.devices, this.deps.choice()));
  }

  async set(on: boolean): Promise<void> {
    this.isWanted.value = on;
    this.deps.tab.set(MIC_OFF, on ? "" : "1");
    const track = this.track.peek();
    if (track) track.enabled = on;
    else if (on) await this.open();
  }

  async choose(deviceId: string): Promise<void> {
    this.deviceId.value = deviceId;
    this.deps.memory.set(MICROPHONE, deviceId);
    await this.open();
  }

  /** Asks for the device anew: browsers ignore a change of processing on a track that runs. */
  async setNoiseSuppression(on: boolean): Promise<void> {
    this.isNoiseSuppressed.value = on;
    this.deps.memory.set(NOISE_KEPT, on ? "" : "1");
    if (this.track.peek()) await this.open();
  }

  /** Whether the track no longer gives sound and is worth asking for again. */
  get isLost(): boolean {
    return isLost(this.track.peek());
  }

  stop(): void {
    this.begin();
    this.release();
    this.track.value = null;
    this.problem.value = null;
  }

  private release(): void {
    const track = this.track.peek();
    this.unwatch();
    if (track) track.onended = null;
    track?.stop();
    this.meter?.stop();
    this.meter = null;
    this.deps.levels.unwatch(MY_LEVEL);
  }
}
