import "./people.css";
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Person, Waiter } from "../meeting/types";
import { Avatar } from "./Avatar";
import { Button, IconButton } from "./Button";
import { CopyButton } from "./CopyButton";
import { Field } from "./Field";
import { CameraOffIcon, HandIcon, MicIcon, MicOffIcon, MoreIcon, PinIcon, RemoveIcon, ShareIcon } from "./icons";
import { HostMark } from "./Mark";
import { Panel } from "./Panel";
import { SpotlightButton } from "./SpotlightButton";
import { text } from "./text";
import { useInSight } from "./useInSight";
import { type DoorKeeper, WaitingList } from "./WaitingList";

interface PeoplePanelProps {
  readonly people: readonly Person[];
  /** Empty for everybody who is no host. */
  readonly waiting: readonly Waiter[];
  readonly door: DoorKeeper;
  readonly isHost: boolean;
  /** Whom all see large, by id. */
  readonly spotlight: string | null;
  /** Whom I see large, by the key of the tile. */
  readonly pinned: string | null;
  readonly link: string;
  onMute(person: Person): void;
  onAskUnmute(person: Person): void;
  onRemove(person: Person): void;
  onSpotlight(person: Person | null): void;
  onPin(key: string | null): void;
  onClose(): void;
}

/** A short list needs no search. */
const SEARCH_FROM = 9;

export function PeoplePanel(props: PeoplePanelProps): JSX.Element {
  const { people, link, onClose } = props;
  const [query, setQuery] = useState("");
  // It stays when people leave: what was typed there still narrows the list.
  const hasSearch = useRef(false);
  hasSearch.current ||= people.length >= SEARCH_FROM;
  const wanted = query.trim().toLocaleLowerCase();
  const found = wanted ? people.filter((person) => person.name.toLocaleLowerCase().includes(wanted)) : people;
  const hands = found.filter((person) => person.isHandRaised).sort((a, b) => a.handOrder - b.handOrder);
  const others = found.filter((person) => !person.isHandRaised);
  return (
    <Panel title={text.people.title} onClose={onClose}>
      <div class="people">
        <WaitingList waiting={props.waiting} {...props.door} />
        {hasSearch.current ? (
          <Field
            label={text.people.search}
            isLabelHidden
            type="search"
            placeholder={text.people.search}
            value={query}
            onValue={setQuery}
          />
        ) : null}
        {found.length === 0 ? <p class="people-none">{text.people.nobody}</p> : null}
        <Group {...props} title={text.people.hands} members={hands} />
        <Group {...props} title={hands.length > 0 ? text.people.others : text.people.inMeeting} members={others} />
      </div>
      <div class="people-invite">
        <CopyButton value={link} label={text.people.invite} done={text.call.linkCopied} isLink />
      </div>
    </Panel>
  );
}

function Group(
  props: PeoplePanelProps & { readonly title: string; readonly members: readonly Person[] },
): JSX.Element | null {
  const id = useId();
  if (props.members.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 class="people-title" id={id}>
        {props.title} <span class="people-number">{props.members.length}</span>
      </h3>
      <ul>
        {props.members.map((person) => (
          <Row key={person.id} {...props} person={person} />
        ))}
      </ul>
    </section>
  );
}

