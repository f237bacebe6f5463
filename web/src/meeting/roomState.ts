/**
 * The meeting as this browser knows it: a pure reducer over the server's events.
 *
 * The server is the truth of every seat, my own included: a click sends an event, and the seat changes when the
 * server's broadcast comes back.
 */
import type { Joined, ParticipantJoined, ParticipantState, ServerEventName, ServerEvents } from "../protocol/events";
import { toggled } from "./lineReactions";
import type { ChatLine, FloatingReaction, MeetingSettings, Person } from "./types";

export interface Seat {
  readonly id: string;
  readonly name: string;
  readonly isHost: boolean;
  readonly isMuted: boolean;
  readonly isVideoOff: boolean;
  readonly isScreenSharing: boolean;
  readonly isHandRaised: boolean;
  readonly isReconnecting: boolean;
  readonly joinedAt: number;
}

export interface RoomState {
  readonly myId: string;
  readonly title: string;
  readonly settings: MeetingSettings;
  /** In order of joining. */
  readonly seats: readonly Seat[];
  /** Ids in order of raising; among hands that were up before I came, in order of joining. */
  readonly hands: readonly string[];
  readonly spotlight: string | null;
  /** What asks for the stage, oldest first: `id/screen` of every shared screen, and the id in the spotlight. */
  readonly shown: readonly string[];
  readonly chat: readonly ChatLine[];
  readonly reactions: readonly FloatingReaction[];
  /** Grows with everything that needs a key of its own. */
  readonly nextKey: number;
}

export type RoomEvent = {
  [E in ServerEventName]: { readonly name: E; readonly payload: ServerEvents[E] };
}[ServerEventName];

export const EMPTY_ROOM: RoomState = {
  myId: "",
  title: "",
  settings: { muteOnJoin: false, videoOffOnJoin: false, maxParticipants: 50, locked: false, waitingRoom: false },
  seats: [],
  hands: [],
  spotlight: null,
  shown: [],
  chat: [],
  reactions: [],
  nextKey: 1,
};

const MAX_CHAT_LINES = 1000;
const MAX_REACTIONS = 30;

/** Applies one event; events that are not about the room's state return the same object. */
export function reduce(state: RoomState, event: RoomEvent, nowMs: number): RoomState {
  switch (event.name) {
    case "joined":
      return joined(state, event.payload, nowMs);
    case "participant:joined":
      return withSeats(state, [
        ...state.seats.filter((seat) => seat.id !== event.payload.participantId),
        newcomer(event.payload, nowMs),
      ]);
    case "participant:left":
      return withSeats(
        state,
        state.seats.filter((seat) => seat.id !== event.payload.participantId),
      );
    case "participant:updated":
      return updated(state, event.payload);
    case "meeting:all-muted":
      return withSeats(
        state,
        state.seats.map((seat) => (seat.isHost ? seat : { ...seat, isMuted: true })),
      );
    case "meeting:settings-updated": {
      const { title, ...settings } = event.payload;
      return { ...state, settings, title: title ?? state.title };
    }
    case "meeting:spotlight":
      return withShown({ ...state, spotlight: event.payload.participantId });
    case "chat:message":
      return withChatLine(state, event.payload);
    case "chat:reaction":
      return withLineReaction(state, event.payload);
    case "react":
      return withReaction(state, event.payload);
    default:
      return state;
  }
}

function joined(state: RoomState, payload: Joined, nowMs: number): RoomState {
  const others = payload.participants.map(seatOf);
  const known = state.seats.find((seat) => seat.id === payload.participantId);
  const mine: Seat = payload.self
    ? seatOf(payload.self)
    : (known ?? {
        id: payload.participantId,
        name: "",
        isHost: payload.isAdmin,
        isMuted: payload.settings.muteOnJoin,
        isVideoOff: payload.settings.videoOffOnJoin,
        isScreenSharing: false,
        isHandRaised: false,
        isReconnecting: false,
        joinedAt: nowMs,
      });
  const entered = {
    ...state,
    myId: payload.participantId,
    title: payload.title,
    settings: payload.settings,
    spotlight: payload.spotlight ?? null,
  };
  return withSeats(entered, [...others, { ...mine, isHost: payload.isAdmin }]);
}

function seatOf(participant: ParticipantState): Seat {
  return {
    id: participant.participantId,
    name: participant.name,
    isHost: participant.isAdmin,
    isMuted: participant.isMuted,
    isVideoOff: participant.isVideoOff,
    isScreenSharing: participant.isScreenSharing,
    isHandRaised: participant.isHandRaised,
    isReconnecting: participant.isReconnecting ?? false,
    joinedAt: participant.joinedAt,
  };
}

