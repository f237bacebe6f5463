import "./meetings.css";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../protocol/http";
import { fetchHistory, fetchMeetings, type ListedMeeting, type PastMeeting } from "../../protocol/restAccount";
import { endMeeting } from "../../protocol/restMeeting";
import { CalendarIcon, PlusIcon } from "../../ui/accountIcons";
import { Button } from "../../ui/Button";
import { type Column, DataTable } from "../../ui/DataTable";
import { EmptyState } from "../../ui/EmptyState";
import { Skeleton } from "../../ui/Skeleton";
import { adminToken, forgetAdminToken } from "./adminTokens";
import { dayAndTime, minutes } from "./format";
import { MeetingRow } from "./MeetingRow";
import { NewMeetingDialog } from "./NewMeetingDialog";
import { Amount, Confirm, Failure, focusHeading, ListBody, PageHead, Section } from "./parts";
import { ShareDialog, type Shared } from "./ShareDialog";
import { loadMe } from "./session";
import { type List, useList } from "./useList";
import { words } from "./words";

type Open =
  | { readonly kind: "new" }
  | { readonly kind: "share"; readonly meeting: Shared }
  | { readonly kind: "end"; readonly meeting: ListedMeeting };

export function MeetingsPage(): JSX.Element {
  const open = useList(fetchMeetings);
  const past = useList(pastMeetings);
  const [dialog, setDialog] = useState<Open | null>(null);
  useFreshness(open.reload);
  const create = (
    <Button look="primary" icon={<PlusIcon size="small" />} onClick={() => setDialog({ kind: "new" })}>
      {words.meetings.create}
    </Button>
  );
  const isSettled = open.state !== "loading" && past.state !== "loading";
  const isEmpty = open.state === "ready" && past.state === "ready" && open.items.length + past.items.length === 0;
  return (
    <>
      <PageHead title={words.meetings.title} action={isEmpty ? null : create} />
      {!isSettled ? (
        <div class="card">
          <Skeleton label={words.shell.loading} rows={5} />
        </div>
      ) : open.problem && past.problem ? (
        <div class="card">
          <Failure problem={open.problem} onRetry={() => Promise.all([open.reload(), past.reload()])} />
        </div>
      ) : isEmpty ? (
        <div class="card empty-card">
          <EmptyState icon={<CalendarIcon />} title={words.meetings.emptyTitle} body={words.meetings.emptyBody}>
            <div class="empty-actions">{create}</div>
          </EmptyState>
        </div>
      ) : (
        <>
          <OpenMeetings list={open} onOpen={setDialog} />
          <PastMeetings list={past} />
        </>
      )}
      <Dialogs
        dialog={dialog}
        setDialog={setDialog}
        reload={async () => void (await Promise.all([open.reload(), past.reload()]))}
      />
    </>
  );
}

/** A server that keeps no history yet answers 404: nothing is past. */
async function pastMeetings(cursor: string | null): ReturnType<typeof fetchHistory> {
  try {
    return await fetchHistory(cursor);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return { items: [], next: null };
    throw error;
  }
}

const FRESH_FOR_MS = 10_000;

/** Who comes back to the tab sees who is in the meetings now. */
function useFreshness(reload: () => Promise<void>): void {
  useEffect(() => {
    let last = Date.now();
    const onFocus = (): void => {
      if (document.hidden || Date.now() - last < FRESH_FOR_MS) return;
      last = Date.now();
      void reload();
    };
    document.addEventListener("visibilitychange", onFocus);
    window.addEventListener("focus", onFocus);
    return () => {
      document.removeEventListener("visibilitychange", onFocus);
      window.removeEventListener("focus", onFocus);
    };
  }, [reload]);
}

interface OpenMeetingsProps {
  readonly list: List<ListedMeeting>;
  onOpen(dialog: Open): void;
}

