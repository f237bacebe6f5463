/** What a session is built from. `browser.ts` gives the real things, tests give their own. */
import type { CaptureApi } from "../media/capture";
import type { Levels } from "../media/levels";
import type { After, MediaTransport, TransportEvents } from "../media/transport";
import type { Signaling } from "../protocol/signaling";
import type { SeatMemory } from "./seatMemory";
import type { LocalMedia } from "./types";

/** What the page around the session does. */
export interface Page {
  /** The page goes away; `isReload` means that it will be back in a moment. */
  onLeave(listener: (isReload: boolean) => void): void;
  onOnline(listener: () => void): void;
}

export interface SeatingDeps {
  readonly signaling: Signaling;
  readonly seats: SeatMemory;
  readonly local: LocalMedia;
  readonly after: After;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface SessionDeps extends SeatingDeps {
  readonly levels: Levels;
  readonly capture: CaptureApi | undefined;
  readonly page: Page;
  createTransport(events: TransportEvents): MediaTransport;
  fetchIceServers(): Promise<readonly RTCIceServer[]>;
}
