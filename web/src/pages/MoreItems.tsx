import type { JSX } from "preact";
import type { MeetingSession } from "../meeting/types";
import {
  CheckIcon,
  EndIcon,
  FullScreenIcon,
  HandIcon,
  InviteIcon,
  LinkIcon,
  LockIcon,
  MuteAllIcon,
  PeopleIcon,
  RecordIcon,
  RulesIcon,
  SettingsIcon,
  ShareIcon,
  UnlockIcon,
  WeakIcon,
} from "../ui/icons";
import { MenuItem, MenuSection, MenuTiles } from "../ui/Menu";
import { text } from "../ui/text";
import { useCopied } from "../ui/useCopied";
import type { Asking } from "./MeetingDialogs";
import { ViewItems } from "./ViewItems";

interface MoreItemsProps {
  readonly session: MeetingSession;
  readonly link: string;
  readonly canShare: boolean;
  onHand(): void;
  onShare(): void;
  onPeople(): void;
  onAsk(asking: Asking): void;
  onDone(): void;
}

/** What "more" holds: on phones also what the row has no room for, and the host's tools for the host. */
export function MoreItems(props: MoreItemsProps): JSX.Element {
  const { session, onDone } = props;
  const isHost = session.me.value?.isHost ?? false;
  const then = (action: () => void) => () => {
    onDone();
    action();
  };
  return (
    <>
      <ForPhones {...props} />
      <CopyLink link={props.link} />
      <MenuItem icon={<SettingsIcon size="small" />} onChoose={then(() => props.onAsk({ kind: "settings" }))}>
        {text.call.settings}
      </MenuItem>
      <MenuItem icon={<WeakIcon size="small" />} onChoose={then(() => props.onAsk({ kind: "connection" }))}>
        {text.connection.title}
      </MenuItem>
      <ViewItems session={session} onAsk={props.onAsk} onDone={onDone} />
      {document.fullscreenEnabled ? (
        <MenuItem icon={<FullScreenIcon size="small" />} onChoose={then(toggleFullScreen)}>
          {document.fullscreenElement ? text.call.exitFullScreen : text.call.fullScreen}
        </MenuItem>
      ) : null}
      {isHost ? <HostItems {...props} /> : null}
    </>
  );
}

function ForPhones({ session, canShare, onHand, onShare, onPeople, onDone }: MoreItemsProps): JSX.Element {
  const waiting = session.host.waiting.value.length;
  const isRaised = session.me.value?.isHandRaised ?? false;
  const isSharing = session.isSharing.value;
  const then = (action: () => void) => () => {
    onDone();
    action();
  };
  return (
    <MenuTiles>
      <MenuItem icon={<HandIcon />} onChoose={then(onHand)}>
        {isRaised ? text.call.handLower : text.call.handRaise}
      </MenuItem>
      <MenuItem icon={<PeopleIcon />} onChoose={then(onPeople)}>
        {waiting > 0 ? text.call.peopleWaiting(session.people.value.length, waiting) : text.call.people}
      </MenuItem>
      {canShare ? (
        <MenuItem icon={<ShareIcon />} onChoose={then(onShare)}>
          {isSharing ? text.call.shareStop : text.call.shareStart}
        </MenuItem>
      ) : null}
    </MenuTiles>
  );
}

/** Stays open after the press, so that "Link copied" is seen. */
function CopyLink({ link }: { readonly link: string }): JSX.Element {
  const { outcome, copy } = useCopied();
  const words = { idle: text.call.copyLink, copied: text.call.linkCopied, failed: text.common.copyFailed }[outcome];
  return (
    <MenuItem
      icon={outcome === "copied" ? <CheckIcon size="small" /> : <LinkIcon size="small" />}
      onChoose={() => void copy(link)}
    >
      <span aria-live="polite">{words}</span>
    </MenuItem>
  );
}

function HostItems({ session, onAsk, onDone }: MoreItemsProps): JSX.Element {
  const isLocked = session.settings.value.locked;
  const { recording } = session;
  const isRecording = recording.mine.value.kind !== "idle";
  const then = (action: () => void) => () => {
    onDone();
    action();
  };
  return (
    <>
      <MenuSection label={text.call.hostTools} />
      <MenuItem icon={<InviteIcon size="small" />} onChoose={then(() => onAsk({ kind: "invite" }))}>
        {text.call.invite}
      </MenuItem>
      <MenuItem icon={<RulesIcon size="small" />} onChoose={then(() => onAsk({ kind: "meetingSettings" }))}>
        {text.call.meetingSettings}
      </MenuItem>
      {recording.isPossible ? (
        <MenuItem
          icon={<RecordIcon size="small" />}
          onChoose={then(() => onAsk({ kind: isRecording ? "stopRecording" : "record" }))}
        >
          {isRecording ? text.recording.stop : text.recording.start}
        </MenuItem>
      ) : null}
      <MenuItem icon={<MuteAllIcon size="small" />} onChoose={then(() => onAsk({ kind: "muteAll" }))}>
        {text.call.muteAll}
      </MenuItem>
      <MenuItem
        icon={isLocked ? <UnlockIcon size="small" /> : <LockIcon size="small" />}
        onChoose={then(() => session.host.setLocked(!isLocked))}
      >
        {isLocked ? text.call.unlock : text.call.lock}
      </MenuItem>
      <MenuItem tone="danger" icon={<EndIcon size="small" />} onChoose={then(() => onAsk({ kind: "end" }))}>
        {text.call.endForAll}
      </MenuItem>
    </>
  );
}

function toggleFullScreen(): void {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  // The browser may refuse without a fresh click; the button is still there.
  change.catch(() => undefined);
}
