import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import { chime } from "../ui/chime";
import { LoadingMark } from "../ui/Mark";
import { text } from "../ui/text";
import { forgetHostToken, hostToken } from "./hostToken";
import { Meeting } from "./Meeting";
import { Over, Refused } from "./MeetingStates";
import { PreJoin } from "./PreJoin";
import { rememberedName, rememberName } from "./rememberedName";
import { Waiting } from "./Waiting";

interface JoinFlowProps {
  readonly session: MeetingSession;
  readonly meetingId: string;
  readonly inviteToken: string | null;
  /** From an invite link; the remembered name is used without it. */
  readonly name: string | null;
  /** This tab sat in the meeting a moment ago: a reload goes straight back in. */
  readonly isReturning: boolean;
  onRestart(): void;
}

/** The way in, and what a screen reader has to hear of it whichever page is shown. */
export function JoinFlow(props: JoinFlowProps): JSX.Element {
  const words = useAdmission(props.session);
  return (
    <>
      <Page {...props} />
      <p class="sr" aria-live="assertive">
        {words}
      </p>
    </>
  );
}

/** Sounds and says that a host let me in: somebody who waits looks elsewhere. */
function useAdmission(session: MeetingSession): string {
  const [words, setWords] = useState("");
  useSignalEffect(() => {
    const phase = session.phase.value;
    if (phase.kind !== "waiting") return;
    setWords(phase.isAdmitted ? text.waiting.letIn : "");
    if (phase.isAdmitted) chime();
  });
  return words;
}

/** Shows what the phase of the visit asks for: the door, the meeting, or where it ended and what to do next. */
function Page({ session, meetingId, inviteToken, name, isReturning, onRestart }: JoinFlowProps): JSX.Element {
  const phase = session.phase.value;
  useSignalEffect(() => {
    const { kind } = session.phase.value;
    if (kind === "over" || kind === "refused") session.local.stop();
  });
  const [myName, setMyName] = useState(() => name ?? rememberedName());
  const join = (as: string): void =>
    session.join({ meetingId, name: as, adminToken: hostToken(meetingId), inviteToken });
  useEffect(() => {
    if (isReturning) join(myName);
  }, []);
  if (isReturning && (phase.kind === "idle" || phase.kind === "joining")) {
    return <LoadingMark label={text.common.loading} />;
  }
  switch (phase.kind) {
    case "idle":
    case "joining":
      return (
        <PreJoin
          local={session.local}
          meetingId={meetingId}
          givenName={name}
          isHost={hostToken(meetingId) !== null}
          isJoining={phase.kind === "joining"}
          onJoin={(typed) => {
            rememberName(typed);
            setMyName(typed);
            join(typed);
          }}
        />
      );
    case "waiting":
      return (
        <Waiting
          local={session.local}
          name={myName}
          isAdmitted={phase.isAdmitted}
          isAway={phase.isAway}
          onLeave={() => session.leave()}
        />
      );
    case "live":
    case "reconnecting":
      return <Meeting session={session} link={`${window.location.origin}/join/${meetingId}`} />;
    case "refused":
      return (
        <Refused
          code={phase.code}
          message={phase.message}
          scheduledAt={phase.scheduledAt ?? null}
          retryAfterS={phase.retryAfterS ?? null}
          onRestart={() => {
            if (phase.code === "bad_admin_token") forgetHostToken(meetingId);
            onRestart();
          }}
        />
      );
    case "over":
      return <Over why={phase.why} reason={phase.reason} onRestart={onRestart} />;
  }
}