function OpenMeetings({ list, onOpen }: OpenMeetingsProps): JSX.Element {
  if (list.problem && list.items.length === 0) {
    return (
      <div class="card">
        <Failure problem={list.problem} onRetry={list.reload} />
      </div>
    );
  }
  const live = list.items.filter(({ status }) => status === "active");
  const upcoming = list.items
    .filter(({ status }) => status === "scheduled")
    .sort((a, b) => (a.scheduledAt ?? "").localeCompare(b.scheduledAt ?? ""));
  const row = (meeting: ListedMeeting): JSX.Element => {
    const token = adminToken(meeting.meetingId);
    return (
      <MeetingRow
        key={meeting.meetingId}
        meeting={meeting}
        hasToken={token !== null}
        onShare={() => onOpen({ kind: "share", meeting: { ...meeting, adminToken: token } })}
        onEnd={() => onOpen({ kind: "end", meeting })}
        onGone={list.reload}
      />
    );
  };
  return (
    <>
      <Section title={words.meetings.live} detail={live.length || null}>
        {live.length > 0 ? <ul>{live.map(row)}</ul> : <p class="card-line">{words.meetings.noLive}</p>}
      </Section>
      <Section title={words.meetings.upcoming} detail={upcoming.length || null}>
        {upcoming.length > 0 ? <ul>{upcoming.map(row)}</ul> : <p class="card-line">{words.meetings.noUpcoming}</p>}
      </Section>
      {list.hasMore ? (
        <Button look="quiet" size="small" disabled={list.isLoadingMore} onClick={() => void list.more()}>
          {words.shell.more}
        </Button>
      ) : null}
    </>
  );
}

function pastColumns(): readonly Column<PastMeeting>[] {
  const { columns } = words.meetings;
  return [
    {
      key: "title",
      head: columns.title,
      kind: "name",
      cell: (meeting) => (
        <a class="quiet-link" href={`/dashboard/meetings/${meeting.meeting_id}`}>
          {meeting.title}
        </a>
      ),
    },
    { key: "ended", head: columns.ended, cell: (meeting) => dayAndTime(meeting.ended_at) },
    { key: "length", head: columns.length, kind: "number", cell: (meeting) => minutes(meeting.duration_minutes) },
    { key: "peak", head: columns.peak, kind: "number", cell: (meeting) => meeting.peak_participants },
    { key: "cost", head: columns.cost, kind: "number", cell: (meeting) => <Amount value={meeting.cost_usd} /> },
  ];
}

function PastMeetings({ list }: { readonly list: List<PastMeeting> }): JSX.Element {
  return (
    <Section title={words.meetings.past}>
      <ListBody list={list} empty={<p class="card-line">{words.meetings.noPast}</p>}>
        <DataTable
          label={words.meetings.past}
          columns={pastColumns()}
          rows={list.items}
          rowKey={(meeting) => meeting.id}
        />
      </ListBody>
    </Section>
  );
}

interface DialogsProps {
  readonly dialog: Open | null;
  setDialog(dialog: Open | null): void;
  reload(): Promise<void>;
}

function Dialogs({ dialog, setDialog, reload }: DialogsProps): JSX.Element | null {
  const close = (): void => setDialog(null);
  if (dialog?.kind === "new") {
    const onMade = (meeting: Shared): void => {
      setDialog({ kind: "share", meeting });
      void reload();
    };
    return <NewMeetingDialog onMade={onMade} onClose={close} />;
  }
  if (dialog?.kind === "share") return <ShareDialog meeting={dialog.meeting} onClose={close} />;
  if (dialog?.kind !== "end") return null;
  const { meeting } = dialog;
  const isLive = meeting.status === "active";
  const act = async (): Promise<void> => {
    await endMeeting(meeting.meetingId).catch(unlessGone);
    forgetAdminToken(meeting.meetingId);
    await Promise.all([reload(), loadMe().catch(() => undefined)]);
    close();
    focusHeading();
  };
  const { endTitle, endBody, endYes, cancelTitle, cancelBody, cancelYes, keep } = words.meetings;
  return (
    <Confirm
      title={(isLive ? endTitle : cancelTitle)(meeting.title)}
      body={isLive ? endBody : cancelBody}
      yes={isLive ? endYes : cancelYes}
      no={keep}
      act={act}
      onClose={close}
    />
  );
}

/** Somebody else ended it first: what was wanted is so. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 404) throw error;
}
