/**
 * RTCPeerConnection by the letter of its signalling state machine, without any network: transceivers, implicit
 * rollback, negotiation-needed, and candidates refused before the remote description. Only for tests.
 */

let nextId = 0;
const unique = (prefix: string): string => `${prefix}${++nextId}`;

export class FakeTrack {
  readonly id = unique("track");
  enabled = true;
  /** The system holds the device back for now. */
  muted = false;
  readyState: "live" | "ended" = "live";
  onended: (() => void) | null = null;
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  contentHint = "";
  constructor(
    readonly kind: "audio" | "video",
    readonly settings: MediaTrackSettings = {},
  ) {}
  stop(): void {
    this.readyState = "ended";
  }
  /** Test hook: the system takes the device away for a while, or gives it back. */
  hold(isHeld: boolean): void {
    this.muted = isHeld;
    if (isHeld) this.onmute?.();
    else this.onunmute?.();
  }
  clone(): FakeTrack {
    return new FakeTrack(this.kind, this.settings);
  }
  getSettings(): MediaTrackSettings {
    return this.settings;
  }
}

export class FakeStream {
  readonly id = unique("stream");
  private tracks: unknown[];
  constructor(tracks: unknown[] = []) {
    this.tracks = [...tracks];
  }
  getTracks(): unknown[] {
    return [...this.tracks];
  }
  getVideoTracks(): FakeTrack[] {
    return (this.tracks as FakeTrack[]).filter((track) => track.kind === "video");
  }
  getAudioTracks(): FakeTrack[] {
    return (this.tracks as FakeTrack[]).filter((track) => track.kind === "audio");
  }
  addTrack(track: unknown): void {
    this.tracks.push(track);
  }
  removeTrack(track: unknown): void {
    this.tracks = this.tracks.filter((known) => known !== track);
  }
}

class FakeSender {
  parameters = { encodings: [{}] as RTCRtpEncodingParameters[], transactionId: "1" };
  private isSetting = false;
  constructor(
    public track: FakeTrack | null,
    encodings: RTCRtpEncodingParameters[] = [{}],
  ) {
    this.parameters.encodings = encodings;
  }
  async replaceTrack(track: FakeTrack | null): Promise<void> {
    this.track = track;
  }
  setStreams(): void {}
  getParameters(): typeof this.parameters {
    return structuredClone(this.parameters);
  }
  /** As Chromium: of two at once it refuses one, whichever it is. */
  async setParameters(parameters: typeof this.parameters): Promise<void> {
    if (this.isSetting) throw new DOMException("getParameters() has never been called", "InvalidStateError");
    this.isSetting = true;
    await Promise.resolve();
    this.parameters = parameters;
    this.isSetting = false;
  }
}

type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

export class FakeTransceiver {
  mid: string | null = null;
  currentDirection: Direction | null = null;
  readonly sender: FakeSender;
  readonly receiver: { readonly track: FakeTrack };
  /** The direction that the last description of mine was written with. */
  described: Direction | null = null;
  private wanted: Direction;
  constructor(
    readonly kind: "audio" | "video",
    track: FakeTrack | null,
    direction: Direction,
    private readonly onChange: () => void = () => undefined,
    encodings?: RTCRtpEncodingParameters[],
  ) {
    this.wanted = direction;
    this.sender = new FakeSender(track, encodings);
    this.receiver = { track: new FakeTrack(kind) };
  }
  get direction(): Direction {
    return this.wanted;
  }
  set direction(direction: Direction) {
    if (direction === this.wanted) return;
    this.wanted = direction;
    this.onChange();
  }
  /** Whether the other side has not been told yet what is wanted now. */
  get needsNegotiation(): boolean {
    return this.mid === null || this.described !== this.wanted;
  }
}

interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

interface Line {
  readonly kind: "audio" | "video";
  readonly mid: string;
  readonly direction: Direction;
}

export function describe(fingerprint: string, ufrag: string, lines: readonly Line[], version = 2): string {
  const head = ["v=0", `o=- 1 ${version} IN IP4 127.0.0.1`, "s=-", "t=0 0", `a=fingerprint:sha-256 ${fingerprint}`];
  const media = lines.flatMap((line) => [
    `m=${line.kind} 9 UDP/TLS/RTP/SAVPF 96`,
    `a=ice-ufrag:${ufrag}`,
    `a=mid:${line.mid}`,
    `a=${line.direction}`,
  ]);
  return `${[...head, ...media].join("\r\n")}\r\n`;
}

export function linesOf(sdp: string): Line[] {
  return sdp
    .split(/^m=/m)
    .slice(1)
    .map((section) => ({
      kind: section.startsWith("video") ? "video" : "audio",
      mid: /a=mid:(\S+)/.exec(section)?.[1] ?? "",
      direction: (/a=(sendrecv|sendonly|recvonly|inactive)/.exec(section)?.[1] ?? "sendrecv") as Direction,
    }));
}

const SENDS: readonly Direction[] = ["sendrecv", "sendonly"];
const RECEIVES: readonly Direction[] = ["sendrecv", "recvonly"];

function direct(sends: boolean, receives: boolean): Direction {
  if (sends) return receives ? "sendrecv" : "sendonly";
  return receives ? "recvonly" : "inactive";
}

export class FakePeerConnection {
  signalingState: RTCSignalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  localDescription: Description | null = null;
  remoteDescription: Description | null = null;
  currentRemoteDescription: Description | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly fingerprint = unique("FP");
  readonly candidates: RTCIceCandidateInit[] = [];
  readonly transceivers: FakeTransceiver[] = [];
  restarts = 0;
  private ufrag = unique("u");
  private version = 1;
  private needsRestart = false;
  private stableLocal: Description | null = null;
  private isAsking = false;

