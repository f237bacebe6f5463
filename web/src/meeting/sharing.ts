/** My shared screen: tracks of its own beside the camera, so that microphone and camera go on untouched. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type CaptureApi, captureScreen, type ScreenProblem } from "../media/capture";
import type { MediaTransport } from "../media/transport";

export class Sharing {
  private readonly stream = signal<MediaStream | null>(null);
  readonly screen: ReadonlySignal<MediaStream | null> = this.stream;
  readonly isSharing: ReadonlySignal<boolean> = computed(() => this.stream.value !== null);
  /** The browser asks which screen; null when it does not, or when the answer is not wanted any more. */
  private choosing: object | null = null;

  constructor(
    private readonly capture: CaptureApi | undefined,
    private readonly transport: MediaTransport,
    private readonly announce: (isSharing: boolean) => void,
    private readonly onProblem: (problem: ScreenProblem) => void,
  ) {}

  async start(): Promise<void> {
    if (this.stream.peek() || this.choosing) return;
    const choice = {};
    this.choosing = choice;
    const { stream, problem } = await captureScreen(this.capture);
    if (this.choosing !== choice) {
      // The meeting is over by now: nothing may go on filming the screen.
      for (const track of stream?.getTracks() ?? []) track.stop();
      return;
    }
    this.choosing = null;
    if (problem) this.onProblem(problem);
    const picture = stream?.getVideoTracks()[0];
    if (!stream || !picture) return;
    // The browser's own "stop sharing" bar.
    picture.onended = () => this.stop();
    this.stream.value = stream;
    this.transport.send("screen", picture);
    this.transport.send("screenAudio", stream.getAudioTracks()[0] ?? null);
    this.announce(true);
  }

  stop(): void {
    this.choosing = null;
    const stream = this.stream.peek();
    if (!stream) return;
    this.stream.value = null;
    for (const track of stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
    this.transport.send("screen", null);
    this.transport.send("screenAudio", null);
    this.announce(false);
  }
}
