/** What a host may order. The server checks every order again; its refusal is shown. */
import type { ClientEventName, ClientEvents } from "../protocol/events";
import type { Notices } from "./notices";
import type { Wire } from "./ports";
import type { MeetingHost } from "./types";

export class Hosting implements MeetingHost {
  constructor(
    private readonly wire: Wire,
    private readonly notices: Notices,
  ) {}

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

  endForAll(): void {
    this.order("host:end", {});
  }

  private order<E extends ClientEventName>(event: E, payload: ClientEvents[E]): void {
    void this.wire.ask(event, payload).then((answer) => {
      if (answer.error === undefined) return;
      this.notices.add({ kind: "refused", code: answer.code ?? "", message: answer.error }, "warning");
    });
  }
}
