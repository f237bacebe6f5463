import type { ReadonlySignal, Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Person, RemoteMedia } from "../meeting/types";

interface RemoteAudioProps {
  readonly people: readonly Person[];
  remote(participantId: string): RemoteMedia;
  /** Where to play it; empty for the system's default. */
  readonly speakerId: string;
  /** Set when the browser refuses to play sound before a click. */
  readonly isBlocked: Signal<boolean>;
}

/** Everybody's sound, apart from the tiles; someone who is muted for the room is silent here whatever their browser sends. */
export function RemoteAudio({ people, remote, speakerId, isBlocked }: RemoteAudioProps): JSX.Element {
  return (
    <div hidden>
      {people
        .filter((person) => !person.isMe)
        .map((person) => {
          const media = remote(person.id);
          return (
            <div key={person.id}>
              <Sound stream={media.camera} isSilent={person.isMuted} speakerId={speakerId} isBlocked={isBlocked} />
              <Sound stream={media.screenSound} isSilent={false} speakerId={speakerId} isBlocked={isBlocked} />
            </div>
          );
        })}
    </div>
  );
}

interface SoundProps {
  readonly stream: ReadonlySignal<MediaStream | null>;
  readonly isSilent: boolean;
  readonly speakerId: string;
  readonly isBlocked: Signal<boolean>;
}

function Sound({ stream, isSilent, speakerId, isBlocked }: SoundProps): JSX.Element {
  const element = useRef<HTMLAudioElement>(null);
  const current = stream.value;
  const mayPlay = !isBlocked.value;
  useEffect(() => {
    const audio = element.current;
    if (!audio) return;
    if (audio.srcObject !== current) audio.srcObject = current;
    if (!current || !mayPlay) return;
    audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") isBlocked.value = true;
    });
  }, [current, mayPlay, isBlocked]);
  useEffect(() => {
    const audio = element.current;
    // A speaker that has gone meanwhile is refused, and the sound stays where it was.
    if (audio?.setSinkId && audio.sinkId !== speakerId) audio.setSinkId(speakerId).catch(() => undefined);
  }, [speakerId]);
  useEffect(
    () => () => {
      if (element.current) element.current.srcObject = null;
    },
    [],
  );
  return <audio ref={element} autoplay muted={isSilent} />;
}
