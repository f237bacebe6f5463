/** A page for browser tests: several meshes wired in memory, with real devices, real connections and a wire to cut. */
import { Mesh } from "../media/mesh";
import { afterTimeout, type RemoteStreams, type Signal, type SlotName } from "../media/transport";

class Node {
  readonly streams = new Map<string, RemoteStreams>();
  readonly qualities = new Map<string, string>();
  readonly connections: RTCPeerConnection[] = [];
  readonly sent: string[] = [];
  readonly mesh: Mesh;
  isCut = false;

  constructor(
    readonly id: string,
    private readonly nodes: Map<string, Node>,
  ) {
    this.mesh = new Mesh(
      {
        send: (to, signal) => this.send(to, signal),
        streams: (from, streams) => this.streams.set(from, streams),
        quality: (from, quality) => this.qualities.set(from, quality),
        picture: () => undefined,
        uplink: () => undefined,
      },
      {
        createConnection: (configuration) => {
          const connection = new RTCPeerConnection(configuration);
          this.connections.push(connection);
          return connection;
        },
        createStream: () => new MediaStream(),
        codecs: (kind) => RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [],
        after: afterTimeout,
      },
    );
  }

  private send(to: string, signal: Signal): void {
    this.sent.push(signal.kind);
    // What travels is what survives JSON, a moment later, as over a socket.
    const copy = JSON.stringify(signal);
    setTimeout(() => {
      const target = this.nodes.get(to);
      if (!this.isCut && target && !target.isCut) target.mesh.receive(this.id, JSON.parse(copy) as Signal);
    }, 1);
  }
}

const nodes = new Map<string, Node>();
const nodeOf = (id: string): Node => {
  const node = nodes.get(id);
  if (!node) throw new Error(`no node ${id}`);
  return node;
};

async function framesOf(at: string, from: string, which: "camera" | "screen"): Promise<number> {
  const node = nodeOf(at);
  const track = node.streams.get(from)?.[which]?.getVideoTracks()[0];
  const report = await node.mesh.stats(from);
  let frames = 0;
  report?.forEach((row: { type: string; trackIdentifier?: string; framesDecoded?: number }) => {
    if (row.type === "inbound-rtp" && row.trackIdentifier === track?.id) frames = row.framesDecoded ?? 0;
  });
  return frames;
}

/** Seconds for what takes a tenth of one on a machine with nothing else to do. */
const PATIENCE_MS = 20_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const loopback = {
  /** Seats a new participant; everybody there before is told first, as the server does. */
  enter(id: string, isReload = false): void {
    const others = [...nodes.keys()].filter((other) => other !== id);
    if (!isReload) for (const other of others) nodeOf(other).mesh.add(id);
    const node = new Node(id, nodes);
    nodes.set(id, node);
    node.mesh.enter(id, others);
  },
  /** Two seats come back at once, and each calls the other. */
  collide(one: string, two: string): void {
    for (const id of [one, two]) nodes.set(id, new Node(id, nodes));
    nodeOf(one).mesh.enter(one, [two]);
    nodeOf(two).mesh.enter(two, [one]);
  },
  /** The page of this participant is gone without a word. */
  vanish(id: string): void {
    for (const connection of nodeOf(id).connections) connection.close();
    nodes.delete(id);
  },
  cut(id: string, isCut: boolean): void {
    nodeOf(id).isCut = isCut;
    if (!isCut) for (const [other, node] of nodes) if (other !== id) node.mesh.returned(id);
    if (!isCut)
      nodeOf(id).mesh.enter(
        id,
        [...nodes.keys()].filter((other) => other !== id),
      );
  },
  async devices(id: string): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 180 } });
    nodeOf(id).mesh.send("camera", stream.getVideoTracks()[0] ?? null);
    nodeOf(id).mesh.send("microphone", stream.getAudioTracks()[0] ?? null);
  },
  off(id: string, slot: SlotName): void {
    nodeOf(id).mesh.send(slot, null);
  },
  async share(id: string): Promise<void> {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    nodeOf(id).mesh.send("screen", stream.getVideoTracks()[0] ?? null);
  },
  /** What the browser reports when the network under every pair of `id` breaks for good. */
  fail(id: string): void {
    for (const connection of nodeOf(id).connections) {
      Object.defineProperty(connection, "connectionState", { value: "failed", configurable: true });
      connection.onconnectionstatechange?.(new Event("connectionstatechange"));
      // Long enough for the polite side too, which waits a second before it restarts.
      setTimeout(() => Reflect.deleteProperty(connection, "connectionState"), 1200);
    }
  },
  watch: (id: string, other: string, isWatched: boolean): void =>
    nodeOf(id).mesh.show(isWatched ? null : new Set([...nodes.keys()].filter((one) => one !== other))),
  ufrags(id: string): string[] {
    return nodeOf(id).connections.map((c) => /a=ice-ufrag:(\S+)/.exec(c.localDescription?.sdp ?? "")?.[1] ?? "");
  },
  offerSize: (id: string): number => nodeOf(id).connections[0]?.localDescription?.sdp.length ?? 0,
  signals: (id: string): string[] => nodeOf(id).sent,
  connections: (id: string): number => nodeOf(id).connections.length,
  quality: (at: string, from: string): string => nodeOf(at).qualities.get(from) ?? "",
  frames: framesOf,
  /** Resolves with the milliseconds until five further frames have been decoded; -1 when that takes too long. */
  async rises(at: string, from: string, which: "camera" | "screen"): Promise<number> {
    const start = performance.now();
    let first = await framesOf(at, from, which);
    while (performance.now() - start < PATIENCE_MS) {
      const now = await framesOf(at, from, which);
      if (now < first) first = now;
      if (now >= first + 5) return Math.round(performance.now() - start);
      await pause(20);
    }
    return -1;
  },
  /** Whether the frames stop: a second without one, after what was on its way has come. */
  async stands(at: string, from: string, which: "camera" | "screen"): Promise<boolean> {
    const start = performance.now();
    while (performance.now() - start < PATIENCE_MS) {
      const before = await framesOf(at, from, which);
      await pause(1000);
      if ((await framesOf(at, from, which)) === before) return true;
    }
    return false;
  },
};

Object.assign(globalThis, { loopback });
