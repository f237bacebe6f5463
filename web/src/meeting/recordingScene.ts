/** What a recording shows of the meeting: who is where, and whose voice is in it. Pure, but for reading streams. */
import type { Picture } from "../media/painter";
import { RECORDED_HEIGHT, RECORDED_WIDTH, type Scene } from "../media/recorder";
import { type Box, focusLayout, gridLayout, shapeOf } from "./layout";
import type { LocalMedia, Person, RemoteMedia } from "./types";

export interface Sources {
  readonly people: readonly Person[];
  readonly local: Pick<LocalMedia, "preview" | "microphone">;
  readonly myScreen: MediaStream | null;
  remote(participantId: string): RemoteMedia;
}

type Unplaced = Omit<Picture, keyof Box>;

/** A shared screen is large and the people stand beside it; else everybody in a grid, and whoever does not fit is heard. */
export function sceneOf(sources: Sources): Scene {
  const screens = sources.people.filter((person) => person.isScreenSharing).map((person) => screenOf(person, sources));
  const faces = sources.people.map((person) => faceOf(person, sources)).sort(facesFirst);
  const [stage, ...otherScreens] = screens.filter((screen) => screen.stream !== null);
  return { pictures: placed(stage, [...otherScreens, ...faces]), voices: voicesOf(sources) };
}

function placed(stage: Unplaced | undefined, others: readonly Unplaced[]): Picture[] {
  if (!stage) return pairs(others, gridLayout(others.length, RECORDED_WIDTH, RECORDED_HEIGHT).tiles);
  const shape = shapeOf(RECORDED_WIDTH, RECORDED_HEIGHT);
  const focus = focusLayout(others.length, RECORDED_WIDTH, RECORDED_HEIGHT, shape);
  return [{ ...stage, ...focus.stage }, ...pairs(others, focus.tiles)];
}

function pairs(pictures: readonly Unplaced[], boxes: readonly Box[]): Picture[] {
  return pictures.flatMap((picture, index) => {
    const box = boxes[index];
    return box ? [{ ...picture, ...box }] : [];
  });
}

/** Of more people than there are places, those with a picture are shown. */
function facesFirst(a: Unplaced, b: Unplaced): number {
  return Number(a.stream === null) - Number(b.stream === null);
}

function faceOf(person: Person, { local, remote }: Sources): Unplaced {
  const stream = person.isMe ? local.preview.value : comingFrom(remote(person.id));
  return { key: person.id, name: person.name, stream: person.isVideoOff ? null : stream, isWhole: false };
}

/** As in the room: initials say more than the last picture of somebody of whom none comes any more. */
function comingFrom({ camera, isPictureComing }: RemoteMedia): MediaStream | null {
  return isPictureComing.value ? camera.value : null;
}

function screenOf(person: Person, { myScreen, remote }: Sources): Unplaced {
  const stream = person.isMe ? myScreen : remote(person.id).screen.value;
  return { key: `${person.id}/screen`, name: person.name, stream, isWhole: true };
}

/** As in the room: who is muted there is silent here, whatever its browser sends. */
function voicesOf({ people, local, myScreen, remote }: Sources): Map<string, MediaStreamTrack> {
  const voices = new Map<string, MediaStreamTrack>();
  const add = (key: string, track: MediaStreamTrack | null | undefined): void => {
    if (track && track.readyState === "live") voices.set(key, track);
  };
  for (const person of people) {
    const microphone = person.isMe
      ? local.microphone.value
      : (remote(person.id).camera.value?.getAudioTracks()[0] ?? null);
    if (!person.isMuted) add(person.id, microphone);
    const sound = person.isMe ? myScreen : remote(person.id).screenSound.value;
    if (person.isScreenSharing) add(`${person.id}/screen`, sound?.getAudioTracks()[0]);
  }
  return voices;
}
