/** ICE candidates of one connection, none of them ahead of the description that it belongs to, in either direction. */
import { candidateUfrag, hasUfrag } from "./sdp";

const MAX_EARLY = 200;

export class Candidates {
  /** Of the other side, before its description. */
  private early: RTCIceCandidateInit[] = [];
  /** Mine, before my description is out; null while they may go at once. */
  private held: RTCIceCandidateInit[] | null = null;

  constructor(private readonly send: (candidate: RTCIceCandidateInit) => void) {}

  /** My next description is being made: what is found meanwhile waits for `release`. */
  hold(): void {
    this.held = [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const candidate of held) this.send(candidate);
  }

  found(candidate: RTCIceCandidateInit): void {
    if (this.held) this.held.push(candidate);
    else this.send(candidate);
  }

  async take(connection: RTCPeerConnection, candidate: RTCIceCandidateInit): Promise<void> {
    if (isOfRemote(connection, candidate)) await add(connection, candidate);
    else if (this.early.length < MAX_EARLY) this.early.push(candidate);
  }

  /** A description came: its candidates are used, those of an earlier one are dropped. */
  async flush(connection: RTCPeerConnection): Promise<void> {
    const early = this.early;
    this.early = [];
    for (const candidate of early) {
      if (isOfRemote(connection, candidate)) await add(connection, candidate);
    }
  }
}

function isOfRemote({ remoteDescription }: RTCPeerConnection, candidate: RTCIceCandidateInit): boolean {
  const ufrag = candidateUfrag(candidate);
  return remoteDescription !== null && (ufrag === "" || hasUfrag(remoteDescription.sdp, ufrag));
}

/** One that this browser cannot use (another family, a bad name) is no reason to give up the pair. */
async function add(connection: RTCPeerConnection, candidate: RTCIceCandidateInit): Promise<void> {
  await connection.addIceCandidate(candidate).catch(() => undefined);
}
