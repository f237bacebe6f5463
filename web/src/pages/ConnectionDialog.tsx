import "./connection.css";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ConnectionDetails, MeetingSession, Person } from "../meeting/types";
import { Avatar } from "../ui/Avatar";
import { Dialog } from "../ui/Dialog";
import { text } from "../ui/text";

interface ConnectionDialogProps {
  readonly session: MeetingSession;
  onClose(): void;
}

const EVERY_MS = 2000;

/** How the line to each of the others is, in numbers. */
export function ConnectionDialog({ session, onClose }: ConnectionDialogProps): JSX.Element {
  const others = session.people.value.filter((person) => !person.isMe);
  const details = useDetails(session);
  return (
    <Dialog title={text.connection.title} onClose={onClose}>
      {others.length === 0 ? <p>{text.connection.nobody}</p> : null}
      <ul class="connections">
        {others.map((person) => (
          <Line key={person.id} person={person} details={details.get(person.id) ?? null} />
        ))}
      </ul>
    </Dialog>
  );
}

function Line({
  person,
  details,
}: {
  readonly person: Person;
  readonly details: ConnectionDetails | null;
}): JSX.Element {
  const words = text.connection;
  const picture = details?.picture;
  return (
    <li class="connection">
      <div class="connection-who">
        <Avatar name={person.name} />
        <span class="chip-text" dir="auto">
          {person.name}
        </span>
        <span class="connection-way">{words.ways[details?.way ?? "none"]}</span>
      </div>
      {details && details.way !== "none" ? (
        <dl class="digits">
          <div>
            <dt>{words.roundTrip}</dt>
            <dd>{details.roundTripMs === null ? words.unknown : words.milliseconds(details.roundTripMs)}</dd>
          </div>
          <div>
            <dt>{words.loss}</dt>
            <dd>{words.percent(details.lossPercent)}</dd>
          </div>
          <div>
            <dt>{words.picture}</dt>
            <dd>{picture ? words.size(picture.width, picture.height, picture.fps) : words.noPicture}</dd>
          </div>
        </dl>
      ) : null}
    </li>
  );
}

/** Looks at the statistics while the dialog is open, and never otherwise. */
function useDetails(session: MeetingSession): ReadonlyMap<string, ConnectionDetails> {
  const [details, setDetails] = useState<ReadonlyMap<string, ConnectionDetails>>(new Map());
  useEffect(() => {
    let isOpen = true;
    const look = async (): Promise<void> => {
      const ids = session.people.peek().flatMap((person) => (person.isMe ? [] : [person.id]));
      const found = await Promise.all(ids.map(async (id) => [id, await session.connection(id)] as const));
      if (isOpen) setDetails(new Map(found.flatMap(([id, one]) => (one ? [[id, one] as const] : []))));
    };
    void look();
    const timer = window.setInterval(() => void look(), EVERY_MS);
    return () => {
      isOpen = false;
      window.clearInterval(timer);
    };
  }, [session]);
  return details;
}
