import type { JSX } from "preact";
import { useId, useMemo, useRef, useState } from "preact/hooks";
import type { ChatLine, UnsentLine } from "../meeting/types";
import { Avatar } from "./Avatar";
import { Button } from "./Button";
import { ReactIcon, WarningIcon } from "./icons";
import { language } from "./language";
import { linkify } from "./linkify";
import { serverWords } from "./serverWords";
import { text } from "./text";
import { useInSight } from "./useInSight";

interface LineProps {
  readonly line: ChatLine;
  readonly myId: string;
  /** The name stands above the first of several lines in one breath. */
  readonly isFirst: boolean;
  /** As `toDateString` writes it; lines of other days show theirs. */
  readonly today: string;
  onReact(lineId: string, emoji: string): void;
}

/** One message; drawn again only when something of it changes, or each new one would draw a thousand lines. */
export function Line({ line, myId, isFirst, today, onReact }: LineProps): JSX.Element {
  return useMemo(
    () => <DrawnLine {...{ line, myId, isFirst, today }} onReact={(emoji) => onReact(line.id, emoji)} />,
    [line, myId, isFirst, today, onReact],
  );
}

type DrawnLineProps = Omit<LineProps, "onReact"> & { onReact(emoji: string): void };

function DrawnLine({ line, myId, isFirst, today, onReact }: DrawnLineProps): JSX.Element {
  return (
    <li class={`chat-line${line.isMine ? " is-mine" : ""}${isFirst ? " is-first" : ""}`}>
      {isFirst ? (
        <div class="chat-from">
          {line.isMine ? null : <Avatar name={line.name} />}
          <span class="chat-name" dir="auto">
            {line.isMine ? text.common.you : line.name}
          </span>
          <time dateTime={new Date(line.timestamp).toISOString()}>{clock(line.timestamp, today)}</time>
        </div>
      ) : null}
      <Reactable line={line} onReact={onReact} />
      <Reactions line={line} myId={myId} onReact={onReact} />
    </li>
  );
}

/** The words, and beside them the button that opens the emojis below them. */
function Reactable({ line, onReact }: Pick<DrawnLineProps, "line" | "onReact">): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const emojis = useInSight(isOpen);
  const id = useId();
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <div class="chat-words">
        <p class="chat-text" dir="auto">
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
        <button
          ref={button}
          type="button"
          class="chat-react"
          aria-label={line.isMine ? text.chat.reactToMine : text.chat.reactTo(line.name)}
          aria-expanded={isOpen}
          aria-controls={id}
          title={text.chat.react}
          onClick={() => setOpen(!isOpen)}
        >
          <ReactIcon size="small" />
        </button>
      </div>
      {isOpen ? (
        // biome-ignore lint/a11y/useSemanticElements: a row of buttons, not a form group
        <div
          ref={emojis}
          id={id}
          class="chat-emojis"
          role="group"
          aria-label={text.chat.react}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            // Escape closes the emojis and not the whole panel.
            event.stopPropagation();
            close();
          }}
        >
          {Object.entries(text.call.emoji).map(([emoji, name]) => (
            <button
              key={emoji}
              type="button"
              aria-label={name}
              onClick={() => {
                onReact(emoji);
                close();
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      ) : null}
    </>
  );
}

/** Who reacted how; a press on one's own takes it back. */
function Reactions({ line, myId, onReact }: Omit<DrawnLineProps, "isFirst" | "today">): JSX.Element | null {
  if (line.reactions.length === 0) return null;
  return (
    <ul class="chat-reactions" aria-label={text.chat.reactions}>
      {line.reactions.map(({ emoji, by }) => {
        const names = by.map(({ id, name }) => (id === myId ? text.common.you : name));
        const words = text.chat.reactedBy(text.call.emoji[emoji] ?? emoji, names);
        return (
          <li key={emoji}>
            <button
              type="button"
              aria-pressed={by.some(({ id }) => id === myId)}
              aria-label={`${emoji} ${by.length} ${words}`}
              title={words}
              onClick={() => onReact(emoji)}
            >
              <span>{emoji}</span>
              <span class="digits">{by.length}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface UnsentProps {
  readonly line: UnsentLine;
  onAgain(): void;
  onDrop(): void;
}

/** A line that the server did not take: why, and what to do with it. */
export function Unsent({ line, onAgain, onDrop }: UnsentProps): JSX.Element {
  return (
    <li class="chat-line is-mine is-unsent">
      <p class="chat-text" dir="auto">
        {line.text}
      </p>
      <p class="chat-note is-wrong" role="alert">
        <WarningIcon size="tiny" />
        <span>
          {text.chat.failed} {serverWords(line.code, line.message)}
        </span>
      </p>
      <div class="chat-unsent">
        <Button size="small" onClick={onAgain}>
          {text.chat.sendAgain}
        </Button>
        <Button size="small" look="quiet" onClick={onDrop}>
          {text.chat.drop}
        </Button>
      </div>
    </li>
  );
}

/** The time; with the day when that was not today. */
export function clock(timestamp: number, today: string): string {
  const at = new Date(timestamp);
  const hasDay = at.toDateString() !== today;
  return timeFormat(language.value, hasDay).format(at);
}

const timeFormats = new Map<string, Intl.DateTimeFormat>();

/** Kept, as making one takes longer than drawing the line it is for. */
function timeFormat(tag: string, hasDay: boolean): Intl.DateTimeFormat {
  const key = `${tag} ${hasDay}`;
  const known = timeFormats.get(key);
  if (known) return known;
  const day: Intl.DateTimeFormatOptions = hasDay ? { day: "numeric", month: "short" } : {};
  const made = new Intl.DateTimeFormat(tag, { ...day, hour: "2-digit", minute: "2-digit" });
  timeFormats.set(key, made);
  return made;
}
