import type { JSX } from "preact";
import { useState } from "preact/hooks";
import {
  askToUnmute,
  muteAll,
  muteParticipant,
  type Overview,
  type Participant,
  removeParticipant,
} from "../../../protocol/restMeeting";
import { Avatar } from "../../../ui/Avatar";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { EmptyState } from "../../../ui/EmptyState";
import { Field } from "../../../ui/Field";
import { CameraIcon, CameraOffIcon, HandIcon, MicIcon, MicOffIcon, PeopleIcon, ShareIcon } from "../../../ui/icons";
import { HostMark } from "../../../ui/Mark";
import { text } from "../../../ui/text";
import { say } from "../flash";
import { clock } from "../format";
import { REASON_MAX } from "../limits";
import { Confirm, focusHeading, Note, Section } from "../parts";
import { problemOf } from "../problem";
import { leadsToSignIn } from "../session";
import { words } from "../words";
import { ActButton, attempt } from "./act";

interface PeopleProps {
  readonly meeting: Overview;
  refresh(): Promise<void>;
}

/** A short list needs no search. */
const SEARCH_FROM = 9;

type Asking = { readonly kind: "muteAll" } | { readonly kind: "remove"; readonly person: Participant };

/** Who is inside, the raised hands first, and what a host can do to each. */
export function People({ meeting, refresh }: PeopleProps): JSX.Element {
  const [asking, setAsking] = useState<Asking | null>(null);
  const { participants, meetingId } = meeting;
  const close = (): void => setAsking(null);
  return (
    <>
      <Section
        title={words.meeting.people.title}
        detail={participants.length || null}
        action={
          participants.some(({ isAdmin, isMuted }) => !isAdmin && !isMuted) ? (
            <Button size="small" onClick={() => setAsking({ kind: "muteAll" })}>
              {words.meeting.people.muteAll}
            </Button>
          ) : null
        }
      >
        {participants.length === 0 ? (
          <div class="one-empty">
            <EmptyState
              icon={<PeopleIcon />}
              title={words.meeting.people.empty}
              body={words.meeting.people.emptyHint}
            />
          </div>
        ) : (
          <Inside
            meetingId={meetingId}
            participants={participants}
            refresh={refresh}
            onRemove={(person) => setAsking({ kind: "remove", person })}
          />
        )}
      </Section>
      {asking?.kind === "muteAll" ? <MuteAll meetingId={meetingId} refresh={refresh} onClose={close} /> : null}
      {asking?.kind === "remove" ? (
        <Remove meetingId={meetingId} person={asking.person} refresh={refresh} onClose={close} />
      ) : null}
    </>
  );
}

interface InsideProps {
  readonly meetingId: string;
  readonly participants: readonly Participant[];
  refresh(): Promise<void>;
  onRemove(person: Participant): void;
}

function Inside({ meetingId, participants, refresh, onRemove }: InsideProps): JSX.Element {
  const [query, setQuery] = useState("");
  const hasSearch = participants.length >= SEARCH_FROM;
  const wanted = hasSearch ? query.trim().toLocaleLowerCase() : "";
  const people = participants
    .filter(({ name }) => name.toLocaleLowerCase().includes(wanted))
    .sort((a, b) => Number(b.isHandRaised) - Number(a.isHandRaised));
  return (
    <>
      {hasSearch ? (
        <div class="person-search">
          <Field
            label={text.people.search}
            isLabelHidden
            type="search"
            placeholder={text.people.search}
            value={query}
            onValue={setQuery}
          />
        </div>
      ) : null}
      {people.length === 0 ? <p class="card-line">{text.people.nobody}</p> : null}
      <ul>
        {people.map((person) => (
          <Row
            key={person.participantId}
            meetingId={meetingId}
            person={person}
            refresh={refresh}
            onRemove={() => onRemove(person)}
          />
        ))}
      </ul>
    </>
  );
}

interface RowProps {
  readonly meetingId: string;
  readonly person: Participant;
  refresh(): Promise<void>;
  onRemove(): void;
}

