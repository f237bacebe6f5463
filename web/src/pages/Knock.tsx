import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Knocks } from "../meeting/knocks";
import type { MeetingSession, Waiter } from "../meeting/types";
import { Avatar } from "../ui/Avatar";
import { Button } from "../ui/Button";
import { chime } from "../ui/chime";
import { text } from "../ui/text";
import { Answer, mayComeTogether } from "../ui/WaitingList";

interface KnockProps {
  readonly session: MeetingSession;
  readonly isPeopleOpen: boolean;
  onSeeAll(): void;
}

/**
 * Tells the host that somebody waits, with the answers right there. Whoever was seen in the open list does not knock
 * again when it closes: the badge goes on counting them.
 */
export function Knock({ session, isPeopleOpen, onSeeAll }: KnockProps): JSX.Element | null {
  const { host } = session;
  const waiting = host.waiting.value;
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const words = useKnockSound(session);
  useEffect(() => {
    if (isPeopleOpen) setSeen(new Set(waiting.map((waiter) => waiter.id)));
  }, [isPeopleOpen, waiting]);
  const fresh = waiting.filter((waiter) => !seen.has(waiter.id));
  const [first] = fresh;
  return (
    <>
      <p class="sr" role="status">
        {words}
      </p>
      {first && !isPeopleOpen ? (
        <section class="knock" aria-label={text.hosting.waiting}>
          <Avatar name={first.name} />
          <div class="knock-words">
            <p>{wordsFor(first, waiting.length)}</p>
            {first.wasRemoved && waiting.length === 1 ? <small>{text.hosting.wasRemoved}</small> : null}
          </div>
          {waiting.length === 1 ? (
            <Answer
              waiter={first}
              onAdmit={(waiter) => host.admit(waiter.id)}
              onDeny={(waiter) => host.deny(waiter.id)}
            />
          ) : (
            <div class="waiting-answer">
              <Button size="small" onClick={onSeeAll}>
                {text.hosting.seeAll}
              </Button>
              {mayComeTogether(waiting) ? (
                <Button size="small" look="primary" onClick={() => host.admitAll()}>
                  {text.hosting.admitAll}
                </Button>
              ) : null}
            </div>
          )}
        </section>
      ) : null}
    </>
  );
}

/** Sounds for newcomers to the queue and returns the words for a screen reader. */
function useKnockSound(session: MeetingSession): string {
  const [words, setWords] = useState("");
  const knocks = useMemo(
    () =>
      new Knocks((first, count) => {
        setWords(wordsFor(first, count));
        chime();
      }),
    [],
  );
  useSignalEffect(() => knocks.follow(session.host.waiting.value));
  useEffect(() => () => knocks.stop(), []);
  return words;
}

function wordsFor(first: Waiter, count: number): string {
  return count === 1 ? text.hosting.knock(first.name) : text.hosting.knockMany(first.name, count - 1);
}
