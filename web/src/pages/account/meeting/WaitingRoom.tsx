import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { admitEveryone, admitWaiter, denyWaiter, type Overview, type Waiter } from "../../../protocol/restMeeting";
import { Avatar } from "../../../ui/Avatar";
import { say } from "../flash";
import { clock } from "../format";
import { Section } from "../parts";
import { words } from "../words";
import { ActButton, attempt } from "./act";

interface WaitingRoomProps {
  readonly meeting: Overview;
  refresh(): Promise<void>;
}

/** Who waits to be let in; shown while the waiting room is on, and for removed people who came back also when it is off. */
export function WaitingRoom({ meeting, refresh }: WaitingRoomProps): JSX.Element | null {
  const { waiting, settings, meetingId } = meeting;
  const { title, empty, admitAll, admitted, waits } = words.meeting.waiting;
  const said = useNewcomers(waiting);
  if (!settings.waitingRoom && waiting.length === 0) return null;
  const admitThemAll = async (): Promise<void> => {
    let count = 0;
    const call = async (): Promise<void> => {
      count = (await admitEveryone(meetingId)).admitted;
    };
    if (await attempt(call, refresh)) say(admitted(count), count > 0 ? "info" : "warning");
  };
  return (
    <Section
      title={title}
      detail={waiting.length || null}
      action={waiting.length > 1 ? <ActButton act={admitThemAll}>{admitAll}</ActButton> : null}
    >
      <p class="sr" aria-live="polite">
        {said ? waits(said) : ""}
      </p>
      {waiting.length === 0 ? (
        <p class="card-line">{empty}</p>
      ) : (
        <ul>
          {waiting.map((waiter) => (
            <Row key={waiter.socketId} meetingId={meetingId} waiter={waiter} refresh={refresh} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Return the names of those who came since the last change of the list, to be read out once. */
function useNewcomers(waiting: readonly Waiter[]): string {
  const known = useRef<ReadonlySet<string>>(new Set());
  const said = useRef("");
  const fresh = waiting.filter(({ socketId }) => !known.current.has(socketId));
  if (fresh.length > 0) said.current = fresh.map(({ name }) => name).join(", ");
  else if (waiting.length === 0) said.current = "";
  known.current = new Set(waiting.map(({ socketId }) => socketId));
  return said.current;
}

interface RowProps {
  readonly meetingId: string;
  readonly waiter: Waiter;
  refresh(): Promise<void>;
}

function Row({ meetingId, waiter, refresh }: RowProps): JSX.Element {
  const { socketId, name, waitingSince, wasRemoved } = waiter;
  const { admit, deny, admitOf, denyOf, since, gone, wasRemoved: removedBefore } = words.meeting.waiting;
  return (
    <li class="person is-waiting">
      <Avatar name={name} />
      <div class="person-who">
        <span class="person-name">
          <span class="breaks">{name}</span>
          {wasRemoved ? <span class="person-flag">{removedBefore}</span> : null}
        </span>
        <span class="person-since digits">{since(clock(waitingSince))}</span>
      </div>
      <div class="person-actions">
        <ActButton label={denyOf(name)} act={() => attempt(() => denyWaiter(meetingId, socketId), refresh, gone)}>
          {deny}
        </ActButton>
        <ActButton label={admitOf(name)} act={() => attempt(() => admitWaiter(meetingId, socketId), refresh, gone)}>
          {admit}
        </ActButton>
      </div>
    </li>
  );
}
