/** What is said without a voice: chat lines, and reactions that fade. */
import { computed, type Signal, signal } from "@preact/signals";
import type { After } from "../media/transport";
import type { Wire } from "./ports";
import { type RoomEvent, type RoomState, withoutReaction } from "./roomState";
import type { MeetingTalk } from "./types";

const REACTION_MS = 5000;

export class Talk implements MeetingTalk {
  readonly chat = computed(() => this.room.value.chat);
  readonly reactions = computed(() => this.room.value.reactions);
  readonly unread = signal(0);

  constructor(
    private readonly room: Signal<RoomState>,
    private readonly wire: Wire,
    private readonly after: After,
  ) {}

  /** @throws Error with a sentence for people when the server did not take the line. */
  async send(text: string): Promise<void> {
    const answer = await this.wire.ask("chat:message", { text });
    if (answer.error !== undefined) throw new Error(answer.error);
  }

  react(emoji: string): void {
    this.wire.tell("react", { emoji });
  }

  /** After the room has taken the event in. */
  follow(event: RoomEvent): void {
    if (event.name === "react") this.fadeReaction();
    else if (event.name === "chat:message" && event.payload.from !== this.room.peek().myId) this.unread.value += 1;
  }

  private fadeReaction(): void {
    const reaction = this.room.peek().reactions.at(-1);
    if (!reaction) return;
    this.after(REACTION_MS, () => {
      this.room.value = withoutReaction(this.room.peek(), reaction.key);
    });
  }
}
