/**
 * One visit to one meeting: joins, keeps the seat over outages, and turns the server's events into signals.
 *
 * Signalling and media fail apart: a lost socket changes the phase and nothing else, and the pairs go on. The server
 * is the truth of every seat; this page is the truth of its own devices, and tells the server when they differ.
 */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Signal as MediaSignal, MediaTransport } from "../media/transport";
import type { UplinkState } from "../media/uplink";
import type { Joined, ServerEvents } from "../protocol/events";
import { browserDeps, browserSeats } from "./browser";
import { Captions } from "./captions";
import { Hosting } from "./hosting";
import { MY_LEVEL } from "./localMedia";
import { Notices } from "./notices";
import { OwnSeat } from "./ownSeat";
import type { SessionDeps, Wire } from "./ports";
import { MeetingRecorder } from "./recording";
import { Relay, usable } from "./relay";
import { Remotes } from "./remotes";
import { EMPTY_ROOM, focusOf, peopleOf, type RoomEvent, type RoomState, reduce } from "./roomState";
import { Seating } from "./seating";
import { Sharing } from "./sharing";
import { Sight } from "./sight";
import { SpeakingDetector, sameSet } from "./speaking";
import { Talk } from "./talk";
import type {
  ConnectionDetails,
  JoinRequest,
  LocalMedia,
  MeetingSession,
  News,
  Person,
  Phase,
  RemoteMedia,
} from "./types";

class Session implements MeetingSession {
  private readonly room = signal<RoomState>(EMPTY_ROOM);
  private readonly speakingSignal = signal<ReadonlySet<string>>(new Set());
  private readonly board = new Notices();
  private readonly seating: Seating;
  private readonly transport: MediaTransport;
  private readonly remotes: Remotes;
  private readonly sharing: Sharing;
  private readonly ownSeat: OwnSeat;
  private readonly wire: Wire;
  private readonly detector = new SpeakingDetector();

  readonly phase: ReadonlySignal<Phase>;
  readonly title = computed(() => this.room.value.title);
  readonly settings = computed(() => this.room.value.settings);
  readonly people = computed<readonly Person[]>(() => peopleOf(this.room.value));
  readonly me = computed(() => this.people.value.find((person) => person.isMe) ?? null);
  readonly speaking: ReadonlySignal<ReadonlySet<string>> = this.speakingSignal;
  readonly spotlight = computed(() => this.room.value.spotlight);
  readonly focus = computed(() => focusOf(this.room.value));
  readonly talk: Talk;
  readonly captions: Captions;
  readonly host: Hosting;
  readonly recording: MeetingRecorder;
  readonly notices = this.board.list;
  readonly unmuteAsked = signal(false);
  readonly uplink = signal<UplinkState>("full");
  readonly relay: Relay;
  readonly sight = new Sight((shown) => this.transport.show(shown));
  readonly local: LocalMedia;
  readonly isSharing: ReadonlySignal<boolean>;
  readonly myScreen: ReadonlySignal<MediaStream | null>;

  constructor(private readonly deps: SessionDeps) {
    this.local = deps.local;
    this.seating = new Seating(deps, { onEnd: ({ kind }) => this.ended(kind), onWait: () => this.outside() });
    this.phase = this.seating.phase;
    this.wire = {
      tell: (event, payload) => {
        if (this.seating.isSeated) deps.signaling.emit(event, payload);
      },
      ask: (event, payload) => deps.signaling.request(event, payload),
    };
    this.talk = new Talk(this.room, this.wire, deps.after);
    this.captions = new Captions(this.wire, deps.now, deps.after);
    this.host = new Hosting(this.wire, this.board, () => this.seating.meetingId);
    this.ownSeat = new OwnSeat(deps.local, this.me, this.wire, () => this.seating.isSeated, deps.after);
    const sharers = computed(() => new Set(this.people.value.filter((p) => p.isScreenSharing).map((p) => p.id)));
    this.remotes = new Remotes(sharers);
    this.transport = deps.createTransport({
      send: (to, media) => this.sendSignal(to, media),
      streams: (from, streams) => {
        this.remotes.setStreams(from, streams);
        if (streams.camera) deps.levels.watch(from, streams.camera);
      },
      quality: (from, quality) => {
        this.remotes.setQuality(from, quality);
        if (quality === "lost") void this.seating.check();
      },
      picture: (from, isComing) => this.remotes.setPicture(from, isComing),
      uplink: (state) => {
        this.uplink.value = state;
      },
    });
    this.relay = new Relay(deps.memory, (isOnly) => this.transport.relayOnly(isOnly));
    this.sharing = new Sharing(
      deps.capture,
      this.transport,
      (isScreenSharing) => this.wire.tell("media:screen-share", { isScreenSharing }),
      (problem) => this.board.add({ kind: problem === "blocked" ? "screenBlocked" : "screenFailed" }, "warning"),
    );
    this.recording = new MeetingRecorder(deps, this.wire, this.board, {
      title: this.title,
      myName: () => this.me.peek()?.name ?? "",
      sources: () => ({
        people: this.people.value,
        local: this.local,
        myScreen: this.myScreen.value,
        remote: (id) => this.remote(id),
      }),
      needAll: () => this.sight.needAll(),
    });
    this.isSharing = this.sharing.isSharing;
    this.myScreen = this.sharing.screen;
    this.listen();
    this.ownSeat.follow(this.transport);
    deps.signaling.connect();
  }

