import "./controls.css";
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX, RefObject } from "preact";
import { useCallback, useRef, useState } from "preact/hooks";
import type { DeviceProblem } from "../meeting/types";
import {
  CameraIcon,
  CameraOffIcon,
  ChatIcon,
  EndIcon,
  HandIcon,
  LeaveIcon,
  MicIcon,
  MicOffIcon,
  MoreIcon,
  PeopleIcon,
  ReactIcon,
  ShareIcon,
  StopShareIcon,
  WarningIcon,
} from "./icons";
import { Menu, MenuItem } from "./Menu";
import { problemShort } from "./problems";
import { keysFor } from "./shortcuts";
import { text } from "./text";

export type PanelName = "chat" | "people";

interface ControlsProps {
  readonly isMicOn: boolean;
  readonly isCameraOn: boolean;
  readonly microphoneProblem: DeviceProblem | null;
  readonly cameraProblem: DeviceProblem | null;
  readonly level: ReadonlySignal<number>;
  readonly canShare: boolean;
  readonly isSharing: boolean;
  readonly isHandRaised: boolean;
  readonly unread: number;
  readonly peopleCount: number;
  /** How many wait at the door, for hosts. */
  readonly waitingCount: number;
  readonly panel: PanelName | null;
  readonly chatButton: RefObject<HTMLButtonElement | null>;
  readonly peopleButton: RefObject<HTMLButtonElement | null>;
  onMic(): void;
  onCamera(): void;
  onShare(): void;
  onReact(emoji: string): void;
  onHand(): void;
  onPanel(panel: PanelName): void;
  onLeave(): void;
  /** Ends the meeting for everyone; null for whom it is not theirs to end. */
  readonly onEnd: (() => void) | null;
  /** The items of "more"; they call `close` when they are done. */
  more(close: () => void): ComponentChildren;
}

/** The row at the bottom: microphone, camera, share, react, hand, chat, people, more, and leave apart from them. */
export function Controls(props: ControlsProps): JSX.Element {
  return (
    <section class="controls" aria-label={text.call.controls}>
      <MicControl {...props} />
      <CameraControl {...props} />
      {props.canShare ? <ShareControl {...props} /> : null}
      <ReactControl onReact={props.onReact} />
      <HandControl {...props} />
      <ChatControl {...props} />
      <PeopleControl {...props} />
      <MoreControl more={props.more} waitingCount={props.waitingCount} />
      <LeaveControl {...props} />
    </section>
  );
}

function MicControl({ isMicOn, microphoneProblem, level, onMic }: ControlsProps): JSX.Element {
  return (
    <Control
      words={text.call.mic}
      label={isMicOn ? text.call.microphoneOn : text.call.microphoneOff}
      keys={keysFor("mic")}
      problem={microphoneProblem}
      state={isMicOn ? "plain" : "off"}
      icon={isMicOn ? <MicIcon /> : <MicOffIcon />}
      onPress={onMic}
    >
      {isMicOn ? <MicPulse level={level} /> : null}
    </Control>
  );
}

function CameraControl({ isCameraOn, cameraProblem, onCamera }: ControlsProps): JSX.Element {
  return (
    <Control
      words={text.call.camera}
      label={isCameraOn ? text.call.cameraOn : text.call.cameraOff}
      keys={keysFor("camera")}
      problem={cameraProblem}
      state={isCameraOn ? "plain" : "off"}
      icon={isCameraOn ? <CameraIcon /> : <CameraOffIcon />}
      onPress={onCamera}
    />
  );
}

function ShareControl({ isSharing, onShare }: ControlsProps): JSX.Element {
  return (
    <Control
      words={isSharing ? text.call.shareStopShort : text.call.share}
      label={isSharing ? text.call.shareStop : text.call.shareStart}
      state={isSharing ? "on" : "plain"}
      isPressed={isSharing}
      isWideOnly
      icon={isSharing ? <StopShareIcon /> : <ShareIcon />}
      onPress={onShare}
    />
  );
}

function HandControl({ isHandRaised, onHand }: ControlsProps): JSX.Element {
  return (
    <Control
      words={text.call.hand}
      label={isHandRaised ? text.call.handLower : text.call.handRaise}
      keys={keysFor("hand")}
      state={isHandRaised ? "on" : "plain"}
      isPressed={isHandRaised}
      isWideOnly
      icon={<HandIcon />}
      onPress={onHand}
    />
  );
}

function ChatControl({ unread, panel, chatButton, onPanel }: ControlsProps): JSX.Element {
  return (
    <Control
      words={text.call.chat}
      label={unread > 0 ? text.call.unreadChat(unread) : text.call.chat}
      keys={keysFor("chat")}
      state={panel === "chat" ? "open" : "plain"}
      isExpanded={panel === "chat"}
      badge={unread > 99 ? "99+" : unread > 0 ? String(unread) : null}
      buttonRef={chatButton}
      icon={<ChatIcon />}
      onPress={() => onPanel("chat")}
    />
  );
}

function PeopleControl({ peopleCount, waitingCount, panel, peopleButton, onPanel }: ControlsProps): JSX.Element {
  return (
    <Control
      words={text.call.people}
      label={waitingCount > 0 ? text.call.peopleWaiting(peopleCount, waitingCount) : text.call.peopleCount(peopleCount)}
      keys={keysFor("people")}
      state={panel === "people" ? "open" : "plain"}
      isExpanded={panel === "people"}
      count={peopleCount}
      badge={waitingCount > 0 ? String(waitingCount) : null}
      isWideOnly
      buttonRef={peopleButton}
      icon={<PeopleIcon />}
      onPress={() => onPanel("people")}
    />
  );
}

