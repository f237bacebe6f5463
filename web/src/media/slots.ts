/**
 * Which transceiver carries what: by order within a kind.
 *
 * The first audio line is the microphone, the second the sound of a screen; the first video line is the camera, the
 * second the screen. Order survives what stream ids and mids do not: clients that are not ours, a share that began
 * before a late joiner came, and Firefox renaming streams.
 */
import type { RemoteStreams, SlotName } from "./transport";

/** The order of lines in an offer of ours. */
export const SLOT_ORDER: readonly SlotName[] = ["microphone", "camera", "screen", "screenAudio"];

const BY_KIND = { audio: ["microphone", "screenAudio"], video: ["camera", "screen"] } as const;

export function kindOf(slot: SlotName): "audio" | "video" {
  return slot === "camera" || slot === "screen" ? "video" : "audio";
}

/** The lines of one connection by slot; lines beyond the second of a kind are not ours and stay unused. */
export function assignSlots(transceivers: readonly RTCRtpTransceiver[]): Map<SlotName, RTCRtpTransceiver> {
  const slots = new Map<SlotName, RTCRtpTransceiver>();
  const seen = { audio: 0, video: 0 };
  for (const transceiver of transceivers) {
    const kind = transceiver.receiver.track.kind === "video" ? "video" : "audio";
    const slot = BY_KIND[kind][seen[kind]];
    seen[kind] += 1;
    if (slot) slots.set(slot, transceiver);
  }
  return slots;
}

/** The slots that must be added, in order, so that `slot` exists and no earlier one of its kind is skipped. */
export function missingBefore(slot: SlotName, slots: ReadonlyMap<SlotName, unknown>): SlotName[] {
  const ofKind: readonly SlotName[] = BY_KIND[kindOf(slot)];
  return ofKind.slice(0, ofKind.indexOf(slot) + 1).filter((name) => !slots.has(name));
}

const isReceiving = (transceiver: RTCRtpTransceiver | undefined): transceiver is RTCRtpTransceiver =>
  transceiver?.currentDirection === "sendrecv" || transceiver?.currentDirection === "recvonly";

/** Gathers what the other side sends into the two given streams; null for a line it does not have. */
export function gatherStreams(
  slots: ReadonlyMap<SlotName, RTCRtpTransceiver>,
  into: { readonly camera: MediaStream; readonly screen: MediaStream },
): RemoteStreams {
  const fill = (stream: MediaStream, names: readonly SlotName[]): MediaStream | null => {
    const wanted = names.map((name) => slots.get(name)).filter(isReceiving);
    const tracks = wanted.map((transceiver) => transceiver.receiver.track);
    for (const track of stream.getTracks()) if (!tracks.includes(track)) stream.removeTrack(track);
    for (const track of tracks) if (!stream.getTracks().includes(track)) stream.addTrack(track);
    return tracks.length > 0 ? stream : null;
  };
  const camera = fill(into.camera, ["camera", "microphone"]);
  const screen = isReceiving(slots.get("screen")) ? fill(into.screen, ["screen", "screenAudio"]) : null;
  return { camera, screen };
}