  remote(participantId: string): RemoteMedia {
    return this.remotes.media(participantId);
  }

  connection(participantId: string): Promise<ConnectionDetails | null> {
    return this.transport.details(participantId);
  }

  join(request: JoinRequest): void {
    if (this.seating.isInside) return;
    this.room.value = EMPTY_ROOM;
    this.talk.unread.value = 0;
    this.captions.clear();
    this.board.clear();
    void this.local.start();
    this.seating.join(request);
    this.transport.prepare();
  }

  leave(): void {
    if (this.phase.peek().kind !== "over") this.seating.leave();
  }

  raiseHand(isHandRaised: boolean): void {
    this.ownSeat.raiseHand(isHandRaised);
    if (this.seating.isSeated) return;
    // Nobody answers while this page is cut off: the hand is up here, and the seat follows on return.
    const event: RoomEvent = {
      name: "participant:updated",
      payload: { participantId: this.room.peek().myId, isHandRaised },
    };
    this.room.value = reduce(this.room.peek(), event, this.deps.now());
  }

  async setMic(on: boolean): Promise<void> {
    this.unmuteAsked.value = false;
    await this.local.setMic(on);
  }

  async setCamera(on: boolean): Promise<void> {
    await this.local.setCamera(on);
  }

  async startShare(): Promise<void> {
    await this.sharing.start();
  }

  stopShare(): void {
    this.sharing.stop();
  }

  private listen(): void {
    const { signaling, page, levels } = this.deps;
    signaling.onEvent((name, payload) => this.receive({ name, payload } as RoomEvent));
    page.onLeave((isReload) => {
      // A reload takes the same seat again a moment later: the others need not see anybody go.
      if (!isReload && this.seating.isInside) this.leave();
    });
    page.onOnline(() => {
      this.seating.networkReturned();
      this.transport.networkReturned();
    });
    levels.onTick((all) => this.measure(all));
  }

  private learnIceServers(all: readonly RTCIceServer[]): void {
    const servers = usable(all);
    this.transport.setIceServers(servers);
    this.relay.learn(servers);
  }

  private receive(event: RoomEvent): void {
    if (!this.seating.isInside) {
      // The answer to a join that was given up: nobody would sit on that seat.
      if (event.name === "joined") this.deps.signaling.emit("leave-meeting", {});
      return;
    }
    const before = this.room.peek();
    batch(() => {
      this.room.value = reduce(before, event, this.deps.now());
      this.host.follow(event, this.deps.now());
      this.followRoom(event, before);
      this.recording.follow(event);
    });
  }

  /** What the people of the room mean for the connections. */
  private followRoom(event: RoomEvent, before: RoomState): void {
    switch (event.name) {
      case "joined":
        this.takeSeat(event.payload, before);
        break;
      case "participant:joined":
        this.transport.add(event.payload.participantId);
        this.board.add({ kind: "joined", name: event.payload.name }, "info");
        break;
      case "participant:left":
        this.transport.remove(event.payload.participantId);
        this.board.add({ kind: "left", name: event.payload.name }, "info");
        break;
      case "participant:updated":
        if (event.payload.isReconnecting === false) this.transport.returned(event.payload.participantId);
        break;
      case "signal:offer":
        this.transport.receive(event.payload.from, { kind: "offer", description: event.payload.offer });
        return;
      case "signal:answer":
        this.transport.receive(event.payload.from, { kind: "answer", description: event.payload.answer });
        return;
      case "signal:ice-candidate":
        this.receiveCandidate(event.payload);
        return;
      default:
        this.followServer(event);
    }
    this.followPeople();
  }

