/** The shapes that views read and the actions that views call. No component and no socket is named here. */
import type { ReadonlySignal, Signal } from "@preact/signals";

/** One seat as the server describes it, plus what only this browser knows (media, speaking). */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly isMe: boolean;
  readonly isHost: boolean;
  readonly isMuted: boolean;
  readonly isVideoOff: boolean;
  readonly isScreenSharing: boolean;
  readonly isHandRaised: boolean;
  /** 1-based place among the raised hands, 0 when the hand is down. */
  readonly handOrder: number;
  /** The seat is held while its owner's connection is away. */
  readonly isReconnecting: boolean;
  readonly joinedAt: number;
}

/** One emoji under a chat line, and whose it is, in order of reacting. */
export interface LineReaction {
  readonly emoji: string;
  readonly by: readonly { readonly id: string; readonly name: string }[];
}

export interface ChatLine {
  readonly id: string;
  readonly from: string;
  readonly name: string;
  readonly text: string;
  /** Epoch milliseconds by the server's clock. */
  readonly timestamp: number;
  readonly isMine: boolean;
  readonly reactions: readonly LineReaction[];
}

/** A line of mine that the server did not take; `code` and `message` say why. */
export interface UnsentLine {
  readonly key: number;
  readonly text: string;
  readonly code: string;
  readonly message: string;
}

/** A piece of somebody's speech; interim ones are replaced by the next. */
export interface CaptionLine {
  readonly key: number;
  readonly participantId: string;
  readonly name: string;
  readonly text: string;
  readonly isFinal: boolean;
  /** BCP 47 tag, or empty. */
  readonly lang: string;
  /** Epoch milliseconds by this page's clock. */
  readonly at: number;
}

export interface FloatingReaction {
  readonly key: number;
  readonly participantId: string;
  readonly name: string;
  readonly emoji: string;
}

/** What happened, without words: the page knows the language. */
export type News =
  | { readonly kind: "joined" | "left"; readonly name: string }
  | { readonly kind: "muted" | "allMuted" }
  /** Everybody's: nobody records any more. Mine: the file is saved, or there was none. */
  | { readonly kind: "recordingStopped" | "recordingSaved" | "recordingFailed" }
  /** My screen is not shared: the system does not let the browser see it, or something went wrong. */
  | { readonly kind: "screenBlocked" | "screenFailed" }
  /** The server said no; its sentence is English. */
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

export interface Notice {
  readonly key: number;
  readonly news: News;
  readonly tone: "info" | "warning";
}

export interface MeetingSettings {
  readonly muteOnJoin: boolean;
  readonly videoOffOnJoin: boolean;
  readonly maxParticipants: number;
  readonly locked: boolean;
  readonly waitingRoom: boolean;
}

/**
 * IDLE -> JOINING [-> WAITING] -> LIVE <-> RECONNECTING -> OVER; any before OVER may go to REFUSED, and RECONNECTING to
 * WAITING when the seat was lost meanwhile.
 */
export type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "joining" }
  /** In the queue. `isAway`: the connection is lost, and with it the place until it is asked for again. */
  | { readonly kind: "waiting"; readonly isAdmitted: boolean; readonly isAway: boolean }
  | { readonly kind: "live" }
  | { readonly kind: "reconnecting"; readonly sinceMs: number }
  | {
      readonly kind: "refused";
      readonly code: RefusalCode;
      readonly message: string;
      readonly scheduledAt?: string;
      /** Whole seconds until another try may work; of `entry_denied` without it none ever will. */
      readonly retryAfterS?: number;
    }
  | { readonly kind: "over"; readonly why: "left" | "ended" | "removed" | "replaced"; readonly reason: string };

export type RefusalCode =
  | "meeting_not_found"
  | "meeting_ended"
  | "meeting_scheduled"
  | "room_locked"
  | "room_full"
  | "bad_admin_token"
  | "insufficient_credits"
  | "entry_denied"
  | "waiting_room_full"
  | "rate_limited"
  | "unreachable"
  | "other";

/** "paused": the system holds back what it gave, and gives it back by itself. */
export type DeviceProblem = "blocked" | "missing" | "busy" | "unsupported" | "paused";

export type Background = "none" | "blur";

/**
 * What the blur does: "background" leaves the person sharp, "all" blurs everything because the person cannot be found
 * here, "failed" keeps the camera dark.
 */
export type BackgroundState = "off" | "starting" | "background" | "all" | "failed";

