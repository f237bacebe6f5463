import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../protocol/http";
import { createHostLink, type ListedMeeting } from "../../protocol/restAccount";
import { navigate } from "../../router";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { keepHostToken } from "../hostToken";
import { adminToken } from "./adminTokens";
import { say } from "./flash";
import { dayAndTime } from "./format";
import { problemOf } from "./problem";
import { leadsToSignIn } from "./session";
import { words } from "./words";

interface MeetingRowProps {
  readonly meeting: ListedMeeting;
  /** This tab created it, so it can share the host's link and end it. */
  readonly hasToken: boolean;
  onShare(): void;
  onEnd(): void;
  /** It turned out to be over. */
  onGone(): void;
}

/** One meeting that is live or planned, and what its owner can do with it. */
export function MeetingRow({ meeting, hasToken, onShare, onEnd, onGone }: MeetingRowProps): JSX.Element {
  const { meetingId, title, participantCount, createdAt, scheduledAt } = meeting;
  const isLive = meeting.status === "active";
  return (
    <li class="planned">
      <div class="planned-words">
        <h3>{title}</h3>
        <p>
          {isLive ? <PeopleInside count={participantCount} /> : <span>{dayAndTime(scheduledAt ?? "")}</span>}
          <span class="planned-code">{meetingId}</span>
          {isLive && createdAt ? (
            <span>{words.meetings.since(dayAndTime(createdAt, { isInSentence: true }))}</span>
          ) : null}
        </p>
      </div>
      <div class="planned-actions">
        {hasToken ? (
          <Button look="quiet" size="small" aria-label={words.meetings.shareOf(title)} onClick={onShare}>
            {words.meetings.share}
          </Button>
        ) : (
          <CopyButton
            value={`${window.location.origin}/join/${meetingId}`}
            label={words.meetings.copyLink}
            look="quiet"
            size="small"
            isLink
          />
        )}
        {hasToken ? (
          <Button
            look="quiet"
            size="small"
            aria-label={(isLive ? words.meetings.endOf : words.meetings.cancelOf)(title)}
            onClick={onEnd}
          >
            {isLive ? words.meetings.end : words.meetings.cancel}
          </Button>
        ) : null}
        {isLive ? <JoinAsHost meetingId={meetingId} onGone={onGone} /> : null}
      </div>
    </li>
  );
}

function PeopleInside({ count }: { readonly count: number }): JSX.Element {
  return <span class={count > 0 ? "planned-people is-on" : "planned-people"}>{words.meetings.people(count)}</span>;
}

/** Goes in with the admin token where this tab has it, else with a host link made for this one visit. */
function JoinAsHost({ meetingId, onGone }: { readonly meetingId: string; onGone(): void }): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const join = async (): Promise<void> => {
    const token = adminToken(meetingId);
    if (token) {
      keepHostToken(meetingId, token);
      navigate(`/join/${meetingId}`);
      return;
    }
    setBusy(true);
    try {
      const { hostUrl } = await createHostLink(meetingId);
      const url = new URL(hostUrl, window.location.origin);
      navigate(url.pathname + url.hash);
    } catch (error) {
      if (leadsToSignIn(error)) return;
      setBusy(false);
      const isGone = error instanceof ApiError && error.status === 404;
      say(isGone ? words.meetings.gone : problemOf(error).message, "warning");
      if (isGone) onGone();
    }
  };
  return (
    <Button size="small" disabled={isBusy} onClick={() => void join()}>
      {isBusy ? words.meetings.joining : words.meetings.join}
    </Button>
  );
}