interface ControlProps {
  readonly words: string;
  readonly label: string;
  readonly keys?: string;
  readonly icon: ComponentChildren;
  readonly state: "plain" | "off" | "on" | "open" | "leave";
  readonly isPressed?: boolean;
  readonly isExpanded?: boolean | undefined;
  readonly hasMenu?: boolean;
  /** Not in the row of a phone: "more" has it there. */
  readonly isWideOnly?: boolean;
  readonly problem?: DeviceProblem | null;
  readonly badge?: string | null;
  /** Only where the row has no room for the button that it belongs to. */
  readonly phoneBadge?: string | null;
  readonly count?: number;
  readonly buttonRef?: RefObject<HTMLButtonElement | null>;
  readonly children?: ComponentChildren;
  onPress(): void;
}

function Control(props: ControlProps): JSX.Element {
  const { words, label, keys, problem, state } = props;
  const full = problem ? `${label}. ${problemShort(problem)}` : label;
  return (
    <button
      type="button"
      ref={props.buttonRef ?? null}
      class={`control is-${state}${props.isWideOnly ? " wide-only" : ""}`}
      aria-label={full}
      aria-pressed={props.isPressed}
      aria-expanded={props.isExpanded}
      aria-haspopup={props.hasMenu ? "menu" : undefined}
      data-tip={keys ? text.call.shortcut(label, keys) : label}
      onClick={props.onPress}
    >
      <span class="control-disc">
        {props.icon}
        {props.children}
        {problem ? (
          <span class="control-badge is-problem">
            <WarningIcon size="tiny" />
          </span>
        ) : null}
        {props.badge ? <span class="control-badge" data-text={props.badge} /> : null}
        {props.phoneBadge ? <span class="control-badge for-phones" data-text={props.phoneBadge} /> : null}
      </span>
      <span class="control-words" aria-hidden="true">
        {problem ? problemShort(problem) : words}
        {props.count ? <span class="control-count digits" data-text={props.count} /> : null}
      </span>
    </button>
  );
}

/** A line that follows the voice: the microphone is seen to work. */
function MicPulse({ level }: { readonly level: ReadonlySignal<number> }): JSX.Element {
  return (
    <span class="mic-pulse" aria-hidden="true">
      <span style={{ transform: `scaleX(${Math.min(1, level.value * 1.6).toFixed(2)})` }} />
    </span>
  );
}

function ReactControl({ onReact }: { onReact(emoji: string): void }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  return (
    <div class="control-slot">
      <Control
        words={text.call.react}
        label={text.call.reactLong}
        state={isOpen ? "open" : "plain"}
        isExpanded={isOpen}
        hasMenu
        buttonRef={button}
        icon={<ReactIcon />}
        onPress={() => setOpen(!isOpen)}
      />
      {isOpen ? (
        <Menu label={text.call.reactLong} opener={button} look="row" onClose={close}>
          {Object.entries(text.call.emoji).map(([emoji, name]) => (
            <MenuItem key={emoji} label={text.call.emojiSend(name)} onChoose={() => onReact(emoji)}>
              {emoji}
            </MenuItem>
          ))}
        </Menu>
      ) : null}
    </div>
  );
}

/** On phones "people" is in here, and with it the number of those who wait. */
function MoreControl({ more, waitingCount }: Pick<ControlsProps, "more" | "waitingCount">): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  return (
    <div class="control-slot">
      <Control
        words={text.call.more}
        label={text.call.moreLong}
        state={isOpen ? "open" : "plain"}
        isExpanded={isOpen}
        hasMenu
        phoneBadge={waitingCount > 0 ? String(waitingCount) : null}
        buttonRef={button}
        icon={<MoreIcon />}
        onPress={() => setOpen(!isOpen)}
      />
      {isOpen ? (
        <Menu label={text.call.moreLong} opener={button} onClose={close}>
          {more(() => {
            setOpen(false);
            button.current?.focus();
          })}
        </Menu>
      ) : null}
    </div>
  );
}

/** A host who goes is asked whether the others go on; nobody else, and no host who is alone, has a choice to make. */
function LeaveControl({ peopleCount, onLeave, onEnd }: ControlsProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = useCallback(() => setOpen(false), []);
  const hasMenu = onEnd !== null && (peopleCount > 1 || isOpen);
  return (
    <div class="control-slot">
      <Control
        words={text.call.leave}
        label={text.call.leaveLong}
        state="leave"
        isExpanded={hasMenu ? isOpen : undefined}
        hasMenu={hasMenu}
        buttonRef={button}
        icon={<LeaveIcon />}
        onPress={() => (hasMenu ? setOpen(!isOpen) : onLeave())}
      />
      {isOpen && onEnd ? (
        <Menu label={text.call.leaveLong} opener={button} onClose={close}>
          <MenuItem icon={<LeaveIcon size="small" />} onChoose={onLeave}>
            {text.call.leaveAlone}
          </MenuItem>
          <MenuItem
            tone="danger"
            icon={<EndIcon size="small" />}
            onChoose={() => {
              close();
              button.current?.focus();
              onEnd();
            }}
          >
            {text.call.endForAll}
          </MenuItem>
        </Menu>
      ) : null}
    </div>
  );
}
