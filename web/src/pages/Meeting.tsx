import "./meeting.css";
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import { stayAwake } from "../ui/awake";
import { darkenBrowser } from "../ui/browserColour";
import { ChatPanel } from "../ui/ChatPanel";
import { Controls, type PanelName } from "../ui/Controls";
import { LockIcon, PeopleIcon } from "../ui/icons";
import { PeoplePanel } from "../ui/PeoplePanel";
import { ReactionsLayer } from "../ui/ReactionsLayer";
import { RemoteAudio } from "../ui/RemoteAudio";
import { Stage } from "../ui/Stage";
import { text } from "../ui/text";
import { hideTipsOnEscape } from "../ui/tips";
import { Announcer } from "./Announcer";
import { Captions } from "./Captions";
import { closeDictation } from "./dictating";
import { Alone, Banners } from "./MeetingBanners";
import { type Asking, MeetingDialogs } from "./MeetingDialogs";
import { MoreItems } from "./MoreItems";
import { RecordingChip } from "./RecordingChip";
import { usePushToTalk } from "./usePushToTalk";
import { useShortcuts } from "./useShortcuts";

export interface MeetingProps {
  readonly session: MeetingSession;
  /** The address to send to others. */
  readonly link: string;
}

/** The call: stage, controls, and one panel at a time. */
export function Meeting({ session, link }: MeetingProps): JSX.Element {
  const panel = useSignal<PanelName | null>(null);
  const [pinned, setPinned] = useState<string | null>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const isSoundBlocked = useSignal(false);
  const chatButton = useRef<HTMLButtonElement>(null);
  const peopleButton = useRef<HTMLButtonElement>(null);
  const headButton = useRef<HTMLButtonElement>(null);
  const people = session.people.value;

  const pushToTalk = usePushToTalk(session);
  useTitle(session);
  useSignalEffect(() => {
    if (panel.value === "chat" && session.talk.unread.value > 0) session.talk.unread.value = 0;
  });
  const closePanel = useCallback(() => {
    // Escape comes here whatever is open; with nothing to close the focus stays, or the space bar would find a button.
    if (!panel.value) return;
    const openers = panel.value === "chat" ? [chatButton] : [peopleButton, headButton];
    panel.value = null;
    // On phones the row has no button for people, and the one at the top stands for it.
    openers.find(({ current }) => current?.offsetParent)?.current?.focus();
  }, [panel]);
  const togglePanel = useCallback(
    (name: PanelName) => {
      if (panel.value === name) closePanel();
      else panel.value = name;
    },
    [panel, closePanel],
  );
  const actions = useCallActions(session, setAsking);
  useShortcuts({
    ...actions,
    onPanel: togglePanel,
    onHelp: () => setAsking({ kind: "shortcuts" }),
    onEscape: closePanel,
  });
  useEffect(() => closeDictation, []);
  useEffect(() => hideTipsOnEscape(document), []);
  useEffect(() => stayAwake(navigator.wakeLock, document), []);
  useEffect(() => darkenBrowser(document), []);

  return (
    <div class={`meeting${panel.value ? " has-panel" : ""}`}>
      <Head
        session={session}
        peopleButton={headButton}
        onPeople={() => togglePanel("people")}
        onStopRecording={() => setAsking({ kind: "stopRecording" })}
      />
      <main class="meeting-stage" tabIndex={-1}>
        <Stage session={session} pinned={pinned} onPin={setPinned} />
        <Captions session={session} />
        <ReactionsLayer reactions={session.talk.reactions.value} />
        <Banners
          session={session}
          isSoundBlocked={isSoundBlocked}
          isTalking={pushToTalk.isTalking}
          isPeopleOpen={panel.value === "people"}
          isChatOpen={panel.value === "chat"}
          onPeople={() => togglePanel("people")}
          onChat={() => togglePanel("chat")}
        />
        {people.length === 1 && session.phase.value.kind === "live" ? <Alone link={link} /> : null}
      </main>
      {panel.value === "chat" ? (
        <ChatPanel talk={session.talk} myId={session.me.value?.id ?? ""} onClose={closePanel} />
      ) : null}
      {panel.value === "people" ? (
        <PeoplePanel
          people={people}
          waiting={session.host.waiting.value}
          door={{
            onAdmit: (waiter) => session.host.admit(waiter.id),
            onDeny: (waiter) => session.host.deny(waiter.id),
            onAdmitAll: () => session.host.admitAll(),
          }}
          isHost={session.me.value?.isHost ?? false}
          spotlight={session.spotlight.value}
          pinned={pinned}
          link={link}
          onMute={(person) => session.host.mute(person.id)}
          onAskUnmute={(person) => session.host.askUnmute(person.id)}
          onRemove={(person) => setAsking({ kind: "remove", person })}
          onSpotlight={(person) => session.host.setSpotlight(person?.id ?? null)}
          onPin={setPinned}
          onClose={closePanel}
        />
      ) : null}
      <footer class="meeting-bar">
        <CallControls
          session={session}
          link={link}
          panel={panel.value}
          chatButton={chatButton}
          peopleButton={peopleButton}
          actions={actions}
          onPanel={togglePanel}
          onAsk={setAsking}
        />
      </footer>
      <MeetingDialogs session={session} asking={asking} onClose={() => setAsking(null)} />
      <RemoteAudio
        people={people}
        remote={(id) => session.remote(id)}
        speakerId={session.local.speakerId.value}
        isBlocked={isSoundBlocked}
      />
      <Announcer session={session} isChatOpen={panel.value === "chat"} />
    </div>
  );
}

