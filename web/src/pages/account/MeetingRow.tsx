import type { JSX } from "preact";
import type { ListedMeeting } from "../../protocol/restAccount";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { dayAndTime } from "./format";
import { JoinAsHost } from "./JoinAsHost";
import { words } from "./words";

interface MeetingRowProps {
  readonly meeting: ListedMeeting;
  /** This tab created it, so it can share the host's link for good. */
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
        <h3>
          <a class="quiet-link" href={`/dashboard/meetings/${meetingId}`}>
            {title}
          </a>
        </h3>
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
        <Button
          look="quiet"
          size="small"
          aria-label={(isLive ? words.meetings.endOf : words.meetings.cancelOf)(title)}
          onClick={onEnd}
        >
          {isLive ? words.meetings.end : words.meetings.cancel}
        </Button>
        {isLive ? (
          <JoinAsHost meetingId={meetingId} words={words.meetings.join} busy={words.meetings.joining} onGone={onGone} />
        ) : null}
      </div>
    </li>
  );
}

function PeopleInside({ count }: { readonly count: number }): JSX.Element {
  return <span class={count > 0 ? "planned-people is-on" : "planned-people"}>{words.meetings.people(count)}</span>;
}
