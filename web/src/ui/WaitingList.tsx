import "./waiting.css";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Waiter } from "../meeting/types";
import { Avatar } from "./Avatar";
import { Button } from "./Button";
import { text } from "./text";

export interface DoorKeeper {
  onAdmit(waiter: Waiter): void;
  onDeny(waiter: Waiter): void;
  onAdmitAll(): void;
}

interface WaitingListProps extends DoorKeeper {
  readonly waiting: readonly Waiter[];
}

/** Who waits at the door, first come first; the host answers one by one or lets all in. */
export function WaitingList({ waiting, onAdmit, onDeny, onAdmitAll }: WaitingListProps): JSX.Element | null {
  const id = useId();
  if (waiting.length === 0) return null;
  return (
    <section class="waiting" aria-labelledby={id}>
      <header class="waiting-head">
        <h3 class="people-title" id={id}>
          {text.hosting.waiting} <span class="people-number">{waiting.length}</span>
        </h3>
        {mayComeTogether(waiting) ? (
          <Button size="small" look="quiet" onClick={onAdmitAll}>
            {text.hosting.admitAll}
          </Button>
        ) : null}
      </header>
      <ul>
        {waiting.map((waiter) => (
          <li class="waiting-row" key={waiter.id}>
            <Avatar name={waiter.name} />
            <div class="people-who">
              <span class="people-name">
                <span class="chip-text" dir="auto">
                  {waiter.name}
                </span>
              </span>
              {waiter.wasRemoved ? <span class="waiting-flag">{text.hosting.wasRemoved}</span> : null}
            </div>
            <Answer waiter={waiter} onAdmit={onAdmit} onDeny={onDeny} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether "admit all" lets in more than one: those who were removed before are let in one by one. */
export function mayComeTogether(waiting: readonly Waiter[]): boolean {
  return waiting.filter((waiter) => !waiter.wasRemoved).length > 1;
}

interface AnswerProps extends Pick<DoorKeeper, "onAdmit" | "onDeny"> {
  readonly waiter: Waiter;
}

/** The two answers to one person, the one that opens the door last. */
export function Answer({ waiter, onAdmit, onDeny }: AnswerProps): JSX.Element {
  return (
    <div class="waiting-answer">
      <Button size="small" aria-label={text.hosting.denyName(waiter.name)} onClick={() => onDeny(waiter)}>
        {text.hosting.deny}
      </Button>
      <Button
        size="small"
        look="primary"
        aria-label={text.hosting.admitName(waiter.name)}
        onClick={() => onAdmit(waiter)}
      >
        {text.hosting.admit}
      </Button>
    </div>
  );
}
