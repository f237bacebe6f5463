import type { JSX } from "preact";
import type { NewMeeting } from "../../protocol/restAccount";
import { navigate } from "../../router";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";
import { keepHostToken } from "../hostToken";
import { curlFor } from "./curl";
import { dayAndTime } from "./format";
import { Note } from "./parts";
import { words } from "./words";

export interface Shared {
  readonly meetingId: string;
  readonly title: string;
  readonly status: "active" | "scheduled";
  readonly scheduledAt?: string;
  readonly adminToken: string | null;
  /** What was asked for; only right after the creation. */
  readonly body?: NewMeeting;
  readonly isNew?: boolean;
  readonly hasWaitingFailed?: boolean;
}

interface ShareDialogProps {
  readonly meeting: Shared;
  onClose(): void;
}

/** What to give to whom: the link for everyone, the hosts' link, and for programs the token and the same call. */
export function ShareDialog({ meeting, onClose }: ShareDialogProps): JSX.Element {
  const { meetingId, adminToken, body } = meeting;
  const { origin } = window.location;
  const joinLink = `${origin}/join/${meetingId}`;
  const isLive = meeting.status === "active";
  const join = (): void => {
    if (adminToken) keepHostToken(meetingId, adminToken);
    navigate(`/join/${meetingId}`);
  };
  return (
    <Dialog
      title={titleOf(meeting)}
      onClose={onClose}
      actions={
        <>
          {isLive ? <Button onClick={onClose}>{words.share.done}</Button> : null}
          <Button look="primary" onClick={isLive ? join : onClose}>
            {isLive ? words.share.go : words.share.done}
          </Button>
        </>
      }
    >
      <p class="share-what">
        <strong>{meeting.title}</strong>
        {meeting.scheduledAt && !isLive ? <span class="digits">{dayAndTime(meeting.scheduledAt)}</span> : null}
      </p>
      {meeting.hasWaitingFailed ? <Note tone="warning">{words.share.waitingFailed}</Note> : null}
      <Copyable label={words.share.joinLink} hint={words.share.joinHint} value={joinLink} />
      {adminToken ? (
        <Copyable
          label={words.share.hostLink}
          hint={words.share.hostHint}
          value={`${joinLink}#host=${adminToken}`}
          look="long"
        />
      ) : null}
      {adminToken ? (
        <details class="share-code">
          <summary>{words.share.developers}</summary>
          <Copyable label={words.share.token} hint={words.share.tokenHint} value={adminToken} look="long" />
          {body ? <Copyable label={words.share.curl} value={curlFor(origin, body)} look="code" /> : null}
        </details>
      ) : null}
    </Dialog>
  );
}

function titleOf({ isNew, status }: Shared): string {
  if (!isNew) return words.share.titleAgain;
  return status === "active" ? words.share.titleNow : words.share.titleLater;
}

interface CopyableProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  /** Cut where the line ends, or kept as it is written. */
  readonly look?: "long" | "code";
}

function Copyable({ label, hint, value, look }: CopyableProps): JSX.Element {
  return (
    <div class="copyable">
      <h3>{label}</h3>
      {hint ? <p>{hint}</p> : null}
      <div class="copyable-row">
        <code class={`copyable-value${look ? ` is-${look}` : ""}`}>{value}</code>
        <CopyButton value={value} label={words.share.copy} size="small" />
      </div>
    </div>
  );
}