function Row(props: PeoplePanelProps & { readonly person: Person }): JSX.Element {
  const { person, isHost } = props;
  const [isOpen, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const id = useId();
  const canAct = isHost || !person.isMe;
  const close = (): void => {
    setOpen(false);
    toggle.current?.focus();
  };
  return (
    <li class={`people-row${isOpen ? " is-open" : ""}`}>
      <div class="people-line">
        <Avatar name={person.name} />
        <div class="people-who">
          <span class="people-name">
            <span class="chip-text" dir="auto">
              {person.name}
            </span>
            {person.isMe ? <span class="people-you">({text.people.you})</span> : null}
          </span>
          <Standing person={person} />
        </div>
        <States person={person} />
        {canAct ? (
          <IconButton
            label={text.people.actionsFor(person.name)}
            icon={<MoreIcon size="small" />}
            aria-expanded={isOpen}
            aria-controls={id}
            buttonRef={toggle}
            onClick={() => setOpen(!isOpen)}
          />
        ) : null}
      </div>
      {canAct && isOpen ? <Actions {...props} id={id} onDone={close} /> : null}
    </li>
  );
}

function Standing({ person }: { readonly person: Person }): JSX.Element | null {
  if (person.isReconnecting) return <span class="people-standing">{text.people.reconnecting}</span>;
  if (!person.isHost) return null;
  return (
    <span class="people-standing is-host">
      <HostMark label={text.people.host} />
      <span aria-hidden="true">{text.people.host}</span>
    </span>
  );
}

function States({ person }: { readonly person: Person }): JSX.Element {
  return (
    <div class="people-states">
      {person.isHandRaised ? (
        <span class="chip chip-hand" role="img" aria-label={text.call.handUp(person.handOrder)}>
          <HandIcon size="tiny" />
          {person.handOrder > 0 ? <span aria-hidden="true">{person.handOrder}</span> : null}
        </span>
      ) : null}
      {person.isScreenSharing ? (
        <span class="is-sharing" role="img" aria-label={text.people.sharing}>
          <ShareIcon size="small" />
        </span>
      ) : null}
      {person.isVideoOff ? (
        <span role="img" aria-label={text.people.cameraOff}>
          <CameraOffIcon size="small" />
        </span>
      ) : null}
      <span role="img" aria-label={person.isMuted ? text.people.muted : text.people.unmuted}>
        {person.isMuted ? <MicOffIcon size="small" /> : <MicIcon size="small" />}
      </span>
    </div>
  );
}

interface ActionsProps extends PeoplePanelProps {
  readonly person: Person;
  readonly id: string;
  onDone(): void;
}

function Actions(props: ActionsProps): JSX.Element {
  const { person, id, isHost, onDone } = props;
  const element = useInSight(true);
  return (
    <div ref={element} class="people-actions" id={id}>
      {isHost && !person.isMe ? <MuteAction {...props} /> : null}
      {person.isMe ? null : <PinAction {...props} />}
      {isHost ? (
        <SpotlightButton
          person={person}
          isInSpotlight={props.spotlight === person.id}
          onSpotlight={(spotlit) => {
            onDone();
            props.onSpotlight(spotlit);
          }}
        />
      ) : null}
      {isHost && !person.isMe ? (
        <Button
          size="small"
          icon={<RemoveIcon size="tiny" />}
          onClick={() => {
            onDone();
            props.onRemove(person);
          }}
        >
          {text.people.remove}
        </Button>
      ) : null}
    </div>
  );
}

/** As on the tile itself, which may be on another page. */
function PinAction({ person, pinned, onPin, onDone }: ActionsProps): JSX.Element {
  const isPinned = pinned === person.id;
  return (
    <Button
      size="small"
      icon={<PinIcon size="tiny" />}
      aria-label={isPinned ? text.call.unpinOf(person.name) : text.call.pinOf(person.name)}
      onClick={() => {
        onDone();
        onPin(isPinned ? null : person.id);
      }}
    >
      {isPinned ? text.call.unpin : text.call.pin}
    </Button>
  );
}

/** A host mutes at once, and may only ask for the other way. */
function MuteAction({ person, onMute, onAskUnmute }: ActionsProps): JSX.Element {
  const [hasAsked, setHasAsked] = useState(false);
  // Who did unmute and is muted once more can be asked once more.
  useEffect(() => {
    if (!person.isMuted) setHasAsked(false);
  }, [person.isMuted]);
  if (!person.isMuted) {
    return (
      <Button size="small" icon={<MicOffIcon size="tiny" />} onClick={() => onMute(person)}>
        {text.people.mute}
      </Button>
    );
  }
  return (
    <Button
      size="small"
      icon={<MicIcon size="tiny" />}
      aria-disabled={hasAsked}
      onClick={() => {
        if (hasAsked) return;
        setHasAsked(true);
        onAskUnmute(person);
      }}
    >
      {hasAsked ? text.people.asked : text.people.askUnmute}
    </Button>
  );
}