interface CallActions {
  onMic(): void;
  onCamera(): void;
  onShare(): void;
  onHand(): void;
}

/** Toggles that explain themselves: a device that does not work opens the help instead of failing in silence. */
function useCallActions(session: MeetingSession, ask: (asking: Asking) => void): CallActions {
  const { local } = session;
  return {
    onMic: () => {
      if (local.microphoneProblem.value && !local.isMicOn.value) ask({ kind: "settings" });
      else void session.setMic(!local.isMicOn.value);
    },
    onCamera: () => {
      if (local.cameraProblem.value && !local.isCameraOn.value) ask({ kind: "settings" });
      else void session.setCamera(!local.isCameraOn.value);
    },
    onShare: () => {
      if (session.isSharing.value) session.stopShare();
      // A refusal is the user's own choice in the browser's dialog: nothing to say.
      else session.startShare().catch(() => undefined);
    },
    onHand: () => session.raiseHand(!(session.me.value?.isHandRaised ?? false)),
  };
}

interface HeadProps {
  readonly session: MeetingSession;
  readonly peopleButton: { current: HTMLButtonElement | null };
  onPeople(): void;
  onStopRecording(): void;
}

function Head({ session, peopleButton, onPeople, onStopRecording }: HeadProps): JSX.Element {
  const count = session.people.value.length;
  const waiting = session.host.waiting.value.length;
  return (
    <header class="meeting-head">
      <h1>{session.title.value}</h1>
      {session.settings.value.locked ? (
        <span class="chip" role="img" aria-label={text.call.locked}>
          <LockIcon size="tiny" />
        </span>
      ) : null}
      <RecordingChip session={session} onStop={onStopRecording} />
      <button
        type="button"
        ref={peopleButton}
        class="head-people"
        aria-label={waiting > 0 ? text.call.peopleWaiting(count, waiting) : text.call.peopleCount(count)}
        onClick={onPeople}
      >
        <PeopleIcon size="small" />
        {count}
        {waiting > 0 ? <span class="head-waiting" data-text={waiting} /> : null}
      </button>
    </header>
  );
}

interface CallControlsProps {
  readonly session: MeetingSession;
  readonly link: string;
  readonly panel: PanelName | null;
  readonly chatButton: { current: HTMLButtonElement | null };
  readonly peopleButton: { current: HTMLButtonElement | null };
  readonly actions: CallActions;
  onPanel(panel: PanelName): void;
  onAsk(asking: Asking): void;
}

function CallControls({ session, link, actions, onPanel, onAsk, ...rest }: CallControlsProps): JSX.Element {
  const { local } = session;
  const canShare = typeof navigator.mediaDevices?.getDisplayMedia === "function";
  return (
    <Controls
      {...rest}
      {...actions}
      isMicOn={local.isMicOn.value}
      isCameraOn={local.isCameraOn.value}
      microphoneProblem={local.microphoneProblem.value}
      cameraProblem={local.cameraProblem.value}
      level={local.level}
      canShare={canShare}
      isSharing={session.isSharing.value}
      isHandRaised={session.me.value?.isHandRaised ?? false}
      unread={session.talk.unread.value}
      peopleCount={session.people.value.length}
      waitingCount={session.host.waiting.value.length}
      onReact={(emoji) => session.talk.react(emoji)}
      onPanel={onPanel}
      onLeave={() => session.leave()}
      onEnd={session.me.value?.isHost ? () => onAsk({ kind: "end" }) : null}
      more={(close) => (
        <MoreItems
          session={session}
          link={link}
          canShare={canShare}
          onHand={actions.onHand}
          onShare={actions.onShare}
          onPeople={() => onPanel("people")}
          onAsk={onAsk}
          onDone={close}
        />
      )}
    />
  );
}

/** Who looks at another tab sees there how many messages, and how many people at the door, wait for an answer. */
function useTitle(session: MeetingSession): void {
  const title = session.title.value;
  const waiting = session.talk.unread.value + session.host.waiting.value.length;
  useEffect(() => {
    const name = title ? `${title} · ${text.brand}` : text.brand;
    document.title = waiting > 0 ? `(${waiting}) ${name}` : name;
  }, [title, waiting]);
}
