import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import { captionsView } from "../ui/preferences";
import { text } from "../ui/text";

interface AnnouncerProps {
  readonly session: MeetingSession;
  /** An open chat speaks for itself. */
  readonly isChatOpen: boolean;
}

/** Tells a screen reader about chat, hands, shared screens and a key that shows nothing yet; notices say who comes. */
export function Announcer({ session, isChatOpen }: AnnouncerProps): JSX.Element {
  const [said, setSaid] = useState({ words: "", turn: 0 });
  const setWords = (words: string): void => setSaid(({ turn }) => ({ words, turn: turn + 1 }));
  const saidLine = useRef(session.talk.chat.peek().at(-1)?.id);
  const raised = useRef<ReadonlySet<string>>(new Set());
  const sharing = useRef<ReadonlySet<string>>(new Set());
  const captions = useRef(captionsView.peek());
  const isOpen = useRef(isChatOpen);
  isOpen.current = isChatOpen;
  useSignalEffect(() => {
    const lines = session.talk.chat.value;
    // By name and not by number: of a long chat the oldest lines go, and their number stays the same.
    const saidUpTo = lines.findLastIndex(({ id }) => id === saidLine.current) + 1;
    saidLine.current = lines.at(-1)?.id;
    const last = lines.slice(saidUpTo).findLast((line) => !line.isMine);
    if (last && !isOpen.current) setWords(text.call.said(last.name, last.text));
  });
  useSignalEffect(() => {
    const view = captionsView.value;
    if (view === captions.current) return;
    captions.current = view;
    setWords(view === "shown" ? text.captions.turnedOn : text.captions.turnedOff);
  });
  useSignalEffect(() => {
    const hands = session.people.value.filter((person) => person.isHandRaised && !person.isMe);
    const fresh = hands.find((person) => !raised.current.has(person.id));
    raised.current = new Set(hands.map((person) => person.id));
    if (fresh) setWords(text.call.handAnnounced(fresh.name));
  });
  useSignalEffect(() => {
    const sharers = session.people.value.filter((person) => person.isScreenSharing && !person.isMe);
    const fresh = sharers.find((person) => !sharing.current.has(person.id));
    sharing.current = new Set(sharers.map((person) => person.id));
    if (fresh) setWords(text.call.sharedBy(fresh.name));
  });
  return (
    <p class="sr" aria-live="polite">
      {/* The same words twice are news twice. */}
      <span key={said.turn}>{said.words}</span>
    </p>
  );
}
