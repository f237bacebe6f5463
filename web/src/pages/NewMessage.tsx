import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MeetingTalk } from "../meeting/types";
import { Avatar } from "../ui/Avatar";
import { text } from "../ui/text";

interface NewMessageProps {
  readonly talk: MeetingTalk;
  readonly isChatOpen: boolean;
  onOpen(): void;
}

const SHOWN_FOR_MS = 6000;
/** Who reads it longer has the pointer or the keyboard on it: nothing goes away under a finger that is about to press. */
const LOOK_AGAIN_MS = 1000;

/** The last message of somebody else, for a moment and only while the chat is closed; pressing it opens the chat. */
export function NewMessage({ talk, isChatOpen, onOpen }: NewMessageProps): JSX.Element | null {
  const line = talk.unread.value > 0 ? talk.chat.value.findLast(({ isMine }) => !isMine) : undefined;
  const id = line?.id ?? "";
  const [goneId, setGoneId] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (id === "") return undefined;
    if (isChatOpen) {
      setGoneId(id);
      return undefined;
    }
    const goUnlessHeld = (): void => {
      if (button.current?.matches(":hover, :focus-visible")) timer = window.setTimeout(goUnlessHeld, LOOK_AGAIN_MS);
      else setGoneId(id);
    };
    let timer = window.setTimeout(goUnlessHeld, SHOWN_FOR_MS);
    return () => window.clearTimeout(timer);
  }, [id, isChatOpen]);
  if (!line || isChatOpen || id === goneId) return null;
  return (
    // A screen reader hears the message from the announcer, and finds it in the chat.
    <button type="button" key={id} ref={button} class="new-message" onClick={onOpen}>
      <Avatar name={line.name} />
      <span class="new-message-words">
        <b>{line.name}</b>
        <span dir="auto">{line.text}</span>
      </span>
      <span class="sr">{text.call.openChat}</span>
    </button>
  );
}
