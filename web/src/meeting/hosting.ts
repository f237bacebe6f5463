/** What a host sees of the door and may order. The server checks every order again; its refusal is shown. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Ack, ClientEventName, ClientEvents } from "../protocol/events";
import type { Notices } from "./notices";
import type { Wire } from "./ports";
import { OrderRefused } from "./refusal";
import type { RoomEvent } from "./roomState";
import type { MeetingHost, SettingsChange, Waiter } from "./types";
import { reduceQueue } from "./waitingRoom";

export class Hosting implements MeetingHost {
  private readonly queue = signal<readonly Waiter[]>([]);
  readonly waiting: ReadonlySignal<readonly Waiter[]> = this.queue;

  /** @param meetingId the meeting that this page is in. */
  constructor(
    private readonly wire: Wire,
    private readonly notices: Notices,
    private readonly meetingId: () => string,
  ) {}

  follow(event: RoomEvent, nowMs: number): void {
    this.queue.value = reduceQueue(this.queue.peek(), event, nowMs);
  }

  mute(participantId: string): void {
    this.order("host:mute", { participantId });
  }

  askUnmute(participantId: string): void {
    this.order("host:unmute", { participantId });
  }

  remove(participantId: string, reason?: string): void {
    this.order("host:kick", reason ? { participantId, reason } : { participantId });
  }

  muteAll(): void {
    this.order("host:mute-all", {});
  }

  setLocked(locked: boolean): void {
    this.order("host:settings", { locked });
  }

  setSpotlight(participantId: string | null): void {
    this.order("host:spotlight", { participantId });
  }

  endForAll(): void {
    this.order("host:end", {});
  }

  admit(waiterId: string): void {
    this.order("waiting-room:admit", { meetingId: this.meetingId(), socketId: waiterId });
  }

  admitAll(): void {
    this.order("waiting-room:admit-all", { meetingId: this.meetingId() });
  }

  deny(waiterId: string): void {
    this.order("waiting-room:deny", { meetingId: this.meetingId(), socketId: waiterId });
  }

  async changeSettings(change: SettingsChange): Promise<void> {
    accepted(await this.wire.ask("host:settings", change));
  }

  async invite(name: string): Promise<string> {
    const answer = accepted(await this.wire.ask("host:invite", name ? { name } : {}));
    return answer.joinUrl ?? "";
  }

  private order<E extends ClientEventName>(event: E, payload: ClientEvents[E]): void {
    void this.wire.ask(event, payload).then((answer) => {
      // Two hosts may answer the same person: the second one has what it wanted.
      if (answer.error === undefined || answer.code === "waiter_not_found") return;
      this.notices.add({ kind: "refused", code: answer.code ?? "", message: answer.error }, "warning");
    });
  }
}

function accepted(answer: Ack): Ack {
  if (answer.error !== undefined) throw new OrderRefused(answer.code ?? "", answer.error);
  return answer;
}
