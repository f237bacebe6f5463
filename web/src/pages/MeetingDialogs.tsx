import type { ComponentType, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MeetingSession, Person } from "../meeting/types";
import { Button } from "../ui/Button";
import { DeviceHelp, DevicePicker } from "../ui/DevicePicker";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { LanguageSelect } from "../ui/LanguageSelect";
import { ShortcutSheet } from "../ui/ShortcutSheet";
import { Switch } from "../ui/Switch";
import { text } from "../ui/text";
import { InviteDialog } from "./InviteDialog";
import { MeetingSettings } from "./MeetingSettings";
import { AskToRecord, RecordingConsent, useConsent } from "./Recording";

export type Asking =
  | { readonly kind: "settings" }
  | { readonly kind: "meetingSettings" }
  | { readonly kind: "invite" }
  | { readonly kind: "captions" }
  | { readonly kind: "connection" }
  | { readonly kind: "shortcuts" }
  | { readonly kind: "record" }
  | { readonly kind: "stopRecording" }
  | { readonly kind: "muteAll" }
  | { readonly kind: "end" }
  | { readonly kind: "remove"; readonly person: Person };

interface LaterProps {
  readonly session: MeetingSession;
  onClose(): void;
}

const loadCaptions = async (): Promise<ComponentType<LaterProps>> => (await import("./CaptionsDialog")).CaptionsDialog;

const loadConnection = async (): Promise<ComponentType<LaterProps>> =>
  (await import("./ConnectionDialog")).ConnectionDialog;

/** True from the first time on that nothing is in the way. */
function useTurn(isFree: boolean): boolean {
  const hasCome = useRef(isFree);
  hasCome.current ||= isFree;
  return hasCome.current;
}

interface LoadedProps extends LaterProps {
  readonly isFree: boolean;
  load(): Promise<ComponentType<LaterProps>>;
}

/** A dialog whose code comes when it is opened; without a connection it stays shut. */
function Later({ load, isFree, ...props }: LoadedProps): JSX.Element | null {
  const [Shown, setShown] = useState<ComponentType<LaterProps> | null>(null);
  useEffect(() => {
    load().then((loaded) => setShown(() => loaded), props.onClose);
  }, []);
  const isTurn = useTurn(isFree && Shown !== null);
  return Shown && isTurn ? <Shown {...props} /> : null;
}

interface MeetingDialogsProps {
  readonly session: MeetingSession;
  readonly asking: Asking | null;
  onClose(): void;
}

/**
 * The dialogs of a meeting. The questions of others come up over the one that is open, where nothing typed is lost, and
 * before one that is not open yet: whether to stay while one is recorded, then the host's request to unmute.
 */
export function MeetingDialogs({ session, asking, onClose }: MeetingDialogsProps): JSX.Element {
  const consent = useConsent(session);
  const isUnmuteAsked = session.unmuteAsked.value && !consent.isOpen;
  const isFree = !consent.isOpen && !isUnmuteAsked;
  return (
    <>
      {asking ? <Asked key={asking.kind} session={session} asking={asking} isFree={isFree} onClose={onClose} /> : null}
      {isUnmuteAsked ? <UnmuteAsked session={session} /> : null}
      {consent.isOpen ? <RecordingConsent session={session} onStay={consent.stay} /> : null}
    </>
  );
}

interface AskedProps extends LaterProps {
  readonly asking: Asking;
  /** No question of others stands. */
  readonly isFree: boolean;
}

/** What the person here has asked for. */
function Asked({ session, asking, isFree, onClose }: AskedProps): JSX.Element | null {
  const isTurn = useTurn(isFree);
  if (!isTurn) return null;
  switch (asking.kind) {
    case "settings":
      return (
        <Dialog title={text.call.settingsTitle} onClose={onClose}>
          <DeviceHelp local={session.local} />
          <DevicePicker local={session.local} />
          {session.relay.isPossible.value ? (
            <Switch
              label={text.connection.relay}
              hint={text.connection.relayHint}
              isOn={session.relay.isOn.value}
              onChange={(isOn) => session.relay.set(isOn)}
            />
          ) : null}
          <LanguageSelect />
        </Dialog>
      );
    case "meetingSettings":
      return <MeetingSettings session={session} onClose={onClose} />;
    case "invite":
      return <InviteDialog session={session} onClose={onClose} />;
    case "captions":
      return <Later load={loadCaptions} session={session} isFree={isFree} onClose={onClose} />;
    case "connection":
      return <Later load={loadConnection} session={session} isFree={isFree} onClose={onClose} />;
    case "shortcuts":
      return <ShortcutSheet onClose={onClose} />;
    case "record":
      return <AskToRecord session={session} onClose={onClose} />;
    case "stopRecording":
      return (
        <Confirm
          title={text.recording.stopTitle}
          body={text.recording.stopBody}
          yes={text.recording.stop}
          onYes={() => void session.recording.stop()}
          onClose={onClose}
        />
      );
    case "muteAll":
      return (
        <Confirm
          title={text.call.muteAllTitle}
          body={text.call.muteAllBody}
          yes={text.call.muteAll}
          onYes={() => session.host.muteAll()}
          onClose={onClose}
        />
      );
    case "end":
      return (
        <Confirm
          title={text.call.endTitle}
          body={text.call.endBody}
          yes={text.call.endYes}
          isGrave
          onYes={() => session.host.endForAll()}
          onClose={onClose}
        />
      );
    case "remove":
      return <Remove session={session} person={asking.person} onClose={onClose} />;
  }
}

interface ConfirmProps {
  readonly title: string;
  readonly body: string;
  readonly yes: string;
  readonly isGrave?: boolean;
  onYes(): void;
  onClose(): void;
}

function Confirm({ title, body, yes, isGrave, onYes, onClose }: ConfirmProps): JSX.Element {
  return (
    <Dialog
      role="alertdialog"
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button
            look={isGrave ? "danger" : "primary"}
            onClick={() => {
              onClose();
              onYes();
            }}
          >
            {yes}
          </Button>
        </>
      }
    >
      <p>{body}</p>
    </Dialog>
  );
}

const LONGEST_REASON = 200;

function Remove({
  session,
  person,
  onClose,
}: {
  readonly session: MeetingSession;
  readonly person: Person;
  onClose(): void;
}): JSX.Element {
  const [reason, setReason] = useState("");
  return (
    <Dialog
      role="alertdialog"
      title={text.people.removeTitle(person.name)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button
            look="danger"
            onClick={() => {
              onClose();
              session.host.remove(person.id, reason.trim() || undefined);
            }}
          >
            {text.people.removeYes}
          </Button>
        </>
      }
    >
      <p>{text.people.removeBody}</p>
      <Field
        label={text.people.removeReason}
        hint={text.people.removeReasonHint}
        maxLength={LONGEST_REASON}
        value={reason}
        onValue={setReason}
      />
    </Dialog>
  );
}

/** The server never opens a microphone; only this click does. */
function UnmuteAsked({ session }: { readonly session: MeetingSession }): JSX.Element {
  const close = (): void => {
    session.unmuteAsked.value = false;
  };
  return (
    <Dialog
      role="alertdialog"
      title={text.call.askedTitle}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{text.call.askedNo}</Button>
          <Button
            look="primary"
            onClick={() => {
              close();
              void session.setMic(true);
            }}
          >
            {text.call.askedYes}
          </Button>
        </>
      }
    >
      <p>{text.call.askedBody}</p>
    </Dialog>
  );
}
