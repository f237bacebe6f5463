import "./meeting.css";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../../protocol/http";
import { endMeeting, type Overview } from "../../../protocol/restMeeting";
import { CalendarIcon } from "../../../ui/accountIcons";
import { Button, LinkButton } from "../../../ui/Button";
import { EmptyState } from "../../../ui/EmptyState";
import { ArrowIcon, LockIcon } from "../../../ui/icons";
import { Skeleton } from "../../../ui/Skeleton";
import { text } from "../../../ui/text";
import { forgetAdminToken } from "../adminTokens";
import { JoinAsHost } from "../JoinAsHost";
import { Confirm, Failure, focusHeading, Note } from "../parts";
import { loadMe } from "../session";
import { words } from "../words";
import { LiveFacts, OverFacts, PlannedFacts } from "./Facts";
import { People } from "./People";
import { Settings } from "./Settings";
import { Share } from "./Share";
import { useOverview } from "./useOverview";
import { WaitingRoom } from "./WaitingRoom";
import { WhoWasThere } from "./WhoWasThere";

/** One meeting of the account in whatever state: who is there and how to lead it, when it is, or what it came to. */
export function MeetingPage({ id }: { readonly id: string }): JSX.Element {
  const { meeting, isMissing, problem, refresh } = useOverview(id);
  const title = meeting?.title;
  useEffect(() => {
    if (title) document.title = `${title} · ${text.brand}`;
  }, [title]);
  useFreshBalance(meeting?.status);
  if (isMissing) return <Missing />;
  return (
    <>
      <Head meeting={meeting}>{meeting ? <Actions meeting={meeting} refresh={refresh} /> : null}</Head>
      {meeting && problem ? (
        <Note tone="warning">
          {words.meeting.stale} {problem.message}
        </Note>
      ) : null}
      {meeting ? (
        <Body meeting={meeting} refresh={refresh} />
      ) : (
        <div class="card">
          {problem ? (
            <Failure problem={problem} onRetry={refresh} />
          ) : (
            <Skeleton label={words.shell.loading} rows={5} />
          )}
        </div>
      )}
    </>
  );
}

/** The end of a meeting is charged: the balance beside it must not be the old one. */
function useFreshBalance(status: Overview["status"] | undefined): void {
  const before = useRef(status);
  useEffect(() => {
    if (before.current === "active" && status === "ended") void loadMe().catch(() => undefined);
    before.current = status;
  }, [status]);
}

interface MeetingProps {
  readonly meeting: Overview;
  refresh(): Promise<void>;
}

function Body({ meeting, refresh }: MeetingProps): JSX.Element {
  switch (meeting.status) {
    case "active":
      return (
        <>
          <LiveFacts meeting={meeting} />
          <WaitingRoom meeting={meeting} refresh={refresh} />
          <People meeting={meeting} refresh={refresh} />
          <Share meeting={meeting} />
          <Settings meeting={meeting} refresh={refresh} />
        </>
      );
    case "scheduled":
      return (
        <>
          <PlannedFacts meeting={meeting} />
          <Share meeting={meeting} />
          <Settings meeting={meeting} refresh={refresh} />
        </>
      );
    case "ended":
      return (
        <>
          {meeting.startedAt === null ? <Note tone="calm">{words.meeting.emptyEndBody}</Note> : null}
          <OverFacts meeting={meeting} />
          {meeting.startedAt === null ? null : <WhoWasThere meeting={meeting} />}
        </>
      );
    case "cancelled":
      return (
        <>
          <Note tone="calm">{words.meeting.cancelledBody}</Note>
          <PlannedFacts meeting={meeting} />
        </>
      );
  }
}

interface HeadProps {
  readonly meeting: Overview | null;
  readonly children: ComponentChildren;
}

/** One heading for all states: it has the focus while the answer comes. */
function Head({ meeting, children }: HeadProps): JSX.Element {
  return (
    <header class="one-head">
      <a class="one-back" href="/dashboard">
        <ArrowIcon size="tiny" />
        {words.meeting.back}
      </a>
      <div class="page-head">
        <div class="one-words">
          <h1 class="breaks" tabIndex={-1}>
            {meeting?.title ?? words.shell.loading}
          </h1>
          {meeting ? <Standing meeting={meeting} /> : null}
        </div>
        <div class="one-actions">{children}</div>
      </div>
    </header>
  );
}

function Standing({ meeting }: { readonly meeting: Overview }): JSX.Element {
  const { status, settings, isRecording, meetingId } = meeting;
  return (
    <p class="one-standing">
      <span class={`pill is-${status}`}>{words.meeting.status[status]}</span>
      <span>
        <span class="sr">{words.meeting.code} </span>
        <code>{meetingId}</code>
      </span>
      {settings.locked && status === "active" ? (
        <span class="one-lock">
          <LockIcon size="tiny" />
          {words.meeting.locked}
        </span>
      ) : null}
      {isRecording ? <span class="one-recording">{words.meeting.recording}</span> : null}
    </p>
  );
}

function Actions({ meeting, refresh }: MeetingProps): JSX.Element | null {
  const [isAsking, setAsking] = useState(false);
  const { status, title, meetingId } = meeting;
  const isLive = status === "active";
  if (!isLive && status !== "scheduled") return null;
  const act = async (): Promise<void> => {
    await endMeeting(meetingId).catch(unlessGone);
    forgetAdminToken(meetingId);
    await refresh();
    setAsking(false);
    focusHeading();
  };
  const { endTitle, endBody, endYes, cancelTitle, cancelBody, cancelYes, keep } = words.meetings;
  return (
    <>
      {isLive ? (
        <JoinAsHost
          meetingId={meetingId}
          look="primary"
          words={words.meetings.join}
          busy={words.meetings.joining}
          onGone={refresh}
        />
      ) : null}
      <Button size="small" onClick={() => setAsking(true)}>
        {isLive ? words.meeting.end : words.meeting.cancel}
      </Button>
      {isAsking ? (
        <Confirm
          title={(isLive ? endTitle : cancelTitle)(title)}
          body={isLive ? endBody : cancelBody}
          yes={isLive ? endYes : cancelYes}
          no={keep}
          act={act}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

/** Somebody else ended it first: what was wanted is so. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 404) throw error;
}

function Missing(): JSX.Element {
  const { missingTitle, missingBody, missingBack } = words.meeting;
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>{missingTitle}</h1>
      </header>
      <div class="card empty-card">
        <EmptyState icon={<CalendarIcon />} title={missingBody}>
          <div class="empty-actions">
            <LinkButton href="/dashboard" size="small">
              {missingBack}
            </LinkButton>
          </div>
        </EmptyState>
      </div>
    </>
  );
}
