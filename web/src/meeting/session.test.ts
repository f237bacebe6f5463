import { type Signal, signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { Memory } from "../media/devices";
import { Levels } from "../media/levels";
import type { MediaTransport, TransportEvents } from "../media/transport";
import type { Joined, ParticipantState } from "../protocol/events";
import { FakeClock, settled } from "../testing/clock";
import { FakeStream, FakeTrack } from "../testing/fakePeerConnection";
import { FakeSignaling } from "../testing/fakeSignaling";
import { SeatMemory } from "./seatMemory";
import { createMeetingSession } from "./session";
import type { LocalMedia, MeetingSession } from "./types";

/** Remembers what it was told, in order. */
class FakeTransport implements MediaTransport {
  readonly calls: string[] = [];
  readonly silent = new Set<string>();
  constructor(readonly events: TransportEvents) {}
  prepare(): void {
    this.calls.push("prepare");
  }
  setIceServers(servers: readonly RTCIceServer[]): void {
    this.calls.push(`ice ${servers.map((server) => server.urls).join()}`);
  }
  /** Settles when the calls of `enter` are out; null where nobody is called. */
  called: Promise<void> | null = null;
  enter(myId: string, others: readonly string[]): Promise<void> | null {
    this.calls.push(`enter ${myId}: ${others.join(" ")}`);
    return this.called;
  }
  add(id: string): void {
    this.calls.push(`add ${id}`);
  }
  remove(id: string): void {
    this.calls.push(`remove ${id}`);
  }
  returned(id: string): void {
    this.calls.push(`returned ${id}`);
  }
  receive(from: string, media: { kind: string }): void {
    this.calls.push(`${media.kind} from ${from}`);
  }
  send(slot: string, track: MediaStreamTrack | null): void {
    this.calls.push(`send ${slot} ${track ? "on" : "off"}`);
  }
  silence(id: string, isSilent: boolean): void {
    if (isSilent) this.silent.add(id);
    else this.silent.delete(id);
  }
  relayOnly(isOnly: boolean): void {
    if (isOnly) this.calls.push("relay only");
  }
  async details(): Promise<null> {
    return null;
  }
  speak(isSpeaking: boolean): void {
    this.calls.push(`speak ${isSpeaking}`);
  }
  show(ids: ReadonlySet<string> | null): void {
    this.calls.push(`show ${ids ? [...ids].join(" ") : "all"}`);
  }
  networkReturned(): void {
    this.calls.push("network");
  }
  close(): void {
    this.calls.push("close");
  }
}

/** Devices that always work at once. */
function fakeLocal(): LocalMedia & { stopped: number; readonly isShowing: Signal<boolean> } {
  const isMicOn = signal(true);
  const isCameraOn = signal(true);
  const isShowing = signal(true);
  return {
    stopped: 0,
    camera: signal(null),
    microphone: signal(null),
    preview: signal(null),
    isMicOn,
    isCameraOn,
    cameraProblem: signal(null),
    microphoneProblem: signal(null),
    cameras: signal([]),
    microphones: signal([]),
    cameraId: signal(""),
    microphoneId: signal(""),
    level: signal(0),
    start: async () => undefined,
    retry: async () => undefined,
    setMic: async (on) => {
      isMicOn.value = on;
    },
    setCamera: async (on) => {
      isCameraOn.value = on;
      isShowing.value = on;
    },
    coverCamera: () => {
      isCameraOn.value = false;
      isShowing.value = false;
    },
    chooseCamera: async () => undefined,
    chooseMicrophone: async () => undefined,
    isShowing,
    speakers: signal([]),
    speakerId: signal(""),
    isNoiseSuppressed: signal(true),
    background: signal("none" as const),
    backgroundState: signal("off" as const),
    talksMuted: signal(false),
    dismissTalksMuted: () => undefined,
    chooseSpeaker: () => undefined,
    setNoiseSuppression: async () => undefined,
    setBackground: async () => undefined,
    stop() {
      this.stopped += 1;
    },
  };
}

const settings = { muteOnJoin: false, videoOffOnJoin: false, maxParticipants: 50, locked: false, waitingRoom: false };

function someone(id: string, changes: Partial<ParticipantState> = {}): ParticipantState {
  return {
    participantId: id,
    name: id,
    isMuted: false,
    isVideoOff: false,
    isScreenSharing: false,
    isHandRaised: false,
    isAdmin: false,
    joinedAt: 1,
    ...changes,
  };
}

function joined(
  others: readonly ParticipantState[],
  me: Partial<ParticipantState> = {},
  changes: Partial<Joined> = {},
): Joined {
  return {
    participantId: "me",
    participants: others,
    settings,
    title: "Team",
    isAdmin: me.isAdmin ?? false,
    resumeToken: "token-1",
    self: someone("me", me),
    ...changes,
  };
}

const request = { meetingId: "abc-defg-hij", name: "Me", adminToken: null, inviteToken: null };

class World {
  readonly clock = new FakeClock();
  readonly signaling = new FakeSignaling();
  readonly local = fakeLocal();
  readonly tab = new Map<string, string>();
  readonly seats: SeatMemory;
  transport!: FakeTransport;
  leavePage: (isReload: boolean) => void = () => undefined;
  online: () => void = () => undefined;
  closings = 0;
  readonly session: MeetingSession;

  constructor() {
    const memory = (map: Map<string, string>): Memory =>
      new Memory(() => ({
        getItem: (key) => map.get(key) ?? null,
        setItem: (key, value) => void map.set(key, value),
        removeItem: (key) => void map.delete(key),
      }));
    const now = (): number => 1000 + this.clock.now;
    this.seats = new SeatMemory(memory(this.tab), memory(new Map()), () => "client-1", now);
    this.session = createMeetingSession({
      signaling: this.signaling,
      seats: this.seats,
      local: this.local,
      levels: new Levels({
        createContext: () => null,
        every: () => () => undefined,
        soon: () => undefined,
        onGesture: () => undefined,
      }),
      capture: {
        getUserMedia: () => Promise.reject(new Error("not used")),
        getDisplayMedia: async () => new FakeStream([new FakeTrack("video"), new FakeTrack("audio")]) as never,
      },
      page: {
        onLeave: (listener) => {
          this.leavePage = listener;
        },
        onOnline: (listener) => {
          this.online = listener;
        },
      },
      canRecord: true,
      loadRecorder: () => Promise.reject(new Error("not used")),
      save: () => undefined,
      close: () => {
        this.closings += 1;
      },
      after: this.clock.after,
      now,
      createTransport: (events) => {
        this.transport = new FakeTransport(events);
        return this.transport;
      },
      memory: new Memory(() => {
        throw new Error("a private window");
      }),
    });
  }

  async live(
    others: readonly ParticipantState[] = [someone("ada")],
    me: Partial<ParticipantState> = {},
  ): Promise<void> {
    this.session.join(request);
    this.signaling.become("open");
    this.signaling.say("joined", joined(others, me));
    await settled();
    this.signaling.sent.length = 0;
    this.transport.calls.length = 0;
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe("before joining", () => {
  it("opens the socket, and says nothing", async () => {
    world.signaling.become("open");
    await settled();
    expect([world.signaling.connects, world.signaling.sent]).toEqual([1, []]);
  });

  it("a page that goes says nothing", () => {
    world.signaling.become("open");
    world.leavePage(false);
    expect(world.signaling.sent).toEqual([]);
  });
});

describe("joining", () => {
  it("says who I am, how my devices stand, and no resume token when there is none", async () => {
    await world.local.setMic(false);
    world.signaling.become("open");
    world.session.join({ ...request, adminToken: "secret" });
    expect(world.signaling.sent).toEqual([
      {
        event: "join-meeting",
        payload: {
          meetingId: "abc-defg-hij",
          name: "Me",
          isAdmin: true,
          adminToken: "secret",
          clientId: "client-1",
          isMuted: true,
          isVideoOff: false,
        },
      },
    ]);
  });

  it("waits for a socket that is not open yet", () => {
    world.session.join(request);
    expect(world.signaling.sent).toEqual([]);
    world.signaling.become("open");
    expect(world.signaling.names()).toEqual(["join-meeting"]);
  });

  it("gets ready to call while the answer is on its way", () => {
    world.signaling.become("open");
    world.session.join(request);
    expect(world.signaling.names()).toEqual(["join-meeting"]);
    expect(world.transport.calls).toContain("prepare");
  });

  it("calls everyone who was there, with the servers of the answer", () => {
    world.session.join(request);
    world.signaling.become("open");
    world.transport.calls.length = 0;
    world.signaling.say(
      "joined",
      joined([someone("ada"), someone("bob")], {}, { iceServers: [{ urls: "stun:x" }, { urls: "turn:no-login" }] }),
    );
    expect(world.transport.calls).toEqual(["ice stun:x", "enter me: ada bob"]);
    expect(world.session.phase.value).toEqual({ kind: "live" });
    expect(world.session.me.value?.id).toBe("me");
  });

  it("is drawn when its calls are out, and no later than 150 ms after the answer", async () => {
    const enter = (): void => {
      world.session.join(request);
      world.signaling.become("open");
      world.signaling.say("joined", joined([someone("ada")]));
      expect(world.session.phase.value).toEqual({ kind: "joining" });
    };
    world.transport.called = Promise.resolve();
    enter();
    await settled();
    expect(world.session.phase.value).toEqual({ kind: "live" });

    world = new World();
    world.transport.called = new Promise(() => undefined);
    enter();
    world.clock.advance(149);
    expect(world.session.phase.value).toEqual({ kind: "joining" });
    world.clock.advance(1);
    expect(world.session.phase.value).toEqual({ kind: "live" });
  });

  it("a socket that drops before it is drawn is an outage like any other", async () => {
    world.transport.called = new Promise(() => undefined);
    world.session.join(request);
    world.signaling.become("open");
    world.signaling.say("joined", joined([someone("ada")]));
    world.signaling.become("connecting");
    expect(world.session.phase.value.kind).toBe("reconnecting");
    world.clock.advance(150);
    expect(world.session.phase.value.kind).toBe("reconnecting");
  });

  it.each([
    [
      { error: "Gone", code: "meeting_not_found" },
      { kind: "refused", code: "meeting_not_found", message: "Gone" },
    ],
    [
      { error: "Full", code: "room_full" },
      { kind: "refused", code: "room_full", message: "Full" },
    ],
    [
      { error: "Later", code: "meeting_scheduled", scheduledAt: "2026-04-01T14:00:00.000Z" },
      { kind: "refused", code: "meeting_scheduled", message: "Later", scheduledAt: "2026-04-01T14:00:00.000Z" },
    ],
    [
      { error: "Denied", code: "entry_denied", retryAfter: 41 },
      { kind: "refused", code: "entry_denied", message: "Denied", retryAfterS: 41 },
    ],
    [
      { error: "Denied", code: "entry_denied" },
      { kind: "refused", code: "entry_denied", message: "Denied" },
    ],
    [
      { error: "Queue full", code: "waiting_room_full" },
      { kind: "refused", code: "waiting_room_full", message: "Queue full" },
    ],
    [
      { error: "Broke", code: "insufficient_credits" },
      { kind: "refused", code: "insufficient_credits", message: "Broke" },
    ],
    [
      { error: "New", code: "something_new" },
      { kind: "refused", code: "other", message: "New" },
    ],
  ])("refused with %o", async (ack, phase) => {
    world.signaling.answer = () => ack;
    world.signaling.become("open");
    world.session.join(request);
    await settled();
    expect(world.session.phase.value).toEqual(phase);
    expect([world.local.stopped, world.signaling.state]).toEqual([0, "open"]);
  });

  it("an invite that was used up is left out and the ordinary door tried", async () => {
    world.signaling.answer = () =>
      world.signaling.sent.length === 1 ? { error: "Used", code: "bad_invite" } : { ok: true };
    world.signaling.become("open");
    world.session.join({ ...request, inviteToken: "invite-1" });
    await settled();
    expect(world.signaling.take("join-meeting").map((payload) => payload.inviteToken)).toEqual(["invite-1", undefined]);
    expect(world.session.phase.value.kind).toBe("joining");
  });

  it("gives up after 15 seconds without a server", () => {
    world.session.join(request);
    world.clock.advance(15_000);
    expect(world.session.phase.value).toMatchObject({ kind: "refused", code: "unreachable" });
  });

  it("gives up as well when the server said goodbye in between", () => {
    world.session.join(request);
    world.signaling.become("open");
    world.clock.advance(5000);
    world.signaling.become("closed");
    world.clock.advance(500);
    expect([world.signaling.connects, world.signaling.state]).toEqual([3, "connecting"]);
    world.clock.advance(9500);
    expect(world.session.phase.value).toMatchObject({ kind: "refused", code: "unreachable" });
  });

  it("a seat that comes after it gave up is given back, and nothing of the meeting is taken in", () => {
    world.session.join(request);
    world.signaling.become("open");
    world.clock.advance(15_000);
    world.signaling.sent.length = 0;
    world.transport.calls.length = 0;
    world.signaling.say("joined", joined([someone("ada")]));
    world.signaling.say("participant:joined", someone("bob"));
    expect(world.session.phase.value).toMatchObject({ kind: "refused", code: "unreachable" });
    expect([world.transport.calls, world.signaling.names()]).toEqual([[], ["leave-meeting"]]);
    expect(world.session.people.value).toEqual([]);
  });

  it("can be tried again after a refusal", async () => {
    world.signaling.answer = () => ({ error: "Full", code: "room_full" });
    world.signaling.become("open");
    world.session.join(request);
    await settled();
    world.session.join(request);
    world.signaling.say("joined", joined([]));
    expect(world.session.phase.value.kind).toBe("live");
  });

  it("mute-on-join closes the microphone instead of telling the server that it is open", async () => {
    world.session.join(request);
    world.signaling.become("open");
    world.signaling.say("joined", joined([], { isMuted: true, isVideoOff: true }));
    await settled();
    expect([world.local.isMicOn.value, world.local.isCameraOn.value]).toEqual([false, false]);
    expect(world.signaling.names()).toEqual(["join-meeting"]);
  });
});

describe("outages", () => {
  it("a lost socket leaves the media alone and the seat is asked for again", async () => {
    await world.live();
    world.signaling.become("connecting");
    expect(world.session.phase.value).toEqual({ kind: "reconnecting", sinceMs: 1000 });
    world.signaling.become("open");
    expect(world.signaling.take("join-meeting")[0]?.resumeToken).toBe("token-1");
    world.signaling.say("joined", joined([someone("ada")]));
    expect(world.session.phase.value).toEqual({ kind: "live" });
    expect(world.transport.calls).toEqual(["enter me: ada"]);
  });

  it("a lost pair puts the socket to the test: one over a dead line is given up at once", async () => {
    await world.live([someone("ada"), someone("bob")]);
    world.transport.events.quality("ada", "lost");
    world.transport.events.quality("bob", "lost");
    expect(world.signaling.sent).toEqual([{ event: "media:toggle-video", payload: { isVideoOff: false } }]);
    await settled();
    expect(world.signaling.refreshes).toBe(0);

    world.signaling.answer = () => ({ error: "no answer", code: "unreachable" });
    world.transport.events.quality("ada", "weak");
    expect(world.signaling.sent.length).toBe(1);
    world.transport.events.quality("ada", "lost");
    await settled();
    expect([world.signaling.sent.length, world.signaling.refreshes]).toEqual([2, 1]);

    world.signaling.become("connecting");
    world.transport.events.quality("bob", "lost");
    await settled();
    expect([world.signaling.sent.length, world.signaling.refreshes]).toEqual([2, 1]);
  });

  it("the seat is one to return to as long as the page lives, also while it is cut off, and for some minutes more", async () => {
    await world.live();
    world.clock.advance(600_000);
    world.signaling.become("connecting");
    world.clock.advance(600_000);
    expect(world.seats.isRecent(request.meetingId)).toBe(true);
    world.session.leave();
    world.seats.keep(request.meetingId, "of a page that died now");
    world.clock.advance(600_000);
    expect(world.seats.isRecent(request.meetingId)).toBe(false);
  });

  it("sends nothing on a new connection before the seat is back", async () => {
    await world.live();
    world.signaling.become("connecting");
    world.signaling.become("open");
    world.transport.events.send("ada", { kind: "offer", description: { type: "offer", sdp: "" } });
    world.session.raiseHand(true);
    expect(world.signaling.names()).toEqual(["join-meeting"]);
  });

  it("muting while away is told on return", async () => {
    await world.live();
    world.signaling.become("connecting");
    await world.session.setMic(false);
    world.signaling.become("open");
    world.signaling.say("joined", joined([someone("ada")]));
    expect(world.signaling.take("media:toggle-audio")).toEqual([{ isMuted: true }]);
  });

  it("who unmutes and switches the camera on while away is heard and seen on return", async () => {
    await world.live([], { isMuted: true, isVideoOff: true });
    await settled();
    world.signaling.become("connecting");
    await world.session.setMic(true);
    await world.session.setCamera(true);
    world.signaling.become("open");
    world.signaling.sent.length = 0;
    world.signaling.say("joined", joined([], { isMuted: true, isVideoOff: true }));
    await settled();
    expect([world.local.isMicOn.value, world.local.isCameraOn.value]).toEqual([true, true]);
    expect(world.signaling.sent).toEqual([
      { event: "media:toggle-audio", payload: { isMuted: false } },
      { event: "media:toggle-video", payload: { isVideoOff: false } },
    ]);
  });

  it("a mute by the host whose last word was lost with the connection holds", async () => {
    await world.live();
    world.signaling.say("participant:updated", { participantId: "me", isMuted: true });
    world.signaling.become("connecting");
    world.signaling.become("open");
    world.signaling.say("joined", joined([], { isMuted: true }));
    await settled();
    expect(world.local.isMicOn.value).toBe(false);
  });

  it("a new seat that mutes on joining mutes also who was away before", async () => {
    await world.live([], { isMuted: true });
    world.signaling.become("connecting");
    await world.session.setMic(true);
    world.signaling.become("open");
    world.signaling.say("joined", {
      ...joined([]),
      participantId: "other",
      self: someone("other", { isMuted: true }),
    });
    await settled();
    expect(world.local.isMicOn.value).toBe(false);
  });

  it("a camera whose blur is still loading stays on", async () => {
    await world.live();
    world.local.isShowing.value = false;
    world.signaling.say("participant:updated", { participantId: "me", isVideoOff: true });
    world.signaling.become("connecting");
    world.signaling.become("open");
    world.signaling.say("joined", joined([someone("ada")], { isVideoOff: true }));
    expect(world.local.isCameraOn.value).toBe(true);
    world.local.isShowing.value = true;
    expect(world.signaling.take("media:toggle-video")).toEqual([{ isVideoOff: true }, { isVideoOff: false }]);
  });

  it("a hand is as it was, whatever a server that died has kept of it", async () => {
    await world.live([], { isHandRaised: true });
    const comeBack = (isHandRaised: boolean): void => {
      world.signaling.become("connecting");
      world.signaling.become("open");
      world.signaling.sent.length = 0;
      world.signaling.say("joined", joined([], { isHandRaised }));
    };
    comeBack(true);
    expect(world.signaling.take("raise-hand")).toEqual([]);
    comeBack(false);
    expect(world.signaling.take("raise-hand")).toEqual([{ isHandRaised: true }]);

    world.signaling.say("participant:updated", { participantId: "me", isHandRaised: false });
    comeBack(true);
    expect(world.signaling.take("raise-hand")).toEqual([{ isHandRaised: false }]);
  });

  it("a hand that is raised while away is up here at once, and told on return", async () => {
    await world.live();
    world.signaling.become("connecting");
    world.session.raiseHand(true);
    expect(world.session.me.value?.isHandRaised).toBe(true);
    world.signaling.become("open");
    world.signaling.say("joined", joined([someone("ada")]));
    expect(world.signaling.take("raise-hand")).toEqual([{ isHandRaised: true }]);
  });

  it("of a hand that went up and down while away nobody hears", async () => {
    await world.live();
    world.signaling.become("connecting");
    world.session.raiseHand(true);
    world.session.raiseHand(false);
    world.signaling.become("open");
    world.signaling.say("joined", joined([someone("ada")]));
    expect([world.signaling.take("raise-hand"), world.session.me.value?.isHandRaised]).toEqual([[], false]);
  });

  it("a hand that was raised over a line already dead is told again, until the seat agrees", async () => {
    await world.live();
    const comeBack = (isHandRaised: boolean): void => {
      world.signaling.become("connecting");
      world.signaling.become("open");
      world.signaling.sent.length = 0;
      world.signaling.say("joined", joined([], { isHandRaised }));
    };
    world.session.raiseHand(true);
    comeBack(false);
    expect(world.signaling.take("raise-hand")).toEqual([{ isHandRaised: true }]);
    comeBack(true);
    expect(world.signaling.take("raise-hand")).toEqual([]);
    world.signaling.say("participant:updated", { participantId: "me", isHandRaised: false });
    comeBack(false);
    expect(world.signaling.take("raise-hand")).toEqual([]);
  });

  it("whoever comes back by the waiting room has the hand down, and no old question to answer", async () => {
    await world.live();
    await world.local.setMic(false);
    world.signaling.say("admin:unmute", {});
    expect(world.session.unmuteAsked.value).toBe(true);
    world.session.raiseHand(true);
    world.signaling.become("connecting");
    world.signaling.become("open");
    world.signaling.say("waiting-room:waiting", { message: "" });
    expect([world.session.phase.value.kind, world.session.unmuteAsked.value]).toEqual(["waiting", false]);
    world.signaling.sent.length = 0;
    world.signaling.say("joined", joined([]));
    expect(world.signaling.take("raise-hand")).toEqual([]);
  });

  it("a mute by the host while away holds", async () => {
    await world.live();
    world.signaling.become("connecting");
    world.signaling.become("open");
    world.signaling.say("joined", joined([someone("ada")], { isMuted: true }));
    expect(world.local.isMicOn.value).toBe(false);
    expect(world.signaling.take("media:toggle-audio")).toEqual([]);
  });

  it("a server that said goodbye is come back to, at the time it named", async () => {
    await world.live();
    world.signaling.say("server:restarting", { retryAfterMs: 4000 });
    const before = world.signaling.connects;
    world.signaling.become("closed");
    world.clock.advance(3999);
    expect(world.signaling.connects).toBe(before);
    world.clock.advance(1);
    expect(world.signaling.connects).toBe(before + 1);
  });

  it.each([
    ["meeting_not_found", { kind: "over", why: "ended", reason: "no" }],
    ["room_full", { kind: "refused", code: "room_full", message: "no" }],
  ])("refused on return with %s", async (code, phase) => {
    await world.live();
    world.signaling.become("connecting");
    world.signaling.answer = () => ({ error: "no", code });
    world.signaling.become("open");
    await settled();
    expect(world.session.phase.value).toEqual(phase);
    expect(world.transport.calls).toContain("close");
  });

  it.each([
    ["rate_limited", 7, 7000],
    ["service_unavailable", undefined, 3000],
  ])("%s on return is waited for and tried again", async (code, retryAfter, ms) => {
    await world.live();
    world.signaling.become("connecting");
    world.signaling.answer = () => ({ error: "slow", code, ...(retryAfter ? { retryAfter } : {}) });
    world.signaling.become("open");
    await settled();
    world.clock.advance(ms - 1);
    expect(world.signaling.names()).toEqual(["join-meeting"]);
    world.clock.advance(1);
    expect(world.signaling.names()).toEqual(["join-meeting", "join-meeting"]);
  });

  it("a network that is back is used at once", async () => {
    await world.live();
    world.online();
    expect([world.signaling.refreshes, world.transport.calls]).toEqual([1, ["network"]]);
  });

  it("somebody whose signalling is back is told to the pair", async () => {
    await world.live();
    world.signaling.say("participant:updated", { participantId: "ada", isReconnecting: true });
    expect(world.session.people.value[0]?.isReconnecting).toBe(true);
    world.signaling.say("participant:updated", { participantId: "ada", isReconnecting: false });
    expect(world.transport.calls).toEqual(["returned ada"]);
  });
});

describe("the waiting room", () => {
  const waiting = { kind: "waiting", isAdmitted: false, isAway: false };

  async function queued(): Promise<void> {
    world.signaling.answer = () => ({ ok: true, isWaiting: true });
    world.signaling.become("open");
    world.session.join(request);
    world.signaling.say("waiting-room:waiting", { message: "Please wait" });
    await settled();
  }

  it("keeps the place and the devices, however long it takes", async () => {
    await queued();
    world.clock.advance(600_000);
    expect(world.session.phase.value).toEqual(waiting);
    expect([world.local.stopped, world.signaling.names()]).toEqual([0, ["join-meeting"]]);
  });

  it("an answer without the event is enough", async () => {
    world.signaling.answer = () => ({ ok: true, isWaiting: true });
    world.signaling.become("open");
    world.session.join(request);
    await settled();
    expect(world.session.phase.value).toEqual(waiting);
  });

  it("who is admitted joins over the same socket and is in", async () => {
    await queued();
    world.signaling.answer = () => ({ ok: true });
    world.signaling.say("waiting-room:admitted", {});
    expect(world.session.phase.value).toEqual({ ...waiting, isAdmitted: true });
    expect(world.signaling.names()).toEqual(["join-meeting", "join-meeting"]);
    world.signaling.say("joined", joined([someone("ada")]));
    await settled();
    expect(world.session.phase.value).toEqual({ kind: "live" });
  });

  it("a ticket that was void by then is a new wait", async () => {
    await queued();
    world.signaling.say("waiting-room:admitted", {});
    await settled();
    expect(world.session.phase.value).toEqual(waiting);
  });

  it.each([
    [{ message: "No", retryAfter: 60 }, { retryAfterS: 60 }],
    [{ message: "No" }, {}],
  ])("denied with %o", async (payload, more) => {
    await queued();
    world.signaling.say("waiting-room:denied", payload);
    expect(world.session.phase.value).toEqual({ kind: "refused", code: "entry_denied", message: "No", ...more });
  });

  it("a lost connection asks again for a place", async () => {
    await queued();
    world.signaling.become("connecting");
    expect(world.session.phase.value).toEqual({ ...waiting, isAway: true });
    world.signaling.become("open");
    await settled();
    expect(world.session.phase.value).toEqual(waiting);
    expect(world.signaling.names()).toEqual(["join-meeting", "join-meeting"]);
  });

  it("a limit on asking again is waited for", async () => {
    await queued();
    world.signaling.become("connecting");
    world.signaling.answer = () => ({ error: "slow", code: "rate_limited", retryAfter: 5 });
    world.signaling.become("open");
    await settled();
    world.clock.advance(5000);
    expect(world.signaling.names()).toEqual(["join-meeting", "join-meeting", "join-meeting"]);
  });

  it("the end of the meeting ends the wait, and so does leaving the queue", async () => {
    await queued();
    world.signaling.say("meeting:ended", { reason: "Done" });
    expect(world.session.phase.value).toEqual({ kind: "over", why: "ended", reason: "Done" });
    world = new World();
    await queued();
    world.session.leave();
    expect(world.session.phase.value).toEqual({ kind: "over", why: "left", reason: "" });
    expect([world.signaling.state, world.local.stopped]).toEqual(["closed", 1]);
  });

  it("who lost the seat and has to wait forgets the meeting", async () => {
    await world.live([someone("ada")]);
    world.signaling.become("connecting");
    world.signaling.answer = () => ({ ok: true, isWaiting: true });
    world.signaling.become("open");
    await settled();
    expect(world.session.phase.value).toEqual(waiting);
    expect([world.session.people.value, world.session.title.value]).toEqual([[], ""]);
    expect(world.transport.calls).toContain("close");
  });
});

describe("leaving", () => {
  it("is said politely, closes everything and forgets the seat", async () => {
    await world.live();
    world.session.leave();
    expect(world.signaling.names()).toEqual(["leave-meeting"]);
    expect([world.signaling.state, world.local.stopped, world.transport.calls]).toEqual(["closed", 1, ["close"]]);
    expect(world.session.phase.value).toEqual({ kind: "over", why: "left", reason: "" });
    expect([...world.tab.values()]).toEqual([]);
  });

  it("gives back what the browser lent, once; a refusal keeps it for the next try", async () => {
    world.session.join(request);
    world.signaling.answer = () => ({ error: "Full", code: "room_full" });
    world.signaling.become("open");
    await settled();
    expect([world.session.phase.value.kind, world.closings]).toEqual(["refused", 0]);
    world.session.leave();
    world.session.leave();
    expect(world.closings).toBe(1);
  });

  it("a closed page leaves, a reloaded one keeps its seat", async () => {
    await world.live();
    world.leavePage(true);
    expect([world.signaling.names(), world.seats.token(request.meetingId)]).toEqual([[], "token-1"]);
    world.leavePage(false);
    expect(world.signaling.names()).toEqual(["leave-meeting"]);
  });

  it.each([
    ["admin:kick", { reason: "Enough" }, { kind: "over", why: "removed", reason: "Enough" }],
    ["meeting:ended", { reason: "Done" }, { kind: "over", why: "ended", reason: "Done" }],
    ["error", { message: "", code: "replaced" }, { kind: "over", why: "replaced", reason: "" }],
  ] as const)("%s is the end", async (event, payload, phase) => {
    await world.live();
    world.signaling.say(event, payload);
    world.signaling.become("closed");
    world.clock.advance(60_000);
    expect(world.session.phase.value).toEqual(phase);
    expect([world.local.stopped, world.signaling.state]).toEqual([1, "closed"]);
  });
});

describe("people", () => {
  it("who comes is awaited, who goes is dropped", async () => {
    await world.live();
    const bob = { participantId: "bob", name: "Bob", isMuted: true, isVideoOff: false, isAdmin: false };
    world.signaling.say("participant:joined", bob);
    world.signaling.say("participant:left", { participantId: "ada", name: "ada" });
    expect(world.transport.calls).toEqual(["add bob", "remove ada"]);
    expect(world.session.notices.value.map((notice) => notice.news)).toEqual([
      { kind: "joined", name: "Bob" },
      { kind: "left", name: "ada" },
    ]);
    expect([...world.transport.silent]).toEqual(["bob"]);
  });

  it("the voice of the muted is dropped and comes back", async () => {
    await world.live();
    world.signaling.say("participant:updated", { participantId: "ada", isMuted: true, isMutedByHost: true });
    expect([...world.transport.silent]).toEqual(["ada"]);
    world.signaling.say("participant:updated", { participantId: "ada", isMuted: false });
    expect([...world.transport.silent]).toEqual([]);
  });

  it("a screen shows only while it is shared, on its own line or in the camera's place", async () => {
    await world.live([someone("ada"), someone("bot")]);
    const stream = (name: string): MediaStream => ({ name, getAudioTracks: () => [] }) as never;
    world.transport.events.streams("ada", { camera: stream("c"), screen: stream("s") });
    world.transport.events.streams("bot", { camera: stream("b"), screen: null });
    const [ada, bot] = [world.session.remote("ada"), world.session.remote("bot")];
    expect([ada.screen.value, bot.screen.value]).toEqual([null, null]);
    for (const participantId of ["ada", "bot"]) {
      world.signaling.say("participant:updated", { participantId, isScreenSharing: true });
    }
    expect([ada.screen.value, bot.screen.value]).toMatchObject([{ name: "s" }, { name: "b" }]);
  });
});

describe("the host", () => {
  it.each(["admin:mute", "meeting:all-muted"] as const)("%s closes my microphone", async (event) => {
    await world.live();
    world.signaling.say(event, {});
    expect(world.local.isMicOn.value).toBe(false);
    expect(world.session.notices.value).toHaveLength(1);
  });

  it("mute-all spares me when I am host", async () => {
    await world.live([], { isAdmin: true });
    world.signaling.say("meeting:all-muted", {});
    expect(world.local.isMicOn.value).toBe(true);
  });

  it("a request to unmute is only a question", async () => {
    await world.live();
    await world.session.setMic(false);
    world.signaling.say("admin:unmute", {});
    expect([world.session.unmuteAsked.value, world.local.isMicOn.value]).toEqual([true, false]);
    await world.session.setMic(true);
    expect(world.session.unmuteAsked.value).toBe(false);
  });

  it("an order that the server refuses is shown", async () => {
    await world.live();
    world.signaling.answer = () => ({ error: "Only a host may do this", code: "not_host" });
    world.session.host.remove("ada", "Enough");
    await settled();
    expect(world.signaling.take("host:kick")).toEqual([{ participantId: "ada", reason: "Enough" }]);
    expect(world.session.notices.value.map((notice) => notice.news)).toEqual([
      { kind: "refused", code: "not_host", message: "Only a host may do this" },
    ]);
  });
});

describe("the host at the door", () => {
  const ada = { socketId: "w1", name: "Ada", count: 1, waitingSince: 500 };

  it("sees who waits, admits and denies in its own meeting", async () => {
    await world.live([], { isAdmin: true });
    world.signaling.say("waiting-room:participant-waiting", ada);
    expect(world.session.host.waiting.value).toEqual([{ id: "w1", name: "Ada", wasRemoved: false, sinceMs: 500 }]);
    world.session.host.admit("w1");
    world.session.host.deny("w2");
    world.session.host.admitAll();
    expect(world.signaling.sent).toEqual([
      { event: "waiting-room:admit", payload: { meetingId: "abc-defg-hij", socketId: "w1" } },
      { event: "waiting-room:deny", payload: { meetingId: "abc-defg-hij", socketId: "w2" } },
      { event: "waiting-room:admit-all", payload: { meetingId: "abc-defg-hij" } },
    ]);
  });

  it("hears why somebody cannot be let in, and nothing when another host was faster", async () => {
    await world.live([], { isAdmin: true });
    world.signaling.answer = (event) =>
      event === "waiting-room:admit"
        ? { error: "The meeting is full", code: "room_full" }
        : { error: "Nobody of that id waits", code: "waiter_not_found" };
    world.session.host.admit("w1");
    world.session.host.deny("w1");
    await settled();
    const refused = { kind: "refused", code: "room_full", message: "The meeting is full" };
    expect(world.session.notices.value.map((notice) => notice.news)).toEqual([refused]);
  });

  it("invites, and hears why not", async () => {
    await world.live([], { isAdmin: true });
    world.signaling.answer = () => ({ ok: true, inviteToken: "t", joinUrl: "/join/abc-defg-hij?invite=t" });
    expect(await world.session.host.invite("Bob")).toBe("/join/abc-defg-hij?invite=t");
    expect(world.signaling.take("host:invite")).toEqual([{ name: "Bob" }]);
    world.signaling.answer = () => ({ error: "Too many invites", code: "too_many_invites" });
    await expect(world.session.host.invite("")).rejects.toThrow("Too many invites");
    await expect(world.session.host.changeSettings({ title: "" })).rejects.toThrow("Too many invites");
  });
});

describe("my own switches", () => {
  it("the last of two quick ones holds, whenever the server's echo of the first comes", async () => {
    await world.live();
    await world.session.setMic(false);
    await world.session.setMic(true);
    await world.session.setCamera(false);
    await world.session.setCamera(true);
    world.signaling.say("participant:updated", { participantId: "me", isMuted: true });
    world.signaling.say("participant:updated", { participantId: "me", isMuted: false });
    expect(world.signaling.take("media:toggle-audio")).toEqual([{ isMuted: true }, { isMuted: false }]);
    expect(world.signaling.take("media:toggle-video")).toEqual([{ isVideoOff: true }, { isVideoOff: false }]);
  });

  it("who is muted by a host and unmutes is heard, whatever was told before", async () => {
    await world.live();
    await world.session.setMic(false);
    await world.session.setMic(true);
    world.signaling.say("participant:updated", { participantId: "me", isMuted: true });
    world.signaling.say("admin:mute", {});
    await settled();
    world.signaling.sent.length = 0;
    await world.session.setMic(true);
    expect(world.signaling.take("media:toggle-audio")).toEqual([{ isMuted: false }]);
  });

  it("are told once each, and not again when the server's echo comes", async () => {
    await world.live();
    await world.session.setMic(false);
    world.signaling.say("participant:updated", { participantId: "me", isMuted: true });
    await world.session.setCamera(false);
    expect(world.signaling.sent).toEqual([
      { event: "media:toggle-audio", payload: { isMuted: true } },
      { event: "media:toggle-video", payload: { isVideoOff: true } },
    ]);
  });

  it("what the server dropped is told again until the seat agrees", async () => {
    await world.live();
    await world.session.setMic(false);
    await world.session.setMic(true);
    await world.session.setCamera(false);
    world.signaling.say("participant:updated", { participantId: "me", isMuted: true });
    world.signaling.sent.length = 0;
    world.clock.advance(3000);
    expect(world.signaling.sent).toEqual([
      { event: "media:toggle-audio", payload: { isMuted: false } },
      { event: "media:toggle-video", payload: { isVideoOff: true } },
    ]);
    world.signaling.say("participant:updated", { participantId: "me", isMuted: false });
    world.clock.advance(3000);
    expect(world.signaling.sent.slice(2)).toEqual([{ event: "media:toggle-video", payload: { isVideoOff: true } }]);
    world.signaling.say("participant:updated", { participantId: "me", isVideoOff: true });
    world.clock.advance(60_000);
    expect(world.signaling.sent).toHaveLength(3);
  });

  it("sharing puts picture and sound on their lines, the browser's stop bar takes them off", async () => {
    await world.live();
    await world.session.startShare();
    const [picture] = (world.session.myScreen.value as unknown as FakeStream).getVideoTracks();
    picture?.onended?.();
    expect(world.transport.calls).toEqual([
      "send screen on",
      "send screenAudio on",
      "send screen off",
      "send screenAudio off",
    ]);
    expect(world.signaling.take("media:screen-share")).toEqual([{ isScreenSharing: true }, { isScreenSharing: false }]);
  });

  it("a share that a reload ended is taken back", async () => {
    world.session.join(request);
    world.signaling.become("open");
    world.signaling.say("joined", joined([], { isScreenSharing: true }));
    expect(world.signaling.take("media:screen-share")).toEqual([{ isScreenSharing: false }]);
  });
});

describe("chat and reactions", () => {
  it("counts lines of others as unread, not mine", async () => {
    await world.live();
    for (const from of ["ada", "me", "ada"]) {
      world.signaling.say("chat:message", { from, name: from, text: "hi", timestamp: 1 });
    }
    expect([world.session.talk.unread.value, world.session.talk.chat.value.length]).toEqual([2, 3]);
  });

  it("a line that the server refuses waits to be sent again", async () => {
    await world.live();
    const { talk } = world.session;
    world.signaling.answer = () => ({ error: "Too fast", code: "rate_limited" });
    await talk.send("hi");
    await talk.send("there");
    expect(talk.unsent.value.map((line) => [line.text, line.code])).toEqual([
      ["hi", "rate_limited"],
      ["there", "rate_limited"],
    ]);
    world.signaling.answer = () => ({ ok: true });
    const [first, second] = talk.unsent.value;
    await talk.sendAgain(first?.key ?? 0);
    talk.drop(second?.key ?? 0);
    expect(talk.unsent.value).toEqual([]);
    expect(world.signaling.take("chat:message").map((line) => line.text)).toEqual(["hi", "there", "hi"]);
  });

  it("captions of anyone are shown, and the spotlight is ordered", async () => {
    await world.live();
    world.signaling.say("caption", { participantId: "ada", name: "ada", text: "Hello", isFinal: false, lang: "" });
    expect(world.session.captions.now.value.map((line) => line.text)).toEqual(["Hello"]);
    world.session.host.setSpotlight("ada");
    world.session.host.setSpotlight(null);
    expect(world.signaling.take("host:spotlight")).toEqual([{ participantId: "ada" }, { participantId: null }]);
    world.signaling.say("meeting:spotlight", { participantId: "ada" });
    expect([world.session.spotlight.value, world.session.focus.value]).toEqual(["ada", "ada"]);
  });

  it("reactions fade after five seconds", async () => {
    await world.live();
    world.signaling.say("react", { participantId: "ada", emoji: "🎉" });
    world.clock.advance(4999);
    expect(world.session.talk.reactions.value).toHaveLength(1);
    world.clock.advance(1);
    expect(world.session.talk.reactions.value).toHaveLength(0);
  });
});