/** What the local camera and microphone are doing, for pre-join and for the call alike. */
export interface LocalMedia {
  readonly camera: ReadonlySignal<MediaStreamTrack | null>;
  readonly microphone: ReadonlySignal<MediaStreamTrack | null>;
  /** A stream with the camera only: for the self view, never with sound. */
  readonly preview: ReadonlySignal<MediaStream | null>;
  readonly isMicOn: ReadonlySignal<boolean>;
  readonly isCameraOn: ReadonlySignal<boolean>;
  /** False while the camera is on but held back until its background is blurred. */
  readonly isShowing: ReadonlySignal<boolean>;
  readonly cameraProblem: ReadonlySignal<DeviceProblem | null>;
  readonly microphoneProblem: ReadonlySignal<DeviceProblem | null>;
  readonly cameras: ReadonlySignal<readonly MediaDeviceInfo[]>;
  readonly microphones: ReadonlySignal<readonly MediaDeviceInfo[]>;
  /** Empty where the browser cannot choose one. */
  readonly speakers: ReadonlySignal<readonly MediaDeviceInfo[]>;
  readonly cameraId: ReadonlySignal<string>;
  readonly microphoneId: ReadonlySignal<string>;
  /** Empty for the system's default. */
  readonly speakerId: ReadonlySignal<string>;
  readonly isNoiseSuppressed: ReadonlySignal<boolean>;
  readonly background: ReadonlySignal<Background>;
  readonly backgroundState: ReadonlySignal<BackgroundState>;
  /** 0 to 1, smoothed, from the microphone itself; 0 while muted. */
  readonly level: ReadonlySignal<number>;
  /** Somebody who is muted has been talking for a moment: worth a hint, which goes by itself. */
  readonly talksMuted: ReadonlySignal<boolean>;
  dismissTalksMuted(): void;
  /** Opens the devices; once, however often it is called. */
  start(): Promise<void>;
  /** Asks again for whatever did not open. */
  retry(): Promise<void>;
  setMic(on: boolean): Promise<void>;
  /** What is wished is remembered for the next meeting. */
  setCamera(on: boolean): Promise<void>;
  /** Off because this meeting wants it so; nothing is remembered. */
  coverCamera(): void;
  chooseCamera(deviceId: string): Promise<void>;
  chooseMicrophone(deviceId: string): Promise<void>;
  chooseSpeaker(deviceId: string): void;
  setNoiseSuppression(on: boolean): Promise<void>;
  setBackground(background: Background): Promise<void>;
  stop(): void;
}

/** What one pair's statistics say; see `media/pairDetails.ts`. */
export interface ConnectionDetails {
  readonly roundTripMs: number | null;
  /** 0 to 100, since the last look. */
  readonly lossPercent: number;
  readonly picture: { readonly width: number; readonly height: number; readonly fps: number } | null;
  readonly way: "direct" | "relayed" | "none";
}

/** What one remote person sends, ready for a `<video>`; separate streams for camera (with voice) and screen. */
export interface RemoteMedia {
  readonly camera: ReadonlySignal<MediaStream | null>;
  readonly screen: ReadonlySignal<MediaStream | null>;
  /** What plays the screen's own sound; null for one that comes in the camera's place: the voice there is heard already. */
  readonly screenSound: ReadonlySignal<MediaStream | null>;
  /** From the pair's statistics; "connecting" until the first frame, "blocked" when the network lets none through. */
  readonly quality: ReadonlySignal<"connecting" | "good" | "weak" | "lost" | "blocked">;
  /** Whether pictures of the camera arrive: not before the first one, and not when they have stood still for seconds. */
  readonly isPictureComing: ReadonlySignal<boolean>;
}

export interface JoinRequest {
  readonly meetingId: string;
  readonly name: string;
  /** Host token from the page's fragment or session storage, never from a query. */
  readonly adminToken: string | null;
  readonly inviteToken: string | null;
}

/** What is said without a voice. */
export interface MeetingTalk {
  readonly chat: ReadonlySignal<readonly ChatLine[]>;
  readonly unread: Signal<number>;
  readonly reactions: ReadonlySignal<readonly FloatingReaction[]>;
  /** What is typed and not sent yet, whether the chat is shown or not. */
  readonly draft: Signal<string>;
  /** What was not sent, oldest first; it stays until it is sent again or dropped. */
  readonly unsent: ReadonlySignal<readonly UnsentLine[]>;
  /** A line that the server does not take goes to `unsent`. */
  send(text: string): Promise<void>;
  sendAgain(key: number): Promise<void>;
  drop(key: number): void;
  react(emoji: string): void;
  /** The same emoji a second time takes it back. */
  reactTo(messageId: string, emoji: string): void;
}

/** What people say, in writing; whoever publishes it, browsers and bots alike. */
export interface MeetingCaptions {
  /** What is being said now, at most one line a person; who began last has the greatest key. */
  readonly now: ReadonlySignal<readonly CaptionLine[]>;
  /** What was said since I came, final pieces only, at most the last 500. */
  readonly transcript: ReadonlySignal<readonly CaptionLine[]>;
  /** Somebody publishes: there was a piece within the last minute. */
  readonly areComing: ReadonlySignal<boolean>;
  /** A piece of my own speech, to everyone. */
  publish(text: string, isFinal: boolean, lang: string): void;
}

