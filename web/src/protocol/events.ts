/**
 * Every Socket.IO event of the product, with its payload (API §10, §11 and the extensions in docs/protocol.md).
 * The two name lists are compared with the server's own table by a contract test.
 */

/** One seat in `joined.participants`. */
export interface ParticipantState {
  readonly participantId: string;
  readonly name: string;
  readonly isMuted: boolean;
  readonly isVideoOff: boolean;
  readonly isScreenSharing: boolean;
  readonly isHandRaised: boolean;
  readonly isAdmin: boolean;
  /** Epoch milliseconds by the server's clock. */
  readonly joinedAt: number;
  readonly isReconnecting?: boolean;
}

export interface SettingsState {
  readonly muteOnJoin: boolean;
  readonly videoOffOnJoin: boolean;
  readonly maxParticipants: number;
  readonly locked: boolean;
  readonly waitingRoom: boolean;
}

export interface JoinMeeting {
  readonly meetingId: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly adminToken: string | null;
  readonly inviteToken?: string;
  readonly resumeToken?: string;
  /** This browser, so that the server knows again whom a host removed. */
  readonly clientId?: string;
  /** The seat starts like this; without them others would see and hear a microphone open for a moment. */
  readonly isMuted?: boolean;
  readonly isVideoOff?: boolean;
}

export interface Joined {
  readonly participantId: string;
  /** The others, not oneself. */
  readonly participants: readonly ParticipantState[];
  readonly settings: SettingsState;
  readonly title: string;
  readonly isAdmin: boolean;
  readonly resumeToken?: string;
  readonly isResumed?: boolean;
  readonly isRecording?: boolean;
  /** Whom a host shows large to everybody, by participant id. */
  readonly spotlight?: string | null;
  readonly iceServers?: readonly RTCIceServer[];
  /** My own seat as the server holds it; mute and hand come back with a resumed seat. */
  readonly self?: ParticipantState;
}

export interface ParticipantJoined {
  readonly participantId: string;
  readonly name: string;
  readonly isMuted: boolean;
  readonly isVideoOff: boolean;
  readonly isAdmin: boolean;
  readonly isScreenSharing?: boolean;
  readonly isHandRaised?: boolean;
  readonly joinedAt?: number;
}

export interface ParticipantUpdated {
  readonly participantId: string;
  readonly isMuted?: boolean;
  readonly isVideoOff?: boolean;
  readonly isScreenSharing?: boolean;
  readonly isHandRaised?: boolean;
  /** The seat is held while its connection is away. */
  readonly isReconnecting?: boolean;
  readonly isMutedByHost?: boolean;
  readonly isAdmin?: boolean;
}

export interface SettingsUpdated extends SettingsState {
  readonly title?: string;
}

export interface ChatMessage {
  readonly from: string;
  readonly name: string;
  readonly text: string;
  readonly timestamp: number;
  readonly messageId?: string;
}

export interface ServerError {
  readonly message: string;
  readonly code?: string;
  readonly scheduledAt?: string;
  readonly retryAfter?: number;
}

/** What an ack carries: `{ok: true, …}` or `{error, code}`. */
export interface Ack {
  readonly ok?: true;
  readonly error?: string;
  readonly code?: string;
  readonly scheduledAt?: string;
  readonly retryAfter?: number;
  /** Of `join-meeting` and `waiting-room:join`: no seat yet, a host has to let this socket in. */
  readonly isWaiting?: boolean;
  /** Of `host:invite`. */
  readonly inviteToken?: string;
  /** Of `host:invite`: a path on this server, with the invite in its query. */
  readonly joinUrl?: string;
}

/** To hosts: somebody waits, or with `removed` waits no longer. */
export interface ParticipantWaiting {
  /** A random id of this wait, no socket's. */
  readonly socketId: string;
  readonly name: string;
  /** How many wait now. */
  readonly count: number;
  readonly removed?: boolean;
  /** A host removed this person from this meeting before. */
  readonly wasRemoved?: boolean;
  /** Epoch milliseconds by the server's clock. */
  readonly waitingSince?: number;
}

interface Empty {
  readonly [key: string]: never;
}
interface Target {
  readonly participantId: string;
  readonly reason?: string;
}
interface Waiter {
  readonly meetingId: string;
  readonly socketId: string;
}

