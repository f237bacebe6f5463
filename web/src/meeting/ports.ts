/** What a session is built from. `browser.ts` gives the real things, tests give their own. */
import type { CaptureApi } from "../media/capture";
import type { Memory } from "../media/devices";
import type { Levels } from "../media/levels";
import type { Recording, Scene } from "../media/recorder";
import type { After, MediaTransport, TransportEvents } from "../media/transport";
import type { Ack, ClientEventName, ClientEvents } from "../protocol/events";
import type { Signaling } from "../protocol/signaling";
import type { Sources } from "./recordingScene";
import type { SeatMemory } from "./seatMemory";
import type { LocalMedia } from "./types";

/** What the page around the session does. */
export interface Page {
  /** The page goes away; `isReload` means that it will be back in a moment. */
  onLeave(listener: (isReload: boolean) => void): void;
  onOnline(listener: () => void): void;
}

/** How the parts of a session speak to the server. */
export interface Wire {
  /** Dropped while this page has no seat: a late toggle or offer would hit another seat's state. */
  tell<E extends ClientEventName>(event: E, payload: ClientEvents[E]): void;
  /** Resolves with the server's answer, a refusal included; never rejects. */
  ask<E extends ClientEventName>(event: E, payload: ClientEvents[E]): Promise<Ack>;
}

export interface SeatingDeps {
  readonly signaling: Signaling;
  readonly seats: SeatMemory;
  readonly local: LocalMedia;
  readonly after: After;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The recorder and what it shows; loaded by who records. */
export interface RecordingTools {
  /** @param onLost the browser ended the recording by itself. */
  start(onLost: () => void): Promise<Recording>;
  sceneOf(sources: Sources): Scene;
}

export interface RecordingDeps {
  readonly canRecord: boolean;
  loadRecorder(): Promise<RecordingTools>;
  /** Hands a file to the person, under this name. */
  save(file: Blob, name: string): void;
  readonly after: After;
  readonly now: () => number;
}

export interface SessionDeps extends RecordingDeps, SeatingDeps {
  readonly levels: Levels;
  readonly capture: CaptureApi | undefined;
  readonly page: Page;
  /** Of this browser, over all meetings. */
  readonly memory: Memory;
  createTransport(events: TransportEvents): MediaTransport;
  /** Gives back what the browser lent for this session: listeners, and the machine that measures sound. */
  close(): void;
}
