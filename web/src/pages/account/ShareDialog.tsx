import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { NewMeeting } from "../../protocol/restAccount";
import { calendarPath, changeSettings } from "../../protocol/restMeeting";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Copyable, DownloadLink } from "./Copyable";
import { curlFor } from "./curl";
import { dayAndTime } from "./format";
import { JoinAsHost } from "./JoinAsHost";
import { Note } from "./parts";
import { problemOf } from "./problem";
import { leadsToSignIn } from "./session";
import { words } from "./words";

export interface Shared {
  readonly meetingId: string;
  readonly title: string;
  readonly status: "active" | "scheduled";
  readonly scheduledAt?: string;
  readonly adminToken: string | null;
  /** What was asked for; only right after the creation. */
  readonly body?: NewMeeting;
  readonly hasWaitingRoom?: boolean;
  readonly isNew?: boolean;
  readonly hasWaitingFailed?: boolean;
}

interface ShareDialogProps {
  readonly meeting: Shared;
  onClose(): void;
}

/** What to give to whom: the link for everyone, the hosts' link, and for programs the token and the same call. */
export function ShareDialog({ meeting, onClose }: ShareDialogProps): JSX.Element {
  const { meetingId, adminToken, body, hasWaitingRoom } = meeting;
  const { origin } = window.location;
  const joinLink = `${origin}/join/${meetingId}`;
  const isLive = meeting.status === "active";
  return (
    <Dialog
      title={titleOf(meeting)}
      onClose={onClose}
      actions={
        <>
          <Button look={isLive ? "plain" : "primary"} onClick={onClose}>
            {words.share.done}
          </Button>
          {isLive ? (
            <JoinAsHost
              meetingId={meetingId}
              look="primary"
              size="normal"
              words={words.share.go}
              busy={words.meetings.joining}
              onGone={onClose}
            />
          ) : null}
        </>
      }
    >
      <p class="share-what">
        <strong>{meeting.title}</strong>
        {meeting.scheduledAt && !isLive ? <span class="digits">{dayAndTime(meeting.scheduledAt)}</span> : null}
      </p>
      {meeting.hasWaitingFailed ? <WaitingFailed meetingId={meetingId} /> : null}
      <Copyable label={words.share.joinLink} hint={words.share.joinHint} value={joinLink} />
      {adminToken ? (
        <Copyable
          label={words.share.hostLink}
          hint={words.share.hostHint}
          value={`${joinLink}#host=${adminToken}`}
          look="long"
        />
      ) : null}
      {meeting.status === "scheduled" ? (
        <div class="copyable">
          <h3>{words.share.calendar}</h3>
          <p>{words.share.calendarHint}</p>
          <div class="copyable-row">
            <DownloadLink href={calendarPath(meetingId)} label={words.share.download} of={words.share.calendar} />
          </div>
        </div>
      ) : null}
      {adminToken ? (
        <details class="share-code">
          <summary>{words.share.developers}</summary>
          <Copyable label={words.share.token} hint={words.share.tokenHint} value={adminToken} look="long" />
          {body ? (
            <Copyable label={words.share.curl} value={curlFor(origin, body, hasWaitingRoom)} look="code" />
          ) : null}
        </details>
      ) : null}
    </Dialog>
  );
}

function titleOf({ isNew, status }: Shared): string {
  if (!isNew) return words.share.titleAgain;
  return status === "active" ? words.share.titleNow : words.share.titleLater;
}

/** The meeting was made, but whoever has its link walks in: said, with the way to mend it. */
function WaitingFailed({ meetingId }: { readonly meetingId: string }): JSX.Element {
  const [state, setState] = useState<"failed" | "busy" | "done">("failed");
  const [reason, setReason] = useState("");
  const again = async (): Promise<void> => {
    setState("busy");
    try {
      await changeSettings(meetingId, { waitingRoom: true });
      setState("done");
    } catch (error) {
      if (leadsToSignIn(error)) return;
      setReason(problemOf(error).message);
      setState("failed");
    }
  };
  if (state === "done") return <Note tone="good">{words.share.waitingOn}</Note>;
  return (
    <Note tone="error">
      <div class="note-act">
        <p>
          {words.share.waitingFailed} {reason}
        </p>
        <Button size="small" disabled={state === "busy"} onClick={() => void again()}>
          {words.share.waitingAgain}
        </Button>
      </div>
    </Note>
  );
}
