/**
 * What a meeting needs of its media, whoever carries it: the mesh today, a forwarding unit later.
 *
 * A transport owns connections and remote streams. It never opens a socket: what must travel goes out through
 * `TransportEvents.send` and comes back through `receive`.
 */

import type { PairDetails } from "./pairDetails";
import type { UplinkState } from "./uplink";

/** One outgoing or incoming track each. The screen is a track of its own beside the camera. */
export type SlotName = "microphone" | "camera" | "screen" | "screenAudio";

export type Signal =
  | { readonly kind: "offer"; readonly description: RTCSessionDescriptionInit }
  | { readonly kind: "answer"; readonly description: RTCSessionDescriptionInit }
  | { readonly kind: "candidate"; readonly candidate: RTCIceCandidateInit };

/** "connecting" until media of them arrives for the first time; "blocked" when network or browser let none through. */
export type Quality = "connecting" | "good" | "weak" | "lost" | "blocked";

export interface RemoteStreams {
  /** Camera and voice of one person. */
  readonly camera: MediaStream | null;
  /** The line for a shared screen; present as soon as the other side can share, also while it does not. */
  readonly screen: MediaStream | null;
}

export interface TransportEvents {
  send(to: string, signal: Signal): void;
  streams(from: string, streams: RemoteStreams): void;
  quality(from: string, quality: Quality): void;
  /** Whether pictures of this person's camera arrive; at first none do. */
  picture(from: string, isComing: boolean): void;
  uplink(state: UplinkState): void;
}

export interface MediaTransport {
  /** Somebody is about to be called: does what can be done before it is known whom. */
  prepare(): void;
  setIceServers(servers: readonly RTCIceServer[]): void;
  /**
   * Takes a seat and calls everyone who was there before. Called again after the signalling came back: with the
   * same id, pairs that live are kept, missing ones are called, absent ones dropped.
   *
   * @returns what settles when every call is out; null when there is nobody to call.
   */
  enter(myId: string, others: readonly string[]): Promise<void> | null;
  /** Someone came after me: they call, I answer. Who was here before and lost the seat meanwhile is called as well. */
  add(participantId: string): void;
  remove(participantId: string): void;
  /** Someone's signalling is back: what they may have missed is sent again. */
  returned(participantId: string): void;
  receive(from: string, signal: Signal): void;
  /** Puts a track on a slot towards everyone, present and future; null takes it off. */
  send(slot: SlotName, track: MediaStreamTrack | null): void;
  /** Drops or restores the voice of one person here, whatever they send. */
  silence(participantId: string, isSilent: boolean): void;
  /** Whether I speak: who is listened to gets the larger part of the lines. */
  speak(isSpeaking: boolean): void;
  /** Whose camera is in sight here; null for everybody's. The others' are neither sent nor decoded. */
  show(participantIds: ReadonlySet<string> | null): void;
  /**
   * Whether media may only go over a relay, so that no address of mine reaches the others. Pairs that stand are made
   * anew; set it before the first one.
   */
  relayOnly(isOnly: boolean): void;
  /** How the line to one person is; null without one. Loss counts from the last call for them. */
  details(participantId: string): Promise<PairDetails | null>;
  /** The browser says that the network is back: repair every pair without waiting for timers. */
  networkReturned(): void;
  close(): void;
}

/** Calls `action` after `ms`; the returned function cancels it. Passed in, so that tests own the time. */
export type After = (ms: number, action: () => void) => () => void;

export const afterTimeout: After = (ms, action) => {
  const timer = setTimeout(action, ms);
  return () => clearTimeout(timer);
};
