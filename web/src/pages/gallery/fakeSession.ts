/** A meeting without a server: fixed people, painted cameras, actions that change only this page. */
import { type Signal, signal } from "@preact/signals";
import type {
  Background,
  BackgroundState,
  DeviceProblem,
  LocalMedia,
  MeetingRecording,
  MeetingSession,
  Notice,
  Person,
  Phase,
  RemoteMedia,
  Waiter,
} from "../../meeting/types";
import { fakeCaptions, fakeFocus, fakeTalk, type TogetherOptions } from "./fakeTogether";
import { happens } from "./happenings";
import { paintedCamera, paintedScreen } from "./painted";

export interface FakeOptions extends TogetherOptions {
  readonly people?: readonly Person[];
  readonly phase?: Phase;
  readonly title?: string;
  readonly isLocked?: boolean;
  readonly speaking?: readonly string[];
  readonly weak?: readonly string[];
  /** The network lets no media through. */
  readonly isCutOff?: boolean;
  readonly notices?: readonly Notice[];
  readonly waiting?: readonly Waiter[];
  readonly recordedBy?: readonly string[];
  readonly isRecording?: boolean;
  readonly unmuteAsked?: boolean;
  readonly isSharing?: boolean;
  /** Somebody else's screen is that of a phone. */
  readonly isScreenUpright?: boolean;
  readonly isMicOn?: boolean;
  readonly isCameraOn?: boolean;
  readonly backgroundState?: BackgroundState;
  readonly uplink?: "full" | "smaller" | "paused";
  readonly talksMuted?: boolean;
  readonly cameraProblem?: DeviceProblem | null;
  readonly microphoneProblem?: DeviceProblem | null;
}

export function fakeSession(options: FakeOptions): MeetingSession {
  const people = signal(options.people ?? []);
  const speaking = signal(new Set(options.speaking ?? []));
  const media = new Map<string, RemoteMedia>();
  const local = fakeLocal(options);
  const change = (id: string, change: Partial<Person>): void => {
    people.value = people.value.map((person) => (person.id === id ? { ...person, ...change } : person));
  };
  const waiting = signal(options.waiting ?? []);
  const leaveQueue = (ids: readonly string[]): void => {
    waiting.value = waiting.value.filter((waiter) => !ids.includes(waiter.id));
  };
  const spotlight = signal(options.spotlight ?? null);
  const me = signal(people.value.find((person) => person.isMe) ?? null);
  const unmuteAsked = signal(options.unmuteAsked ?? false);
  happens("unmute-asked", () => set(unmuteAsked, true));
  return {
    phase: signal(options.phase ?? { kind: "live" }),
    title: signal(options.title ?? "Friday planning"),
    settings: signal({
      muteOnJoin: false,
      videoOffOnJoin: false,
      maxParticipants: 50,
      locked: options.isLocked ?? false,
      waitingRoom: false,
    }),
    me,
    people,
    speaking,
    talk: fakeTalk(options),
    captions: fakeCaptions(options),
    spotlight,
    focus: fakeFocus(people, spotlight),
    host: {
      mute: (id) => change(id, { isMuted: true }),
      /** Everybody here agrees at once. */
      askUnmute: (id) => change(id, { isMuted: false }),
      /** As with a server, the row goes after the dialog. */
      remove: (id) => {
        window.setTimeout(() => {
          people.value = people.value.filter((person) => person.id !== id);
        }, 50);
      },
      muteAll: nothing,
      setLocked: nothing,
      setSpotlight: (id) => {
        spotlight.value = id;
      },
      endForAll: nothing,
      waiting,
      admit: (id) => leaveQueue([id]),
      admitAll: () => leaveQueue(waiting.value.map((waiter) => waiter.id)),
      deny: (id) => leaveQueue([id]),
      changeSettings: async () => undefined,
      invite: async (name) => `/join/qwerty-abc?invite=x1y2z3k4&name=${encodeURIComponent(name)}`,
    },
    notices: signal(options.notices ?? []),
    recording: fakeRecording(options),
    unmuteAsked,
    local,
    uplink: signal(options.uplink ?? "full"),
    relay: { isPossible: signal(true), isOn: signal(false), set: nothing },
    connection: async (id) =>
      options.weak?.includes(id)
        ? { roundTripMs: 412, lossPercent: 6.3, picture: { width: 320, height: 180, fps: 11 }, way: "relayed" }
        : { roundTripMs: 23, lossPercent: 0, picture: { width: 1280, height: 720, fps: 30 }, way: "direct" },
    sight: { show: nothing, alsoShow: () => nothing, needAll: () => nothing },
    isSharing: signal(options.isSharing ?? false),
    myScreen: signal(options.isSharing ? paintedScreen() : null),
    remote: (id) => {
      const known =
        media.get(id) ??
        fakeRemote(
          people.value.find((person) => person.id === id),
          options,
        );
      media.set(id, known);
      return known;
    },
    join: nothing,
    leave: nothing,
    raiseHand: (isHandRaised) => change("me", { isHandRaised }),
    setMic: local.setMic,
    setCamera: local.setCamera,
    startShare: async () => undefined,
    stopShare: nothing,
  };
}

