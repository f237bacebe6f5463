import type { JSX } from "preact";
import { type Attendee, attendanceFilePath, fetchAttendance, type Overview } from "../../../protocol/restMeeting";
import { type Column, DataTable } from "../../../ui/DataTable";
import { DownloadLink } from "../Copyable";
import { dayAndTime, exactMinutes } from "../format";
import { ListBody, Section } from "../parts";
import { useList } from "../useList";
import { words } from "../words";

/** Every stay in a meeting that is over: who left and came back is there twice. */
export function WhoWasThere({ meeting }: { readonly meeting: Overview }): JSX.Element {
  const { attendance } = words.meeting;
  if (!meeting.isOwner) {
    return (
      <Section title={attendance.title}>
        <p class="card-line">{attendance.notYours}</p>
      </Section>
    );
  }
  return <Stays meetingId={meeting.meetingId} />;
}

function Stays({ meetingId }: { readonly meetingId: string }): JSX.Element {
  const { attendance } = words.meeting;
  const list = useList((cursor) => fetchAttendance(meetingId, cursor), meetingId);
  return (
    <Section
      title={attendance.title}
      action={
        list.items.length > 0 ? <DownloadLink href={attendanceFilePath(meetingId)} label={attendance.csv} /> : null
      }
    >
      <ListBody list={list} empty={<p class="card-line">{attendance.empty}</p>}>
        <DataTable
          label={attendance.title}
          columns={columns()}
          rows={list.items}
          rowKey={({ participantId, joinedAt }) => `${participantId}@${joinedAt}`}
        />
      </ListBody>
    </Section>
  );
}

function columns(): readonly Column<Attendee>[] {
  const { columns: heads, host, still } = words.meeting.attendance;
  return [
    {
      key: "name",
      head: heads.name,
      kind: "name",
      cell: ({ name, isAdmin }) => (
        <span>
          {name}
          {isAdmin ? <span class="is-quiet"> ({host})</span> : null}
        </span>
      ),
    },
    { key: "joined", head: heads.joined, cell: ({ joinedAt }) => dayAndTime(joinedAt) },
    { key: "left", head: heads.left, cell: ({ leftAt }) => (leftAt === null ? still : dayAndTime(leftAt)) },
    { key: "length", head: heads.length, kind: "number", cell: ({ seconds }) => exactMinutes(String(seconds / 60)) },
  ];
}
