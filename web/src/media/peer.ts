/**
 * One pair of participants: one RTCPeerConnection, renewed when the other side has started over.
 *
 * Perfect negotiation (W3C webrtc-pc §10.7) with three additions that a signalling channel with outages needs:
 * an unanswered offer is sent again; an offer or answer with another DTLS fingerprint means that the other page is
 * new, so this side starts over too; and when both call at first, the polite side drops its own connection instead
 * of rolling back, because rolled-back transceivers would be offered a second time as extra lines.
 */
import type { Share } from "./budget";
import { Candidates } from "./candidates";
import { PairWatch } from "./pairWatch";
import { Restarts } from "./restarts";
import { fingerprintOf, isAnswerTo, markAnswer, withoutMark, withoutOrphans } from "./sdp";
import { SenderLimits } from "./senderLimits";
import { assignSlots, gatherStreams, kindOf, missingBefore, SLOT_ORDER } from "./slots";
import type { After, RemoteStreams, Signal, SlotName } from "./transport";

export interface PeerOptions {
  /** Who yields when both offer at once; the two sides must differ. */
  readonly isPolite: boolean;
  readonly tracks: ReadonlyMap<SlotName, MediaStreamTrack | null>;
  /** The streams that my tracks belong to; many clients group by them. */
  readonly outgoing: { readonly camera: MediaStream; readonly screen: MediaStream };
  readonly after: After;
  createConnection(): RTCPeerConnection;
  createStream(): MediaStream;
  preferCodecs(transceiver: RTCRtpTransceiver): void;
  send(signal: Signal): void;
  onStreams(streams: RemoteStreams): void;
  onConnectionState(state: RTCPeerConnectionState): void;
}

type Offer = Extract<Signal, { kind: "offer" }>;

const RESEND_AFTER_MS = [3000, 6000, 12_000, 24_000];
const FAILURES_ALLOWED = 3;
/** Setting limits waits for the browser's media threads, which are busy with the first pictures until then. */
const LIMITS_AFTER_MS = 200;

export class Peer {
  private connection: RTCPeerConnection;
  private incoming: { readonly camera: MediaStream; readonly screen: MediaStream };
  private slots = new Map<SlotName, RTCRtpTransceiver>();
  private queue: Promise<void> = Promise.resolve();
  private remoteFingerprint = "";
  private candidates = this.noCandidates();
  private resends = 0;
  private failures = 0;
  private cancelResend: () => void = () => undefined;
  private readonly watch: PairWatch;
  private readonly restarts: Restarts;
  private limits = new SenderLimits();
  private isSilent = false;
  private isWatching = true;
  private isCaller = false;
  private isClosed = false;
  private readonly askedFor = new Set<SlotName>();

  constructor(private readonly options: PeerOptions) {
    this.watch = new PairWatch(options.after, options.isPolite, () => this.repair());
    this.restarts = new Restarts(options.after, (signal) => this.receive(signal));
    this.connection = this.open();
    this.incoming = { camera: options.createStream(), screen: options.createStream() };
  }

  /** Whether offer and answer have been exchanged once. */
  get hasAgreed(): boolean {
    return this.connection.currentRemoteDescription !== null;
  }

  get state(): RTCPeerConnectionState {
    return this.connection.connectionState;
  }

  /** Of the track on which the other side's camera comes, as statistics name it. */
  get cameraId(): string | undefined {
    return this.slots.get("camera")?.receiver.track.id;
  }

  /**
   * Makes the first offer: all lines at once, so that no later toggle or share has to negotiate. Resolves when it is out.
   *
   * It does not wait for the browser's event: that one stands in line behind whatever the page draws.
   */
  call(): Promise<void> {
    return this.enqueue(async () => {
      if (this.hasAgreed) return;
      this.placeCall();
      await this.offer(this.connection);
    });
  }

  receive(signal: Signal): void {
    void this.enqueue(async () => {
      if (this.restarts.keeps(signal)) return;
      if (signal.kind === "candidate") await this.candidates.take(this.connection, signal.candidate);
      else if (signal.kind === "offer") await this.takeOffer(signal);
      else await this.takeAnswer(signal.description.sdp ?? "");
    });
  }

  /** Puts a track on the wire; a line that the other side never offered is added and negotiated. */
  put(slot: SlotName, track: MediaStreamTrack | null): void {
    const transceiver = this.slots.get(slot);
    // Rejects only when the connection is closed meanwhile.
    if (transceiver) void transceiver.sender.replaceTrack(track).catch(() => undefined);
    else if (track && this.hasAgreed) this.askFor(slot);
  }

  limit(share: Share): void {
    this.limits.limit(share);
    this.applyLimits();
  }

  /** Whether the other side's camera is to be sent here; costs an offer and an answer. */
  watchCamera(isWatched: boolean): void {
    this.isWatching = isWatched;
    const camera = this.slots.get("camera");
    if (camera && this.hasAgreed) this.direct("camera", camera);
  }