/** Somebody in the waiting room, as hosts see it. */
export interface Waiter {
  /** Of this wait; the server gives a new one when somebody asks again. */
  readonly id: string;
  readonly name: string;
  /** A host removed this person from this meeting before. */
  readonly wasRemoved: boolean;
  /** Epoch milliseconds by the server's clock. */
  readonly sinceMs: number;
}

export type SettingsChange = Partial<MeetingSettings> & { readonly title?: string };

/** For hosts only; the server checks again. */
export interface MeetingHost {
  /** In order of asking; empty for everybody who is no host. */
  readonly waiting: ReadonlySignal<readonly Waiter[]>;
  admit(waiterId: string): void;
  /** All but those whom a host removed before, as far as there are seats. */
  admitAll(): void;
  deny(waiterId: string): void;
  /** @throws OrderRefused */
  changeSettings(change: SettingsChange): Promise<void>;
  /**
   * Returns the path and query of a link that lets one person in, once, within 24 hours.
   * @throws OrderRefused
   */
  invite(name: string): Promise<string>;
  mute(participantId: string): void;
  askUnmute(participantId: string): void;
  remove(participantId: string, reason?: string): void;
  muteAll(): void;
  setLocked(locked: boolean): void;
  /** Show one participant large to everybody, or with null nobody any more. */
  setSpotlight(participantId: string | null): void;
  endForAll(): void;
}

/** IDLE -> STARTING -> RUNNING -> SAVING -> IDLE; a recorder that cannot start goes straight back. */
export type MyRecording =
  | { readonly kind: "idle" | "starting" | "saving" }
  /** Epoch milliseconds of this browser's clock. */
  | { readonly kind: "running"; readonly sinceMs: number };

/** Who records, and the recording of a host in this browser. */
export interface MeetingRecording {
  /** Names of the hosts who record now, me included. */
  readonly by: ReadonlySignal<readonly string[]>;
  readonly mine: ReadonlySignal<MyRecording>;
  /** This browser can record. */
  readonly isPossible: boolean;
  /**
   * Everybody is told before the first frame. What goes wrong is a notice.
   * @param untitled names the file of a meeting whose title cannot.
   */
  start(untitled: string): Promise<void>;
  /** Ends it and saves the file. So does leaving, and the end of the meeting. */
  stop(): Promise<void>;
}

/** One visit to one meeting: the object that pages hold. */
export interface MeetingSession {
  readonly phase: ReadonlySignal<Phase>;
  readonly title: ReadonlySignal<string>;
  readonly settings: ReadonlySignal<MeetingSettings>;
  readonly me: ReadonlySignal<Person | null>;
  /** Everyone, me included, in order of joining. */
  readonly people: ReadonlySignal<readonly Person[]>;
  /** Ids of who is speaking now, from the audio itself. */
  readonly speaking: ReadonlySignal<ReadonlySet<string>>;
  readonly talk: MeetingTalk;
  readonly captions: MeetingCaptions;
  /** Whom a host shows large to everybody. */
  readonly spotlight: ReadonlySignal<string | null>;
  /** What the stage shows large unless the person pinned something: a person's id, `id/screen`, or null. */
  readonly focus: ReadonlySignal<string | null>;
  readonly host: MeetingHost;
  readonly recording: MeetingRecording;
  /** Newest last; the page shows and expires them. */
  readonly notices: ReadonlySignal<readonly Notice[]>;
  /** The host asked me to unmute; the page shows a question, a click decides. */
  readonly unmuteAsked: Signal<boolean>;
  readonly local: LocalMedia;
  /** What my line lets others see of me: all, a smaller picture, or for some of them none. */
  readonly uplink: ReadonlySignal<"full" | "smaller" | "paused">;
  readonly sight: {
    show(participantIds: ReadonlySet<string> | null): void;
    alsoShow(participantId: string): () => void;
    needAll(): () => void;
  };
  /** Hiding my address from the others; possible only where the server has a relay. */
  readonly relay: {
    readonly isPossible: ReadonlySignal<boolean>;
    readonly isOn: ReadonlySignal<boolean>;
    set(isOn: boolean): void;
  };
  /** How the line to one person is now; null without one. */
  connection(participantId: string): Promise<ConnectionDetails | null>;
  readonly isSharing: ReadonlySignal<boolean>;
  /** My own shared screen, for the preview. */
  readonly myScreen: ReadonlySignal<MediaStream | null>;
  remote(participantId: string): RemoteMedia;

  join(request: JoinRequest): void;
  leave(): void;
  raiseHand(raised: boolean): void;
  setMic(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  startShare(): Promise<void>;
  stopShare(): void;
}
