/** Chat, captions and the spotlight without a server: what is pressed changes this page only. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { toggled } from "../../meeting/lineReactions";
import type {
  CaptionLine,
  ChatLine,
  FloatingReaction,
  MeetingCaptions,
  MeetingTalk,
  Person,
  UnsentLine,
} from "../../meeting/types";
import { happens } from "./happenings";

export interface TogetherOptions {
  readonly chat?: readonly ChatLine[];
  readonly unsent?: readonly UnsentLine[];
  readonly unread?: number;
  readonly reactions?: readonly FloatingReaction[];
  readonly captions?: readonly CaptionLine[];
  readonly spotlight?: string;
}

export function fakeTalk(options: TogetherOptions): MeetingTalk {
  const chat = signal(options.chat ?? []);
  // As in a meeting of many lines, of which the oldest goes when one comes.
  happens("message", () => {
    const line = { from: "p3", name: "Mehmet Yılmaz", text: "One more thing", timestamp: Date.now(), isMine: false };
    chat.value = [...chat.value.slice(1), { ...line, id: crypto.randomUUID(), reactions: [] }];
  });
  return {
    chat,
    unread: signal(options.unread ?? 0),
    draft: signal(""),
    unsent: signal(options.unsent ?? []),
    reactions: signal(options.reactions ?? []),
    send: async () => undefined,
    sendAgain: async () => undefined,
    drop: () => undefined,
    react: () => undefined,
    reactTo: (id, emoji) => {
      const me = { id: "me", name: "Robin Meyer" };
      chat.value = chat.value.map((line) =>
        line.id === id ? { ...line, reactions: toggled(line.reactions, emoji, me) } : line,
      );
    },
  };
}

export function fakeCaptions(options: TogetherOptions): MeetingCaptions {
  const lines = options.captions ?? [];
  const areComing = signal(lines.length > 0);
  return { now: signal(lines), transcript: signal(lines), areComing, publish: () => undefined };
}

/** What the stage shows large; a shared screen unless somebody is in the spotlight. */
export function fakeFocus(
  people: ReadonlySignal<readonly Person[]>,
  spotlight: Signal<string | null>,
): ReadonlySignal<string | null> {
  return computed(() => {
    if (spotlight.value && spotlight.value !== "me") return spotlight.value;
    const sharing = people.value.find((person) => person.isScreenSharing);
    return sharing ? `${sharing.id}/screen` : null;
  });
}