  /** Drops the voice here whatever the other side sends: a forced mute does not depend on its good will. */
  silence(isSilent: boolean): void {
    this.isSilent = isSilent;
    const microphone = this.slots.get("microphone");
    if (microphone) microphone.receiver.track.enabled = !isSilent;
  }

  /** Mends the pair now: the network or the signalling has come back. */
  repair(): void {
    if (this.isClosed) return;
    if (this.connection.signalingState === "have-local-offer") this.sendOfferAgain();
    else if (this.hasAgreed && this.connection.connectionState !== "connected") this.connection.restartIce();
  }

  /** Begins again on a connection of new settings; the other side sees another fingerprint and follows. */
  renew(): void {
    void this.enqueue(async () => this.callAnew());
  }

  /** The other side's signalling is back: what was sent meanwhile is lost. */
  returned(): void {
    this.resends = 0;
    this.repair();
  }

  stats(): Promise<RTCStatsReport> {
    return this.connection.getStats();
  }

  close(): void {
    this.isClosed = true;
    this.watch.stop();
    this.drop();
  }

  private open(): RTCPeerConnection {
    const connection = this.options.createConnection();
    connection.onnegotiationneeded = () => this.enqueue(() => this.offer(connection));
    connection.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate && connection === this.connection) this.candidates.found(candidate.toJSON());
    };
    connection.onconnectionstatechange = () => {
      if (connection !== this.connection) return;
      this.watch.observe(connection.connectionState);
      if (connection.connectionState === "connected") {
        this.options.after(LIMITS_AFTER_MS, () => this.applyLimits());
      }
      this.options.onConnectionState(connection.connectionState);
    };
    return connection;
  }

  private noCandidates(): Candidates {
    return new Candidates((candidate) => this.options.send({ kind: "candidate", candidate }));
  }

  private drop(): void {
    this.cancelResend();
    this.connection.onnegotiationneeded = null;
    this.connection.onicecandidate = null;
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }

  /** A fresh connection in place of one whose other end no longer exists. */
  private startOver(): void {
    this.drop();
    this.slots = new Map();
    this.askedFor.clear();
    this.isCaller = false;
    this.remoteFingerprint = "";
    this.candidates = this.noCandidates();
    this.limits = this.limits.renewed();
    this.resends = 0;
    this.watch.stop();
    this.incoming = { camera: this.options.createStream(), screen: this.options.createStream() };
    this.connection = this.open();
    this.options.onConnectionState("new");
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(async () => {
      if (this.isClosed) return;
      try {
        await task();
      } catch {
        // A browser that has no connection to give throws here too. What comes next of the pair must find it working.
        try {
          this.recover();
        } catch {}
      }
    });
    return this.queue;
  }

  /** A description that the browser refused leaves a connection nobody can reason about: begin again, but not for ever. */
  private recover(): void {
    if (this.isClosed || this.failures >= FAILURES_ALLOWED) return;
    this.failures += 1;
    const wasCaller = this.isCaller;
    this.startOver();
    if (wasCaller) this.placeCall();
  }

  private placeCall(): void {
    this.isCaller = true;
    for (const slot of SLOT_ORDER) this.addSlot(slot);
    this.limits.areMine();
  }

  private callAnew(): void {
    this.startOver();
    this.placeCall();
  }

  private addSlot(slot: SlotName): void {
    const track = this.options.tracks.get(slot) ?? null;
    const sendEncodings = this.limits.firstOf(slot);
    const transceiver = this.connection.addTransceiver(track ?? kindOf(slot), {
      direction: this.directionOf(slot),
      streams: [this.streamOf(slot)],
      ...(sendEncodings ? { sendEncodings } : {}),
    });
    this.options.preferCodecs(transceiver);
    this.slots.set(slot, transceiver);
  }

  private directionOf(slot: SlotName): RTCRtpTransceiverDirection {
    return slot === "camera" && !this.isWatching ? "sendonly" : "sendrecv";
  }

  private direct(slot: SlotName, transceiver: RTCRtpTransceiver): void {
    const wanted = this.directionOf(slot);
    if (transceiver.direction !== wanted) transceiver.direction = wanted;
  }

  /** Once a connection: a client that rejects the line would otherwise be asked again by its own refusal. */
  private askFor(slot: SlotName): void {
    for (const name of missingBefore(slot, this.slots)) {
      if (this.askedFor.has(name)) return;
      this.askedFor.add(name);
      this.addSlot(name);
    }
  }

  private streamOf(slot: SlotName): MediaStream {
    return slot === "screen" || slot === "screenAudio" ? this.options.outgoing.screen : this.options.outgoing.camera;
  }

  private async offer(connection: RTCPeerConnection): Promise<void> {
    if (connection !== this.connection || connection.signalingState !== "stable") return;
    this.candidates.hold();
    await connection.setLocalDescription();
    if (this.isClosed || connection !== this.connection) return;
    this.resends = 0;
    this.sendDescription(connection);
    this.awaitAnswer();
  }

  private sendDescription(connection: RTCPeerConnection): void {
    const local = connection.localDescription;
    if (!local) return;
    const remote = connection.remoteDescription;
    if (local.type === "offer") {
      this.options.send({ kind: "offer", description: { type: "offer", sdp: withoutOrphans(local.sdp) } });
    } else if (remote) {
      const sdp = markAnswer(withoutOrphans(local.sdp), remote.sdp);
      this.options.send({ kind: "answer", description: { type: "answer", sdp } });
    }
    this.candidates.release();
  }

  private awaitAnswer(): void {
    this.cancelResend();
    const wait = RESEND_AFTER_MS[this.resends];
    if (wait === undefined) return;
    this.cancelResend = this.options.after(wait, () => {
      this.resends += 1;
      this.sendOfferAgain();
    });
  }

  private sendOfferAgain(): void {
    const local = this.connection.localDescription;
    if (this.connection.signalingState !== "have-local-offer" || local?.type !== "offer") return;
    this.options.send({ kind: "offer", description: { type: "offer", sdp: withoutOrphans(local.sdp) } });
    this.awaitAnswer();
  }

  private async takeOffer(offer: Offer): Promise<void> {
    const fingerprint = fingerprintOf(offer.description.sdp ?? "");
    const isNewPage = this.remoteFingerprint !== "" && fingerprint !== this.remoteFingerprint;
    if (isNewPage && !this.restarts.allow(offer)) return;
    const isFirstCall = this.isCaller && !this.hasAgreed;
    const isGlare = isFirstCall || this.connection.signalingState === "have-local-offer";
    if (isGlare && !this.options.isPolite) {
      // Ours stands. The other side is alive now and may never have seen it, so it is said once more.
      if (isNewPage) this.callAnew();
      else this.sendOfferAgain();
      return;
    }
    if (isNewPage || isFirstCall) this.startOver();
    await this.answer(offer, fingerprint);
  }

  private async answer(offer: Offer, fingerprint: string): Promise<void> {
    this.cancelResend();
    const connection = await this.apply(offer);
    if (!connection || connection !== this.connection || this.isClosed) return;
    this.remoteFingerprint = fingerprint;
    this.adoptLines();
    await this.candidates.flush(this.connection);
    this.candidates.hold();
    await connection.setLocalDescription();
    if (connection !== this.connection || this.isClosed) return;
    this.sendDescription(connection);
    this.settle();
  }

  /**
   * A page that came back with its old certificate does not show; its offer then fits no line of mine.
   *
   * @returns the connection that took it; null when it has to wait.
   */
  private async apply(offer: Offer): Promise<RTCPeerConnection | null> {
    const description = { type: "offer", sdp: offer.description.sdp ?? "" } as const;
    try {
      await this.connection.setRemoteDescription(description);
    } catch (problem) {
      if (!this.hasAgreed) throw problem;
      if (!this.restarts.allow(offer)) return null;
      this.startOver();
      await this.connection.setRemoteDescription(description);
    }
    return this.connection;
  }

  private async takeAnswer(sdp: string): Promise<void> {
    const connection = this.connection;
    const offered = connection.localDescription;
    if (connection.signalingState !== "have-local-offer" || !offered) return;
    if (!isAnswerTo(sdp, offered.sdp)) return;
    const fingerprint = fingerprintOf(sdp);
    if (this.remoteFingerprint !== "" && fingerprint !== this.remoteFingerprint) {
      this.callAnew();
      return;
    }
    await connection.setRemoteDescription({ type: "answer", sdp: withoutMark(sdp) });
    if (connection !== this.connection || this.isClosed) return;
    this.remoteFingerprint = fingerprint;
    this.cancelResend();
    await this.candidates.flush(this.connection);
    this.settle();
  }

  /** Takes the lines that the other side offered as mine, with my tracks on them. */
  private adoptLines(): void {
    this.slots = assignSlots(this.connection.getTransceivers());
    this.limits.areTheirs();
    for (const [slot, transceiver] of this.slots) {
      if (transceiver.direction === "recvonly") transceiver.sender.setStreams?.(this.streamOf(slot));
      this.direct(slot, transceiver);
      const track = this.options.tracks.get(slot) ?? null;
      if (transceiver.sender.track !== track) void transceiver.sender.replaceTrack(track).catch(() => undefined);
    }
  }

  /** Both sides agree: streams are handed on, limits applied, and lines that the other side lacks are asked for. */
  private settle(): void {
    this.failures = 0;
    this.slots = assignSlots(this.connection.getTransceivers());
    this.silence(this.isSilent);
    const camera = this.slots.get("camera");
    if (camera) this.direct("camera", camera);
    this.applyLimits();
    this.options.onStreams(gatherStreams(this.slots, this.incoming));
    for (const [slot, track] of this.options.tracks) {
      if (track) this.askFor(slot);
    }
  }

  private applyLimits(): void {
    if (this.state === "connected") void this.limits.apply((slot) => this.slots.get(slot)?.sender);
  }
}