function Row({ meetingId, person, refresh, onRemove }: RowProps): JSX.Element {
  const { participantId, name, isMuted, isAdmin, joinedAt } = person;
  const { muteOf, askOf, removeOf, since, gone } = words.meeting.people;
  const order = async (): Promise<void> => {
    if (!isMuted) {
      await attempt(() => muteParticipant(meetingId, participantId), refresh, gone);
      return;
    }
    if (await attempt(() => askToUnmute(meetingId, participantId), refresh, gone)) say(text.people.asked);
  };
  return (
    <li class="person">
      <Avatar name={name} />
      <div class="person-who">
        <span class="person-name">
          <span class="breaks">{name}</span>
          {isAdmin ? (
            <span class="person-host">
              <HostMark label={text.people.host} />
              <span aria-hidden="true">{text.people.host}</span>
            </span>
          ) : null}
        </span>
        <span class="person-since digits">{since(clock(joinedAt))}</span>
      </div>
      <States person={person} />
      <div class="person-actions">
        <ActButton look="quiet" label={(isMuted ? askOf : muteOf)(name)} act={order}>
          {isMuted ? text.people.askUnmute : text.people.mute}
        </ActButton>
        <Button size="small" look="quiet" aria-label={removeOf(name)} onClick={onRemove}>
          {text.people.remove}
        </Button>
      </div>
    </li>
  );
}

function States({ person }: { readonly person: Participant }): JSX.Element {
  const { isHandRaised, isScreenSharing, isVideoOff, isMuted } = person;
  return (
    <div class="person-states">
      {isHandRaised ? (
        <span class="is-hand" role="img" aria-label={words.meeting.people.hand}>
          <HandIcon size="small" />
        </span>
      ) : null}
      {isScreenSharing ? (
        <span class="is-sharing" role="img" aria-label={text.people.sharing}>
          <ShareIcon size="small" />
        </span>
      ) : null}
      <span
        class={isVideoOff ? "is-off" : ""}
        role="img"
        aria-label={isVideoOff ? text.people.cameraOff : words.meeting.people.cameraOn}
      >
        {isVideoOff ? <CameraOffIcon size="small" /> : <CameraIcon size="small" />}
      </span>
      <span class={isMuted ? "is-off" : ""} role="img" aria-label={isMuted ? text.people.muted : text.people.unmuted}>
        {isMuted ? <MicOffIcon size="small" /> : <MicIcon size="small" />}
      </span>
    </div>
  );
}

interface DialogProps {
  readonly meetingId: string;
  refresh(): Promise<void>;
  onClose(): void;
}

function MuteAll({ meetingId, refresh, onClose }: DialogProps): JSX.Element {
  const { muteAll: yes, muteAllTitle, muteAllBody, muteAllNo, allMuted } = words.meeting.people;
  const act = async (): Promise<void> => {
    await muteAll(meetingId);
    await refresh();
    onClose();
    say(allMuted);
    focusHeading();
  };
  return (
    <Confirm
      title={muteAllTitle}
      body={muteAllBody}
      yes={yes}
      no={muteAllNo}
      isDangerous={false}
      act={act}
      onClose={onClose}
    />
  );
}

function Remove(props: DialogProps & { readonly person: Participant }): JSX.Element {
  const { meetingId, person, refresh, onClose } = props;
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      await removeParticipant(meetingId, person.participantId, reason.trim());
    } catch (error) {
      if (leadsToSignIn(error)) return;
      setBusy(false);
      setProblem(problemOf(error).message);
      return;
    }
    await refresh();
    onClose();
    say(words.meeting.people.removed(person.name));
    focusHeading();
  };
  return (
    <Dialog
      role="alertdialog"
      title={text.people.removeTitle(person.name)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button look="danger" disabled={isBusy} onClick={() => void run()}>
            {text.people.removeYes}
          </Button>
        </>
      }
    >
      <p>{text.people.removeBody}</p>
      <Field
        label={text.people.removeReason}
        hint={text.people.removeReasonHint}
        maxLength={REASON_MAX}
        value={reason}
        onValue={setReason}
      />
      {problem ? <Note tone="error">{problem}</Note> : null}
    </Dialog>
  );
}