  getTransceivers(): FakeTransceiver[] {
    return [...this.transceivers];
  }

  addTransceiver(
    trackOrKind: FakeTrack | "audio" | "video",
    {
      direction = "sendrecv",
      sendEncodings,
    }: { direction?: Direction; sendEncodings?: RTCRtpEncodingParameters[] } = {},
  ): FakeTransceiver {
    const kind = typeof trackOrKind === "string" ? trackOrKind : trackOrKind.kind;
    const track = typeof trackOrKind === "string" ? null : trackOrKind;
    const transceiver = new FakeTransceiver(kind, track, direction, () => this.askForNegotiation(), sendEncodings);
    this.transceivers.push(transceiver);
    this.askForNegotiation();
    return transceiver;
  }

  restartIce(): void {
    this.restarts += 1;
    this.needsRestart = true;
    this.askForNegotiation();
  }

  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
    this.refuseClosed();
    if (this.signalingState === "have-remote-offer") this.answer();
    else this.makeOffer();
    // Candidates come while the description is still being set, which is what the product must not trip over.
    this.onicecandidate?.({
      candidate: {
        candidate: `candidate:${this.fingerprint} ufrag ${this.ufrag}`,
        toJSON: () => ({ candidate: `candidate:${this.fingerprint}`, sdpMid: "0", usernameFragment: this.ufrag }),
      },
    });
  }

  async setRemoteDescription(description: Description): Promise<void> {
    await Promise.resolve();
    this.refuseClosed();
    if (description.type === "answer") {
      if (this.signalingState !== "have-local-offer") throw new Error("InvalidStateError: no offer to answer");
      if (linesOf(description.sdp).length !== linesOf(this.localDescription?.sdp ?? "").length) {
        throw new Error("InvalidAccessError: the lines of the answer do not match");
      }
      this.remoteDescription = description;
      this.becomeStable(description, this.localDescription);
      return;
    }
    if (this.signalingState === "have-local-offer") {
      this.localDescription = this.stableLocal;
      for (const line of this.transceivers) if (line.currentDirection === null) line.mid = null;
    }
    this.remoteDescription = description;
    this.signalingState = "have-remote-offer";
    for (const line of linesOf(description.sdp)) {
      if (this.transceivers.some((known) => known.mid === line.mid)) continue;
      const transceiver = new FakeTransceiver(line.kind, null, "recvonly", () => this.askForNegotiation());
      transceiver.mid = line.mid;
      this.transceivers.push(transceiver);
    }
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    if (!this.remoteDescription) throw new Error("InvalidStateError: no remote description");
    this.candidates.push(candidate);
  }

  async getStats(): Promise<Map<string, unknown>> {
    return new Map();
  }

  close(): void {
    this.signalingState = "closed";
    this.connectionState = "closed";
  }

  /** Test hook: the network says so. */
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  private refuseClosed(): void {
    if (this.signalingState === "closed") throw new Error("InvalidStateError: closed");
  }

  private makeOffer(): void {
    if (this.needsRestart) this.ufrag = unique("u");
    this.needsRestart = false;
    let next = this.transceivers.filter((line) => line.mid !== null).length;
    for (const line of this.transceivers) line.mid ??= String(next++);
    this.localDescription = { type: "offer", sdp: this.write((line) => line.direction) };
    this.signalingState = "have-local-offer";
  }

  private answer(): void {
    const offered = linesOf(this.remoteDescription?.sdp ?? "");
    const answered = (line: FakeTransceiver): Direction => {
      const theirs = offered.find((other) => other.mid === line.mid)?.direction ?? "inactive";
      return direct(
        SENDS.includes(line.direction) && RECEIVES.includes(theirs),
        RECEIVES.includes(line.direction) && SENDS.includes(theirs),
      );
    };
    this.localDescription = { type: "answer", sdp: this.write(answered) };
    this.becomeStable(this.remoteDescription, this.localDescription);
  }

  private write(directionOf: (line: FakeTransceiver) => Direction): string {
    const mine = this.transceivers.filter((line) => line.mid !== null);
    for (const line of mine) line.described = line.direction;
    const lines = mine
      .sort((a, b) => Number(a.mid) - Number(b.mid))
      .map((line) => ({ kind: line.kind, mid: line.mid ?? "", direction: directionOf(line) }));
    this.version += 1;
    return describe(this.fingerprint, this.ufrag, lines, this.version);
  }

  private becomeStable(remote: Description | null, local: Description | null): void {
    this.signalingState = "stable";
    this.currentRemoteDescription = remote;
    this.stableLocal = local;
    const theirs = linesOf(remote?.sdp ?? "");
    for (const line of this.transceivers) {
      const other = theirs.find((candidate) => candidate.mid === line.mid);
      if (!other) continue;
      line.currentDirection = direct(
        SENDS.includes(line.direction) && RECEIVES.includes(other.direction),
        RECEIVES.includes(line.direction) && SENDS.includes(other.direction),
      );
    }
    if (this.needsRestart || this.transceivers.some((line) => line.needsNegotiation)) this.askForNegotiation();
  }

  private askForNegotiation(): void {
    if (this.isAsking) return;
    this.isAsking = true;
    queueMicrotask(() => {
      this.isAsking = false;
      const isNeeded = this.needsRestart || this.transceivers.some((line) => line.needsNegotiation);
      if (this.signalingState === "stable" && isNeeded) this.onnegotiationneeded?.();
    });
  }
}