function newcomer(payload: ParticipantJoined, nowMs: number): Seat {
  return seatOf({
    ...payload,
    isScreenSharing: payload.isScreenSharing ?? false,
    isHandRaised: payload.isHandRaised ?? false,
    joinedAt: payload.joinedAt ?? nowMs,
  });
}

function updated(state: RoomState, payload: ServerEvents["participant:updated"]): RoomState {
  return withSeats(
    state,
    state.seats.map((seat) =>
      seat.id === payload.participantId
        ? {
            ...seat,
            isMuted: payload.isMuted ?? seat.isMuted,
            isVideoOff: payload.isVideoOff ?? seat.isVideoOff,
            isScreenSharing: payload.isScreenSharing ?? seat.isScreenSharing,
            isHandRaised: payload.isHandRaised ?? seat.isHandRaised,
            isReconnecting: payload.isReconnecting ?? seat.isReconnecting,
            isHost: payload.isAdmin ?? seat.isHost,
          }
        : seat,
    ),
  );
}

/** Sets the seats in order of joining and keeps the queue of hands true to them. */
function withSeats(state: RoomState, seats: readonly Seat[]): RoomState {
  const ordered = seats.toSorted((a, b) => a.joinedAt - b.joinedAt);
  const raised = ordered.filter((seat) => seat.isHandRaised).map((seat) => seat.id);
  const kept = state.hands.filter((id) => raised.includes(id));
  return withShown({ ...state, seats: ordered, hands: [...kept, ...raised.filter((id) => !kept.includes(id))] });
}

/** Keeps the order in which screens and the spotlight came; of what came at once, the spotlight is the newer. */
function withShown(state: RoomState): RoomState {
  const asking = state.seats.filter((seat) => seat.isScreenSharing).map((seat) => screenOf(seat.id));
  if (state.spotlight !== null && state.seats.some((seat) => seat.id === state.spotlight)) {
    asking.push(state.spotlight);
  }
  const kept = state.shown.filter((key) => asking.includes(key));
  return { ...state, shown: [...kept, ...asking.filter((key) => !kept.includes(key))] };
}

/** The name of a shared screen among the tiles. */
export function screenOf(participantId: string): string {
  return `${participantId}/screen`;
}

/** What the stage shows large: the newest screen or spotlight. Nobody is shown their own face large. */
export function focusOf(state: RoomState): string | null {
  return state.shown.findLast((key) => key !== state.myId) ?? null;
}

function withChatLine(state: RoomState, payload: ServerEvents["chat:message"]): RoomState {
  const line: ChatLine = {
    id: payload.messageId ?? `line-${state.nextKey}`,
    from: payload.from,
    name: payload.name,
    text: payload.text,
    timestamp: payload.timestamp,
    isMine: payload.from === state.myId,
    reactions: [],
  };
  return { ...state, chat: [...state.chat, line].slice(-MAX_CHAT_LINES), nextKey: state.nextKey + 1 };
}

/** A line that this page has not seen has no reactions either. */
function withLineReaction(
  state: RoomState,
  { messageId, participantId, emoji }: ServerEvents["chat:reaction"],
): RoomState {
  if (!state.chat.some((line) => line.id === messageId)) return state;
  const name = state.seats.find((seat) => seat.id === participantId)?.name ?? "";
  const chat = state.chat.map((line) =>
    line.id === messageId ? { ...line, reactions: toggled(line.reactions, emoji, { id: participantId, name }) } : line,
  );
  return { ...state, chat };
}

function withReaction(state: RoomState, { participantId, emoji }: ServerEvents["react"]): RoomState {
  const name = state.seats.find((seat) => seat.id === participantId)?.name ?? "";
  const reaction: FloatingReaction = { key: state.nextKey, participantId, name, emoji };
  return {
    ...state,
    reactions: [...state.reactions, reaction].slice(-MAX_REACTIONS),
    nextKey: state.nextKey + 1,
  };
}

export function withoutReaction(state: RoomState, key: number): RoomState {
  return { ...state, reactions: state.reactions.filter((reaction) => reaction.key !== key) };
}

export function peopleOf(state: RoomState): readonly Person[] {
  return state.seats.map((seat) => ({
    ...seat,
    isMe: seat.id === state.myId,
    handOrder: state.hands.indexOf(seat.id) + 1,
  }));
}
