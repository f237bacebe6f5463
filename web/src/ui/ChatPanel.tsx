import "./chat.css";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatLine } from "../meeting/types";
import { Avatar } from "./Avatar";
import { IconButton } from "./Button";
import { EmptyState } from "./EmptyState";
import { ChatIcon, SendIcon, WarningIcon } from "./icons";
import { language } from "./language";
import { linkify } from "./linkify";
import { Panel } from "./Panel";
import { text } from "./text";

interface ChatPanelProps {
  readonly lines: readonly ChatLine[];
  /** @throws when it was not sent; the text stays in the field. */
  onSend(message: string): Promise<void>;
  onClose(): void;
}

/** In code points, as the server counts. */
const LONGEST = 2000;
const COUNTS_FROM = 1800;
const SAME_BREATH_MS = 120_000;

export function ChatPanel({ lines, onSend, onClose }: ChatPanelProps): JSX.Element {
  return (
    <Panel title={text.chat.title} onClose={onClose}>
      <Log lines={lines} />
      <Composer onSend={onSend} />
    </Panel>
  );
}

function Log({ lines }: { readonly lines: readonly ChatLine[] }): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [hasNew, setHasNew] = useState(false);
  const toEnd = (): void => {
    const log = element.current;
    if (log) log.scrollTop = log.scrollHeight;
    setHasNew(false);
  };
  useLayoutEffect(() => {
    const isMine = lines[lines.length - 1]?.isMine ?? false;
    if (isAtEnd.current || isMine) toEnd();
    else setHasNew(true);
  }, [lines.length]);
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
        {lines.length === 0 ? (
          <EmptyState icon={<ChatIcon />} title={text.chat.empty} body={text.chat.emptyBody} />
        ) : (
          <ol>
            {lines.map((line, index) => (
              <Line key={line.id} line={line} isFirst={!isSameBreath(lines[index - 1], line)} />
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

function Line({ line, isFirst }: { readonly line: ChatLine; readonly isFirst: boolean }): JSX.Element {
  return (
    <li class={`chat-line${line.isMine ? " is-mine" : ""}${isFirst ? " is-first" : ""}`}>
      {isFirst ? (
        <div class="chat-from">
          {line.isMine ? null : <Avatar name={line.name} />}
          <span class="chat-name">{line.isMine ? text.common.you : line.name}</span>
          <time dateTime={new Date(line.timestamp).toISOString()}>{clock(line.timestamp)}</time>
        </div>
      ) : null}
      <p class="chat-text">
        {linkify(line.text).map((piece, index) =>
          piece.href ? (
            <a key={`${index}${piece.href}`} href={piece.href} target="_blank" rel="noopener noreferrer">
              {piece.text}
            </a>
          ) : (
            piece.text
          ),
        )}
      </p>
    </li>
  );
}

function Composer({ onSend }: { onSend(message: string): Promise<void> }): JSX.Element {
  const [draft, setDraft] = useState("");
  const [hasFailed, setHasFailed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const room = LONGEST - [...draft].length;
  const canSend = draft.trim() !== "" && room >= 0;
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [draft]);

  const send = async (): Promise<void> => {
    if (!canSend) return;
    const message = draft.trim();
    setDraft("");
    setHasFailed(false);
    try {
      await onSend(message);
    } catch {
      setHasFailed(true);
      setDraft((now) => (now === "" ? message : now));
    }
  };
  const counter = room < 0 ? text.chat.tooLong(-room) : room <= LONGEST - COUNTS_FROM ? text.chat.left(room) : null;
  return (
    <form
      class="chat-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {hasFailed ? (
        <p class="chat-note is-wrong" role="alert">
          <WarningIcon size="tiny" />
          {text.chat.failed}
        </p>
      ) : null}
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
          onInput={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void send();
          }}
        />
        <IconButton type="submit" label={text.chat.send} icon={<SendIcon size="small" />} disabled={!canSend} />
      </div>
    </form>
  );
}

function isSameBreath(before: ChatLine | undefined, line: ChatLine): boolean {
  return before !== undefined && before.from === line.from && line.timestamp - before.timestamp < SAME_BREATH_MS;
}

function clock(timestamp: number): string {
  return new Date(timestamp).toLocaleTimeString(language.value, { hour: "2-digit", minute: "2-digit" });
}