  /** What hosts and the server say to this page. */
  private followServer(event: RoomEvent): void {
    switch (event.name) {
      case "admin:mute":
        this.silenced({ kind: "muted" });
        break;
      case "meeting:all-muted":
        if (!this.me.peek()?.isHost) this.silenced({ kind: "allMuted" });
        break;
      case "admin:unmute":
        this.unmuteAsked.value = !this.local.isMicOn.peek();
        break;
      case "admin:kick":
        this.seating.end({ kind: "over", why: "removed", reason: event.payload.reason });
        break;
      case "meeting:ended":
        this.seating.end({ kind: "over", why: "ended", reason: event.payload.reason });
        break;
      case "waiting-room:waiting":
        this.seating.wait();
        break;
      case "waiting-room:admitted":
        this.seating.admitted();
        break;
      case "waiting-room:denied":
        this.seating.denied(event.payload);
        break;
      case "server:restarting":
        this.seating.comeBackIn(event.payload.retryAfterMs);
        break;
      case "error":
        if (event.payload.code === "replaced") this.seating.end({ kind: "over", why: "replaced", reason: "" });
        break;
      case "caption":
        this.captions.take(event.payload);
        break;
      default:
        this.talk.follow(event);
    }
  }

  private takeSeat(payload: Joined, before: RoomState): void {
    this.seating.take(payload);
    if (payload.iceServers) this.learnIceServers(payload.iceServers);
    const others = payload.participants.map((participant) => participant.participantId);
    this.seating.show(this.transport.enter(payload.participantId, others));
    this.ownSeat.taken(
      this.isSharing.peek(),
      before.seats.find(({ id }) => id === before.myId),
    );
  }

  /** Drops the voice of the muted whatever they send, and forgets the media of who has gone. */
  private followPeople(): void {
    const seats = this.room.peek().seats;
    this.remotes.keep(new Set(seats.map((seat) => seat.id)), (id) => {
      this.transport.silence(id, false);
      this.deps.levels.unwatch(id);
    });
    for (const seat of seats) this.transport.silence(seat.id, seat.isMuted);
  }

  private receiveCandidate({ from, candidate }: ServerEvents["signal:ice-candidate"]): void {
    if (candidate?.candidate) this.transport.receive(from, { kind: "candidate", candidate });
  }

  private silenced(news: News): void {
    if (this.local.isMicOn.peek()) this.board.add(news, "warning");
    this.unmuteAsked.value = false;
    void this.local.setMic(false);
  }

  /** Who waits learns nothing of the meeting, also not who was in it before the seat was lost. */
  private outside(): void {
    void this.recording.stop();
    this.room.value = EMPTY_ROOM;
    this.transport.close();
    this.sharing.stop();
    this.unmuteAsked.value = false;
    this.followPeople();
  }

  private ended(kind: "refused" | "over"): void {
    void this.recording.stop();
    this.transport.close();
    this.sharing.stop();
    this.unmuteAsked.value = false;
    this.remotes.keep(new Set(), (id) => this.deps.levels.unwatch(id));
    // After a refusal the preview stays on and the socket open for the next try.
    if (kind === "refused") return;
    this.local.stop();
    this.deps.signaling.close();
    this.deps.close();
  }

  private measure(all: ReadonlyMap<string, number>): void {
    const levels = new Map<string, number>();
    for (const person of this.people.peek()) {
      const level = all.get(person.isMe ? MY_LEVEL : person.id);
      if (level !== undefined && !person.isMuted) levels.set(person.id, level);
    }
    const speaking = this.detector.update(levels, this.deps.now());
    const before = this.speakingSignal.peek();
    if (sameSet(speaking, before)) return;
    this.speakingSignal.value = speaking;
    const myId = this.room.peek().myId;
    if (speaking.has(myId) !== before.has(myId)) this.transport.speak(speaking.has(myId));
  }

  private sendSignal(to: string, media: MediaSignal): void {
    if (media.kind === "offer") this.wire.tell("signal:offer", { to, offer: media.description });
    else if (media.kind === "answer") this.wire.tell("signal:answer", { to, answer: media.description });
    else this.wire.tell("signal:ice-candidate", { to, candidate: media.candidate });
  }
}

/** Opens the socket and gets everything ready; nothing is asked of the person before `local.start` or `join`. */
export function createMeetingSession(deps: SessionDeps = browserDeps()): MeetingSession {
  return new Session(deps);
}

/** Whether this tab held a seat there a moment ago, so that it may go straight back in. */
export function isReturning(meetingId: string): boolean {
  return browserSeats().isRecent(meetingId);
}
