/** The mesh: one `Peer` for every other participant, one upload divided among them, one timer for their statistics. */
import { Attention } from "./attention";
import { type PairCounters, type PairDetails, readDetails } from "./pairDetails";
import { Peer } from "./peer";
import { PictureWatch } from "./pictureWatch";
import { judge, NOTHING, readSample, type Sample } from "./quality";
import { Reach } from "./reach";
import { SLOT_ORDER } from "./slots";
import {
  type After,
  afterTimeout,
  type MediaTransport,
  type Quality,
  type Signal,
  type SlotName,
  type TransportEvents,
} from "./transport";
import { type LinePair, Uplink, type UplinkState } from "./uplink";

/** What the browser gives; tests pass fakes. */
export interface MeshPlatform {
  createConnection(configuration: RTCConfiguration): RTCPeerConnection;
  createStream(): MediaStream;
  codecs(kind: "audio" | "video"): readonly RTCRtpCodec[];
  readonly after: After;
}

export const browserMeshPlatform: MeshPlatform = {
  createConnection: (configuration) => new RTCPeerConnection(configuration),
  createStream: () => new MediaStream(),
  codecs: (kind) =>
    typeof RTCRtpReceiver === "undefined" ? [] : (RTCRtpReceiver.getCapabilities?.(kind)?.codecs ?? []),
  after: afterTimeout,
};

/** VP8 and Opus only: every browser has them, and the offer shrinks from 12 to 4 kB for each pair. */
const USED = ["video/VP8", "video/rtx", "audio/opus", "audio/red"];

const SAMPLE_MS = 2000;
const PREPARE_AFTER_MS = 50;
const FIRST_SAMPLE_MS = 250;
/** Nothing has come from a pair that stands after so many of them: they have no devices. */
const FIRST_SAMPLES = 20;
/** Whoever pauses for breath is still listened to. */
const LISTENED_TO_MS = 4000;

interface Pair {
  readonly peer: Peer;
  readonly reach: Reach;
  readonly picture: PictureWatch;
  quality: Quality;
  last: Sample;
  samples: number;
  counters: PairCounters | null;
}

export class Mesh implements MediaTransport {
  private readonly pairs = new Map<string, Pair>();
  /** Whoever had a pair with this seat of mine and lost the own one. */
  private readonly former = new Set<string>();
  private readonly tracks = new Map<SlotName, MediaStreamTrack | null>(SLOT_ORDER.map((slot) => [slot, null]));
  private readonly silent = new Set<string>();
  private readonly outgoing: { readonly camera: MediaStream; readonly screen: MediaStream };
  private iceServers: readonly RTCIceServer[] = [];
  private myId = "";
  private isRelayOnly = false;
  private cancelSampling: () => void = () => undefined;
  private cancelListening: () => void = () => undefined;
  private readonly uplink = new Uplink();
  private uplinkState: UplinkState = "full";
  private readonly attention: Attention;
  private readonly codecs = new Map<"audio" | "video", readonly RTCRtpCodec[]>();

  constructor(
    private readonly events: TransportEvents,
    private readonly platform: MeshPlatform = browserMeshPlatform,
  ) {
    this.attention = new Attention(platform.after, (id, isWatched) => this.watchCamera(id, isWatched));
    platform.after(PREPARE_AFTER_MS, () => this.prepare());
    this.outgoing = { camera: platform.createStream(), screen: platform.createStream() };
  }

  setIceServers(servers: readonly RTCIceServer[]): void {
    this.iceServers = servers;
  }

  /** To ask for codecs is to start the browser's threads for calls, which the first connection would wait for. */
  prepare(): void {
    this.codecsFor("video");
  }

  enter(myId: string, others: readonly string[]): Promise<void> | null {
    if (myId !== this.myId) {
      for (const id of [...this.pairs.keys()]) this.remove(id);
      this.former.clear();
    }
    this.myId = myId;
    for (const id of [...this.pairs.keys()]) if (!others.includes(id)) this.remove(id);
    const calls: Promise<void>[] = [];
    for (const id of others) {
      const known = this.pairs.get(id);
      if (known) {
        known.peer.returned();
        continue;
      }
      const peer = this.open(id);
      if (peer) calls.push(peer.call());
    }
    this.share();
    this.sampleIn(FIRST_SAMPLE_MS);
    return calls.length > 0 ? Promise.all(calls).then(() => undefined) : null;
  }