function fakeRecording(options: FakeOptions): MeetingRecording {
  const by = signal(options.recordedBy ?? []);
  happens("recorded", () => {
    by.value = ["Ada Lovelace"];
  });
  happens("recorded-no-more", () => {
    by.value = [];
  });
  return {
    by,
    mine: signal(options.isRecording ? { kind: "running", sinceMs: Date.now() - 134_000 } : { kind: "idle" }),
    isPossible: true,
    start: async () => undefined,
    stop: async () => undefined,
  };
}

export function fakeLocal(options: FakeOptions): LocalMedia {
  const hasCamera = !options.cameraProblem;
  const hasMicrophone = !options.microphoneProblem;
  const isCameraOn = signal(hasCamera && (options.isCameraOn ?? true));
  const isMicOn = signal(hasMicrophone && (options.isMicOn ?? true));
  const stream = hasCamera ? paintedCamera("me", 0) : null;
  const sound = hasMicrophone ? new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0] : null;
  return {
    camera: signal(stream?.getVideoTracks()[0] ?? null),
    microphone: signal(sound ?? null),
    preview: signal(stream),
    isMicOn,
    isCameraOn,
    cameraProblem: signal(options.cameraProblem ?? null),
    microphoneProblem: signal(options.microphoneProblem ?? null),
    cameras: signal(options.cameraProblem === "missing" ? [] : devices("videoinput", "FaceTime HD Camera")),
    microphones: signal(
      options.microphoneProblem === "missing" ? [] : devices("audioinput", "MacBook Pro Microphone (Built-in)"),
    ),
    cameraId: signal("a"),
    microphoneId: signal("a"),
    level: signal(isMicOn.value ? 0.46 : 0),
    start: async () => undefined,
    retry: async () => undefined,
    setMic: async (on) => set(isMicOn, on),
    setCamera: async (on) => set(isCameraOn, on),
    coverCamera: nothing,
    chooseCamera: async () => undefined,
    chooseMicrophone: async () => undefined,
    isShowing: isCameraOn,
    ...fakeUse(options),
    stop: nothing,
  };
}

/** How picture and sound are used, beyond which devices they come from. */
function fakeUse(
  options: FakeOptions,
): Pick<
  LocalMedia,
  | "speakers"
  | "speakerId"
  | "chooseSpeaker"
  | "isNoiseSuppressed"
  | "setNoiseSuppression"
  | "background"
  | "backgroundState"
  | "setBackground"
  | "talksMuted"
  | "dismissTalksMuted"
> {
  const speakerId = signal("");
  const isNoiseSuppressed = signal(true);
  const background = signal<Background>(options.backgroundState ? "blur" : "none");
  return {
    speakers: signal(devices("audiooutput", "MacBook Pro Speakers (Built-in)")),
    speakerId,
    chooseSpeaker: (id) => {
      speakerId.value = id;
    },
    isNoiseSuppressed,
    setNoiseSuppression: async (on) => set(isNoiseSuppressed, on),
    background,
    backgroundState: signal(options.backgroundState ?? "off"),
    setBackground: async (chosen) => {
      background.value = chosen;
    },
    talksMuted: signal(options.talksMuted ?? false),
    dismissTalksMuted: nothing,
  };
}

function fakeRemote(person: Person | undefined, options: FakeOptions): RemoteMedia {
  const index = Number(person?.id.replace(/\D/gu, "") ?? 0);
  const isWeak = person !== undefined && options.weak?.includes(person.id);
  const quality: RemoteMedia["quality"] = signal(options.isCutOff ? "blocked" : isWeak ? "weak" : "good");
  const hasPicture = person !== undefined && !person.isVideoOff && !options.isCutOff;
  return {
    camera: signal(hasPicture ? paintedCamera(person.id, index) : null),
    screen: signal(person?.isScreenSharing ? paintedScreen(options.isScreenUpright) : null),
    screenSound: signal(null),
    quality,
    isPictureComing: signal(hasPicture),
  };
}

function devices(kind: MediaDeviceKind, label: string): readonly MediaDeviceInfo[] {
  return [label, "Logitech Brio 500"].map((name, index) => ({
    deviceId: index === 0 ? "a" : "b",
    groupId: "",
    kind,
    label: name,
    toJSON: () => ({}),
  }));
}

function set(target: Signal<boolean>, on: boolean): void {
  target.value = on;
}

function nothing(): void {
  // The gallery only shows states.
}
