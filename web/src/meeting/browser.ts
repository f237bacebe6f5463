/** The session's parts as the browser has them. */
import { Memory } from "../media/devices";
import { Levels } from "../media/levels";
import { Mesh } from "../media/mesh";
import { afterTimeout } from "../media/transport";
import { createSignaling } from "../protocol/signaling";
import { createLocalMedia } from "./localMedia";
import type { Page, RecordingTools, SessionDeps } from "./ports";
import { SeatMemory } from "./seatMemory";

/** A reload shows before the page goes; one that was cancelled must not make the next leave look like a reload. */
const RELOAD_TAKES_MS = 3000;

/** The Navigation API, which TypeScript's library does not know in every version. */
interface NavigationEvents {
  addEventListener(
    type: "navigate",
    listener: (event: { readonly navigationType: string }) => void,
    options: { readonly signal: AbortSignal },
  ): void;
}

/** @param life ends the listening. */
function browserPage(life: AbortSignal): Page {
  const options = { signal: life };
  return {
    onLeave(listener) {
      let reloadingSince = Number.NEGATIVE_INFINITY;
      // No browser says whether a page that goes comes back. Scripts and keys that reload can be seen; the toolbar's
      // button cannot, and is a polite leave and a new seat: better than a ghost of 15 s for every tab that is closed.
      const { navigation } = globalThis as { navigation?: NavigationEvents };
      const noteReload = (): void => {
        reloadingSince = performance.now();
      };
      navigation?.addEventListener(
        "navigate",
        ({ navigationType }) => {
          if (navigationType === "reload") noteReload();
        },
        options,
      );
      addEventListener(
        "keydown",
        ({ key, ctrlKey, metaKey }) => {
          if (key === "F5" || ((ctrlKey || metaKey) && key.toLowerCase() === "r")) noteReload();
        },
        options,
      );
      addEventListener("pagehide", () => listener(performance.now() - reloadingSince < RELOAD_TAKES_MS), options);
    },
    onOnline(listener) {
      addEventListener("online", listener, options);
    },
  };
}

export function browserSeats(): SeatMemory {
  return new SeatMemory(
    new Memory(() => sessionStorage),
    new Memory(() => localStorage),
    () => crypto.randomUUID(),
    () => Date.now(),
  );
}

async function loadRecorder(): Promise<RecordingTools> {
  const [{ startRecording }, { sceneOf }] = await Promise.all([
    import("../media/recorder"),
    import("./recordingScene"),
  ]);
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const look = {
    ground: token("--stage"),
    tile: token("--tile"),
    ink: token("--on-stage"),
    label: token("--chip"),
    font: token("--font"),
  };
  return { start: (onLost) => startRecording(look, onLost), sceneOf };
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser reads the file while it saves it, which may take minutes for a long one: the address is kept.
}

export function browserDeps(): SessionDeps {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const levels = new Levels();
  const life = new AbortController();
  const memory = new Memory(() => localStorage);
  return {
    signaling: createSignaling(),
    seats: browserSeats(),
    local: createLocalMedia({
      devices,
      memory,
      tab: new Memory(() => sessionStorage),
      levels,
      cores: navigator.hardwareConcurrency || 4,
      canChooseSpeaker: "setSinkId" in HTMLMediaElement.prototype,
      createStream: (tracks) => new MediaStream(tracks),
      loadBlur: async () => (await import("../media/blur/index")).createBlur(),
      onVisible: (listener) => {
        const look = (): void => {
          if (document.visibilityState === "visible") listener();
        };
        document.addEventListener("visibilitychange", look, { signal: life.signal });
      },
      after: afterTimeout,
      now: () => performance.now(),
      life: life.signal,
    }),
    canRecord: typeof MediaRecorder !== "undefined" && typeof AudioContext !== "undefined",
    loadRecorder,
    save,
    levels,
    capture: devices,
    page: browserPage(life.signal),
    memory,
    after: afterTimeout,
    now: () => Date.now(),
    createTransport: (events) => new Mesh(events),
    close: () => {
      life.abort();
      levels.close();
    },
  };
}