  add(participantId: string): void {
    // Their old connection, if any, belongs to a seat that was given up.
    this.remove(participantId);
    const peer = this.open(participantId);
    // Back after a long outage: their page holds the old connection for alive until it misses something, and calls nobody.
    if (this.former.delete(participantId)) void peer?.call();
    this.share();
  }

  remove(participantId: string): void {
    const pair = this.pairs.get(participantId);
    if (!pair) return;
    this.pairs.delete(participantId);
    this.former.add(participantId);
    pair.peer.close();
    pair.reach.stop();
    pair.picture.stop();
    this.attention.forget(participantId);
    this.share();
  }

  returned(participantId: string): void {
    this.pairs.get(participantId)?.peer.returned();
  }

  receive(from: string, signal: Signal): void {
    const pair = this.pairs.get(from);
    if (pair) pair.peer.receive(signal);
    // An offer can overtake the news of its sender only while my own seat is being resumed.
    else if (signal.kind === "offer" && this.myId !== "" && from !== this.myId) this.open(from)?.receive(signal);
  }

  send(slot: SlotName, track: MediaStreamTrack | null): void {
    this.tracks.set(slot, track);
    for (const { peer } of this.pairs.values()) peer.put(slot, track);
    this.share();
  }

  silence(participantId: string, isSilent: boolean): void {
    if (isSilent) this.silent.add(participantId);
    else this.silent.delete(participantId);
    this.pairs.get(participantId)?.peer.silence(isSilent);
  }

  speak(isSpeaking: boolean): void {
    this.cancelListening();
    if (isSpeaking) this.listenTo(true);
    else this.cancelListening = this.platform.after(LISTENED_TO_MS, () => this.listenTo(false));
  }

  show(participantIds: ReadonlySet<string> | null): void {
    this.attention.show(participantIds, this.pairs.keys());
  }

  relayOnly(isOnly: boolean): void {
    if (this.isRelayOnly === isOnly) return;
    this.isRelayOnly = isOnly;
    for (const { peer } of this.pairs.values()) peer.renew();
  }

  async details(participantId: string): Promise<PairDetails | null> {
    const pair = this.pairs.get(participantId);
    const report = await pair?.peer.stats().catch(() => null);
    if (!pair || !report) return null;
    const { details, counters } = readDetails(report, pair.counters);
    pair.counters = counters;
    return details;
  }

  networkReturned(): void {
    for (const { peer } of this.pairs.values()) peer.returned();
  }

  close(): void {
    for (const id of [...this.pairs.keys()]) this.remove(id);
    this.cancelSampling();
    this.cancelListening();
    this.silent.clear();
    this.former.clear();
    this.myId = "";
  }

  /** Statistics of one pair, for tests and the connection panel. */
  stats(participantId: string): Promise<RTCStatsReport> | undefined {
    return this.pairs.get(participantId)?.peer.stats();
  }

  /** A browser without calls, or one that refuses the list of servers, leaves its person in the meeting, unreached. */
  private open(id: string): Peer | null {
    let peer: Peer;
    try {
      peer = this.peerFor(id);
    } catch {
      this.events.quality(id, "blocked");
      return null;
    }
    const reach = new Reach(
      this.platform.after,
      () => peer.hasAgreed,
      () => this.report(id, "blocked"),
    );
    const picture = new PictureWatch((isComing) => this.events.picture(id, isComing));
    this.pairs.set(id, { peer, reach, picture, quality: "connecting", last: NOTHING, samples: 0, counters: null });
    peer.silence(this.silent.has(id));
    this.attention.follow(id);
    return peer;
  }

