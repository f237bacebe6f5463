import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { createMeetingSession } from "../meeting/session";
import { takeFromAddress } from "./carried";
import { JoinFlow } from "./JoinFlow";
import { noteInside, wasInside } from "./returning";

/** The way into one meeting; a new try is a new session, so that nothing of the last one lingers. */
export function Join({ meetingId }: { readonly meetingId: string }): JSX.Element {
  const carried = useMemo(() => takeFromAddress(meetingId), [meetingId]);
  const [attempt, setAttempt] = useState(0);
  return (
    <Attempt
      key={attempt}
      meetingId={meetingId}
      isFirst={attempt === 0}
      {...carried}
      onRestart={() => setAttempt(attempt + 1)}
    />
  );
}

interface AttemptProps {
  readonly meetingId: string;
  readonly inviteToken: string | null;
  readonly name: string | null;
  /** Later attempts always begin at the door. */
  readonly isFirst: boolean;
  onRestart(): void;
}

function Attempt({ isFirst, ...props }: AttemptProps): JSX.Element {
  const [wasHere] = useState(() => isFirst && wasInside(props.meetingId));
  const session = useMemo(() => {
    const created = createMeetingSession();
    // Before anything is drawn: the camera opens while the door is.
    void created.local.start();
    return created;
  }, []);
  useEffect(
    () => () => {
      session.leave();
    },
    [session],
  );
  useSignalEffect(() => {
    const { kind } = session.phase.value;
    if (kind === "live" || kind === "waiting") noteInside(props.meetingId);
    else if (kind === "over" || kind === "refused") noteInside(null);
  });
  return <JoinFlow session={session} isReturning={wasHere} {...props} />;
}
