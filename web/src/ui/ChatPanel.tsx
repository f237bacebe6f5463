import "./chat.css";
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatLine, MeetingTalk } from "../meeting/types";
import { IconButton } from "./Button";
import { Line, Unsent } from "./ChatLine";
import { isComposing } from "./composing";
import { EmptyState } from "./EmptyState";
import { ChatIcon, SendIcon } from "./icons";
import { Panel } from "./Panel";
import { text } from "./text";
import { useFocus } from "./useFocus";

interface ChatPanelProps {
  readonly talk: MeetingTalk;
  /** Whose reactions are mine. */
  readonly myId: string;
  onClose(): void;
}

/** In code points, as the server counts. */
const LONGEST = 2000;
const COUNTS_FROM = 1800;
const SAME_BREATH_MS = 120_000;

export function ChatPanel({ talk, myId, onClose }: ChatPanelProps): JSX.Element {
  return (
    <Panel title={text.chat.title} onClose={onClose}>
      <Log talk={talk} myId={myId} />
      <Composer draft={talk.draft} onSend={(message) => void talk.send(message)} />
    </Panel>
  );
}

function Log({ talk, myId }: { readonly talk: MeetingTalk; readonly myId: string }): JSX.Element {
  const lines = talk.chat.value;
  const unsent = talk.unsent.value;
  const last = lines.at(-1);
  const element = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [hasNew, setHasNew] = useState(false);
  const toEnd = (): void => {
    const log = element.current;
    if (log) log.scrollTop = log.scrollHeight;
    setHasNew(false);
  };
  useLayoutEffect(() => {
    if (isAtEnd.current || last?.isMine) toEnd();
    else setHasNew(true);
    // Not by the number of lines: of a long chat the oldest go.
  }, [last?.id]);
  // A reaction makes its line taller: who reads the end goes on reading it.
  useLayoutEffect(() => {
    if (isAtEnd.current) toEnd();
  }, [lines]);
  // What was not sent is mine and stands at the end.
  useLayoutEffect(toEnd, [unsent.length]);
  const react = useCallback((lineId: string, emoji: string) => talk.reactTo(lineId, emoji), [talk]);
  const today = new Date().toDateString();
  return (
    <div class="chat-room">
      <div
        class="chat-log"
        ref={element}
        role="log"
        aria-label={text.chat.log}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={(event) => {
          const log = event.currentTarget;
          isAtEnd.current = log.scrollHeight - log.scrollTop - log.clientHeight < 48;
          if (isAtEnd.current) setHasNew(false);
        }}
      >
        {lines.length + unsent.length === 0 ? (
          <EmptyState icon={<ChatIcon />} title={text.chat.empty} body={text.chat.emptyBody} />
        ) : (
          <ol>
            {lines.map((line, index) => (
              <Line
                key={line.id}
                line={line}
                myId={myId}
                isFirst={!isSameBreath(lines[index - 1], line)}
                today={today}
                onReact={react}
              />
            ))}
            {unsent.map((line) => (
              <Unsent
                key={`unsent-${line.key}`}
                line={line}
                onAgain={() => void talk.sendAgain(line.key)}
                onDrop={() => talk.drop(line.key)}
              />
            ))}
          </ol>
        )}
      </div>
      {hasNew ? (
        <button type="button" class="chat-new" onClick={toEnd}>
          {text.chat.newBelow}
        </button>
      ) : null}
    </div>
  );
}

interface ComposerProps {
  readonly draft: Signal<string>;
  onSend(message: string): void;
}

function Composer({ draft: draftSignal, onSend }: ComposerProps): JSX.Element {
  const draft = draftSignal.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const room = LONGEST - [...draft].length;
  const canSend = draft.trim() !== "" && room >= 0;
  useFocus(field, true, { preventScroll: true });
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [draft]);
  // Whoever comes back to a draft goes on where it ends.
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.setSelectionRange(area.value.length, area.value.length);
    area.scrollTop = area.scrollHeight;
  }, []);

  const send = (): void => {
    if (!canSend) return;
    onSend(draft.trim());
    draftSignal.value = "";
    field.current?.focus();
  };
  const counter = room < 0 ? text.chat.tooLong(-room) : room <= LONGEST - COUNTS_FROM ? text.chat.left(room) : null;
  return (
    <form
      class="chat-form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {counter ? <p class={`chat-note${room < 0 ? " is-wrong" : ""}`}>{counter}</p> : null}
      <div class="chat-field">
        <textarea
          ref={field}
          rows={1}
          value={draft}
          aria-label={text.chat.label}
          aria-invalid={room < 0}
          placeholder={text.chat.placeholder}
          enterkeyhint="send"
          onInput={(event) => {
            draftSignal.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
            event.preventDefault();
            send();
          }}
        />
        <IconButton
          type="submit"
          label={text.chat.send}
          icon={<SendIcon size="small" />}
          disabled={!canSend}
          // The field keeps the focus: a phone would put its keyboard away and bring it back.
          onMouseDown={(event) => event.preventDefault()}
        />
      </div>
    </form>
  );
}

function isSameBreath(before: ChatLine | undefined, line: ChatLine): boolean {
  return before !== undefined && before.from === line.from && line.timestamp - before.timestamp < SAME_BREATH_MS;
}
