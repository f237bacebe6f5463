import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import { text } from "../ui/text";

interface AnnouncerProps {
  readonly session: MeetingSession;
  /** An open chat speaks for itself. */
  readonly isChatOpen: boolean;
}

/** Tells a screen reader about chat, hands and shared screens; joins and leaves are said by the notices. */
export function Announcer({ session, isChatOpen }: AnnouncerProps): JSX.Element {
  const [said, setSaid] = useState({ words: "", turn: 0 });
  const setWords = (words: string): void => setSaid(({ turn }) => ({ words, turn: turn + 1 }));
  const saidLines = useRef(session.talk.chat.peek().length);
  const raised = useRef<ReadonlySet<string>>(new Set());
  const sharing = useRef<ReadonlySet<string>>(new Set());
  const isOpen = useRef(isChatOpen);
  isOpen.current = isChatOpen;
  useSignalEffect(() => {
    const lines = session.talk.chat.value;
    const fresh = lines.slice(saidLines.current).filter((line) => !line.isMine);
    saidLines.current = lines.length;
    const last = fresh[fresh.length - 1];
    if (last && !isOpen.current) setWords(text.call.said(last.name, last.text));
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
