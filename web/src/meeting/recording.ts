/**
 * Who records, and my own recording: IDLE -> STARTING -> RUNNING -> SAVING -> IDLE.
 *
 * Everybody is told before the first frame is kept, and a file comes out however it ends: by a click, by leaving, by
 * the end of the meeting, or by a browser that gives up.
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Recording } from "../media/recorder";
import type { Ack, Joined } from "../protocol/events";
import type { Notices } from "./notices";
import type { RecordingDeps, RecordingTools, Wire } from "./ports";
import { NOBODY_RECORDS, type RecordingNotice, reduceNotice } from "./recordingNotice";
import type { Sources } from "./recordingScene";
import type { RoomEvent } from "./roomState";
import type { MeetingRecording, MyRecording } from "./types";

/** Tracks may join a stream that is known already, and no signal tells. */
const LOOK_AGAIN_MS = 1000;

const IDLE: MyRecording = { kind: "idle" };

/** What the recording needs of the session around it. */
export interface RecordedMeeting {
  readonly title: ReadonlySignal<string>;
  readonly myName: () => string;
  readonly sources: () => Sources;
  /** Asks for everybody's picture, also of whom this page does not show, until the returned function is called. */
  readonly needAll: () => () => void;
}

export class MeetingRecorder implements MeetingRecording {
  private readonly notice = signal<RecordingNotice>(NOBODY_RECORDS);
  private readonly mineSignal = signal<MyRecording>(IDLE);
  private recording: Recording | null = null;
  private untitled = "";
  private stopFollowing: () => void = () => undefined;
  readonly by = computed(() => this.notice.value.names);
  readonly mine: ReadonlySignal<MyRecording> = this.mineSignal;
  readonly isPossible: boolean;

  constructor(
    private readonly deps: RecordingDeps,
    private readonly wire: Wire,
    private readonly notices: Notices,
    private readonly meeting: RecordedMeeting,
  ) {
    this.isPossible = deps.canRecord;
  }

  follow(event: RoomEvent): void {
    const before = this.notice.peek();
    this.notice.value = reduceNotice(before, event);
    if (event.name === "recording:stopped" && before.names.length > 0) {
      this.notices.add({ kind: "recordingStopped" }, "info");
    }
    if (event.name === "joined") this.agreeWithSeat(event.payload);
  }

  async start(untitled: string): Promise<void> {
    if (this.mineSignal.peek().kind !== "idle") return;
    this.untitled = untitled;
    this.mineSignal.value = { kind: "starting" };
    const tools = await this.deps.loadRecorder().catch(() => null);
    if (!this.isStarting) {
      this.mineSignal.value = IDLE;
    } else if (tools) {
      await this.begin(tools);
    } else {
      this.failed();
    }
  }

  async stop(): Promise<void> {
    const { recording } = this;
    if (!recording) {
      // `start` sees that it is not wanted any more.
      if (this.isStarting) this.mineSignal.value = { kind: "saving" };
      return;
    }
    this.recording = null;
    const name = fileName(this.meeting.title.peek(), new Date(this.deps.now()), this.untitled);
    this.stopFollowing();
    this.mineSignal.value = { kind: "saving" };
    this.wire.tell("recording:broadcast-stopped", {});
    const file = await recording.stop().catch(() => null);
    if (file && file.blob.size > 0) {
      this.deps.save(file.blob, `${name}.${file.extension}`);
      this.notices.add({ kind: "recordingSaved" }, "info");
      this.mineSignal.value = IDLE;
    } else {
      this.failed();
    }
  }

  private async begin(tools: RecordingTools): Promise<void> {
    const answer = await this.announce();
    if (answer.error !== undefined) {
      this.notices.add({ kind: "refused", code: answer.code ?? "", message: answer.error }, "warning");
      this.mineSignal.value = IDLE;
      return;
    }
    const recording = this.isStarting ? await tools.start(() => void this.stop()).catch(() => null) : null;
    if (recording && this.isStarting) {
      this.recording = recording;
      this.mineSignal.value = { kind: "running", sinceMs: this.deps.now() };
      this.show(recording, tools);
      return;
    }
    this.wire.tell("recording:broadcast-stopped", {});
    if (this.isStarting) {
      this.failed();
      return;
    }
    // Stopped or left before the first frame: there is nothing to keep.
    await recording?.stop().catch(() => undefined);
    this.mineSignal.value = IDLE;
  }

  /** False as well once `stop` was called meanwhile. */
  private get isStarting(): boolean {
    return this.mineSignal.peek().kind === "starting";
  }

  private show(recording: Recording, tools: RecordingTools): void {
    let cancel: () => void = () => undefined;
    const look = (): void => recording.show(tools.sceneOf(this.meeting.sources()));
    const lookAgain = (): void => {
      look();
      cancel = this.deps.after(LOOK_AGAIN_MS, lookAgain);
    };
    const release = this.meeting.needAll();
    const stopEffect = effect(look);
    cancel = this.deps.after(LOOK_AGAIN_MS, lookAgain);
    this.stopFollowing = () => {
      stopEffect();
      cancel();
      release();
    };
  }

  private agreeWithSeat({ isResumed, isRecording }: Joined): void {
    // The seat may be a new one after a long outage, and then the server has told everybody that it stopped.
    if (this.recording) void this.announceAgain();
    // A seat that is resumed still records for the server, though it ended while this page was away or with the page
    // that is reloaded. On the seat of somebody else this changes nothing.
    else if (isResumed && isRecording && !this.isStarting) this.wire.tell("recording:broadcast-stopped", {});
  }

  /** Who is no host any more records no longer: nobody would be told of it. */
  private async announceAgain(): Promise<void> {
    const { code } = await this.announce();
    if (code === "not_host") await this.stop();
  }

  private announce(): Promise<Ack> {
    return this.wire.ask("recording:broadcast-started", { hostName: this.meeting.myName() });
  }

  private failed(): void {
    this.notices.add({ kind: "recordingFailed" }, "warning");
    this.mineSignal.value = IDLE;
  }
}

/**
 * "Friday planning 2026-11-24 09.03": no character that a file system refuses, and they sort by time. `untitled` stands
 * for a title that has no other characters.
 */
export function fileName(title: string, at: Date, untitled: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
  const words = title.replace(/[\u0000-\u001f<>:"/\\|?*\u007f]+/gu, " ").replace(/\s+/gu, " ");
  const name = [...words]
    .slice(0, 80)
    .join("")
    .replace(/^[\s.]+|[\s.]+$/gu, "");
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${name || untitled} ${day} ${two(at.getHours())}.${two(at.getMinutes())}`;
}