/** Client → server: event name to payload. */
export interface ClientEvents {
  "join-meeting": JoinMeeting;
  "leave-meeting": Empty;
  "signal:offer": { readonly to: string; readonly offer: RTCSessionDescriptionInit };
  "signal:answer": { readonly to: string; readonly answer: RTCSessionDescriptionInit };
  "signal:ice-candidate": { readonly to: string; readonly candidate: RTCIceCandidateInit };
  "media:toggle-audio": { readonly isMuted: boolean };
  "media:toggle-video": { readonly isVideoOff: boolean };
  "media:screen-share": { readonly isScreenSharing: boolean };
  "raise-hand": { readonly isHandRaised: boolean };
  react: { readonly emoji: string };
  "chat:message": { readonly text: string };
  "chat:react": { readonly messageId: string; readonly emoji: string };
  "caption:publish": { readonly text: string; readonly isFinal: boolean; readonly lang: string };
  "recording:broadcast-started": { readonly hostName: string };
  "recording:broadcast-stopped": Empty;
  "client:report": { readonly type: string; readonly message?: string; readonly route?: string };
  "host:mute": Target;
  "host:unmute": Target;
  "host:kick": Target;
  "host:mute-all": Empty;
  "host:spotlight": { readonly participantId: string | null };
  "host:settings": Partial<SettingsState> & { readonly title?: string };
  "host:invite": { readonly name?: string };
  "host:end": Empty;
  "waiting-room:join": {
    readonly meetingId: string;
    readonly name: string;
    readonly inviteToken?: string;
    readonly clientId?: string;
  };
  "waiting-room:admit": Waiter;
  "waiting-room:admit-all": { readonly meetingId: string };
  "waiting-room:deny": Waiter;
}

/** Server → client: event name to payload. */
export interface ServerEvents {
  joined: Joined;
  "participant:joined": ParticipantJoined;
  "participant:left": { readonly participantId: string; readonly name: string };
  "participant:updated": ParticipantUpdated;
  "signal:offer": { readonly from: string; readonly offer: RTCSessionDescriptionInit };
  "signal:answer": { readonly from: string; readonly answer: RTCSessionDescriptionInit };
  "signal:ice-candidate": { readonly from: string; readonly candidate: RTCIceCandidateInit | null };
  "admin:mute": Empty;
  "admin:unmute": Empty;
  "admin:kick": { readonly reason: string };
  "meeting:ended": { readonly reason: string };
  "meeting:all-muted": Empty;
  "meeting:settings-updated": SettingsUpdated;
  "meeting:cost-warning": { readonly [key: string]: unknown };
  "chat:message": ChatMessage;
  "chat:reaction": { readonly messageId: string; readonly participantId: string; readonly emoji: string };
  caption: {
    readonly participantId: string;
    readonly name: string;
    readonly text: string;
    readonly isFinal: boolean;
    readonly lang: string;
  };
  react: { readonly participantId: string; readonly emoji: string };
  "recording:started": { readonly hostName: string };
  "recording:stopped": Empty;
  "meeting:spotlight": { readonly participantId: string | null };
  "server:restarting": { readonly retryAfterMs: number };
  error: ServerError;
  "waiting-room:waiting": { readonly message: string };
  "waiting-room:admitted": Empty;
  /** `retryAfter`: whole seconds until this person may ask again; without it not in this meeting. */
  "waiting-room:denied": { readonly message: string; readonly retryAfter?: number };
  "waiting-room:participant-waiting": ParticipantWaiting;
}

export type ClientEventName = keyof ClientEvents;
export type ServerEventName = keyof ServerEvents;

// Records, not bare arrays: the compiler then refuses a missing name as well as an unknown one.
const clientEvents: Record<ClientEventName, true> = {
  "join-meeting": true,
  "leave-meeting": true,
  "signal:offer": true,
  "signal:answer": true,
  "signal:ice-candidate": true,
  "media:toggle-audio": true,
  "media:toggle-video": true,
  "media:screen-share": true,
  "raise-hand": true,
  react: true,
  "chat:message": true,
  "chat:react": true,
  "caption:publish": true,
  "recording:broadcast-started": true,
  "recording:broadcast-stopped": true,
  "client:report": true,
  "host:mute": true,
  "host:unmute": true,
  "host:kick": true,
  "host:mute-all": true,
  "host:spotlight": true,
  "host:settings": true,
  "host:invite": true,
  "host:end": true,
  "waiting-room:join": true,
  "waiting-room:admit": true,
  "waiting-room:admit-all": true,
  "waiting-room:deny": true,
};

const serverEvents: Record<ServerEventName, true> = {
  joined: true,
  "participant:joined": true,
  "participant:left": true,
  "participant:updated": true,
  "signal:offer": true,
  "signal:answer": true,
  "signal:ice-candidate": true,
  "admin:mute": true,
  "admin:unmute": true,
  "admin:kick": true,
  "meeting:ended": true,
  "meeting:all-muted": true,
  "meeting:settings-updated": true,
  "meeting:cost-warning": true,
  "chat:message": true,
  "chat:reaction": true,
  caption: true,
  react: true,
  "recording:started": true,
  "recording:stopped": true,
  "meeting:spotlight": true,
  "server:restarting": true,
  error: true,
  "waiting-room:waiting": true,
  "waiting-room:admitted": true,
  "waiting-room:denied": true,
  "waiting-room:participant-waiting": true,
};

export const CLIENT_EVENT_NAMES = Object.keys(clientEvents) as readonly ClientEventName[];
export const SERVER_EVENT_NAMES = Object.keys(serverEvents) as readonly ServerEventName[];
