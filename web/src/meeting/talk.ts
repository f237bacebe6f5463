/** What is said without a voice: chat lines, and reactions that fade. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { After } from "../media/transport";
import type { Wire } from "./ports";
import { type RoomEvent, type RoomState, withoutReaction } from "./roomState";
import type { MeetingTalk, UnsentLine } from "./types";

const REACTION_MS = 5000;

export class Talk implements MeetingTalk {
  readonly chat = computed(() => this.room.value.chat);
  readonly reactions = computed(() => this.room.value.reactions);
  readonly unread = signal(0);
  readonly draft = signal("");
  private readonly unsentSignal = signal<readonly UnsentLine[]>([]);
  private unsentKey = 0;
  readonly unsent: ReadonlySignal<readonly UnsentLine[]> = this.unsentSignal;

  constructor(
    private readonly room: Signal<RoomState>,
    private readonly wire: Wire,
    private readonly after: After,
  ) {}

  /** The server tells everyone, me too: a line is shown when it comes back. */
  async send(text: string): Promise<void> {
    const answer = await this.wire.ask("chat:message", { text });
    if (answer.error === undefined) return;
    this.unsentKey += 1;
    const line: UnsentLine = { key: this.unsentKey, text, code: answer.code ?? "", message: answer.error };
    this.unsentSignal.value = [...this.unsentSignal.peek(), line];
  }

  async sendAgain(key: number): Promise<void> {
    const line = this.unsentSignal.peek().find((unsent) => unsent.key === key);
    if (!line) return;
    this.drop(key);
    await this.send(line.text);
  }

  drop(key: number): void {
    this.unsentSignal.value = this.unsentSignal.peek().filter((unsent) => unsent.key !== key);
  }

  reactTo(messageId: string, emoji: string): void {
    this.wire.tell("chat:react", { messageId, emoji });
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