  private peerFor(id: string): Peer {
    return new Peer({
      isPolite: this.myId > id,
      tracks: this.tracks,
      outgoing: this.outgoing,
      after: this.platform.after,
      createConnection: () =>
        this.platform.createConnection({
          iceServers: [...this.iceServers],
          iceTransportPolicy: this.isRelayOnly ? "relay" : "all",
          bundlePolicy: "max-bundle",
        }),
      createStream: () => this.platform.createStream(),
      preferCodecs: (transceiver) => this.preferCodecs(transceiver),
      send: (signal) => this.events.send(id, signal),
      onStreams: (streams) => this.events.streams(id, streams),
      onConnectionState: (state) => this.connectionChanged(id, state),
    });
  }

  private preferCodecs(transceiver: RTCRtpTransceiver): void {
    const codecs = this.codecsFor(transceiver.receiver.track.kind === "video" ? "video" : "audio");
    if (codecs.length > 0) transceiver.setCodecPreferences?.([...codecs]);
  }

  private codecsFor(kind: "audio" | "video"): readonly RTCRtpCodec[] {
    const known = this.codecs.get(kind) ?? this.platform.codecs(kind).filter(({ mimeType }) => USED.includes(mimeType));
    this.codecs.set(kind, known);
    return known;
  }

  private connectionChanged(id: string, state: RTCPeerConnectionState): void {
    const reach = this.pairs.get(id)?.reach;
    reach?.observe(state);
    if (state === "connected") this.sampleIn(FIRST_SAMPLE_MS);
    else if ((state === "disconnected" || state === "failed") && !reach?.isBlocked) this.report(id, "lost");
  }

  private watchCamera(id: string, isWatched: boolean): void {
    const pair = this.pairs.get(id);
    if (!pair) return;
    // The pause that I asked for is no freeze.
    pair.last = { ...pair.last, freezes: Number.POSITIVE_INFINITY };
    pair.peer.watchCamera(isWatched);
  }

  private listenTo(isSpeaking: boolean): void {
    if (this.uplink.isSpeaking === isSpeaking) return;
    this.uplink.isSpeaking = isSpeaking;
    this.share();
  }

  private share(): void {
    const shares = this.uplink.plan(this.lines(), this.tracks.get("screen") != null);
    for (const [id, share] of shares) this.pairs.get(id)?.peer.limit(share);
    const state = this.tracks.get("camera") ? this.uplink.state : "full";
    if (state !== this.uplinkState) this.events.uplink(state);
    this.uplinkState = state;
  }

  private lines(): LinePair[] {
    return [...this.pairs].map(([id, { last, samples }]) => ({
      id,
      roundTripMs: last.roundTripMs,
      limit: last.limit,
      availableBps: last.availableBps,
      samples,
    }));
  }

  private report(id: string, quality: Quality): void {
    const pair = this.pairs.get(id);
    if (!pair || pair.quality === quality) return;
    pair.quality = quality;
    this.events.quality(id, quality);
  }

  private sampleIn(ms: number): void {
    this.cancelSampling();
    this.cancelSampling = this.platform.after(ms, () => void this.sample());
  }

  private async sample(): Promise<void> {
    await Promise.all([...this.pairs].map(([id, pair]) => this.samplePair(id, pair)));
    if (this.pairs.size === 0) return;
    this.uplink.observe(this.lines());
    this.share();
    const isWaiting = [...this.pairs.values()].some(
      ({ peer, quality, samples }) => quality === "connecting" && peer.state === "connected" && samples < FIRST_SAMPLES,
    );
    this.sampleIn(isWaiting ? FIRST_SAMPLE_MS : SAMPLE_MS);
  }

  private async samplePair(id: string, pair: Pair): Promise<void> {
    const report = await pair.peer.stats().catch(() => null);
    if (!report || this.pairs.get(id) !== pair) return;
    const now = readSample(report, pair.peer.cameraId);
    pair.picture.observe(now.cameraFrames, now.atMs);
    this.report(id, pair.reach.isBlocked ? "blocked" : judge(pair.peer.state, pair.last, now));
    pair.last = now;
    pair.samples = pair.peer.state === "connected" ? pair.samples + 1 : 0;
  }
}
