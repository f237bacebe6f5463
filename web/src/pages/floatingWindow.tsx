/** The meeting in a small window over all others: a document of its own where the browser can, else one video. */
import { type JSX, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import "./floating.css";
import type { MeetingSession } from "../meeting/types";
import { IconButton } from "../ui/Button";
import { CameraIcon, CameraOffIcon, LeaveIcon, MicIcon, MicOffIcon } from "../ui/icons";
import { LiveTile, tileOf } from "../ui/Stage";
import { text } from "../ui/text";

interface DocumentPictureInPicture {
  readonly window: Window | null;
  requestWindow(options: { readonly width: number; readonly height: number }): Promise<Window>;
}

const SIZE = { width: 384, height: 280 };

/**
 * Open the small window, or come back from it when it is open.
 *
 * @throws DOMException when the browser does not allow it, or there is no picture to show.
 */
export async function openFloatingWindow(session: MeetingSession): Promise<void> {
  const { documentPictureInPicture } = window as { documentPictureInPicture?: DocumentPictureInPicture };
  if (!documentPictureInPicture) return floatVideo();
  if (documentPictureInPicture.window) {
    documentPictureInPicture.window.close();
    return;
  }
  const small = await documentPictureInPicture.requestWindow(SIZE);
  dress(small.document);
  render(<FloatingMeeting session={session} onOver={() => small.close()} />, small.document.body);
  small.addEventListener("pagehide", () => render(null, small.document.body), { once: true });
}

async function floatVideo(): Promise<void> {
  if (document.pictureInPictureElement) return document.exitPictureInPicture();
  const biggest = [...document.querySelectorAll<HTMLVideoElement>(".stage .video")]
    .filter((video) => video.videoWidth > 0)
    .sort((a, b) => b.clientWidth - a.clientWidth)[0];
  await biggest?.requestPictureInPicture();
}

/** Our style sheets are files of our own, so the small document may load them too. */
function dress(small: Document): void {
  small.documentElement.lang = document.documentElement.lang;
  small.title = document.title;
  for (const sheet of document.querySelectorAll("link[rel=stylesheet], style")) {
    small.head.append(sheet.cloneNode(true));
  }
}

/** One person or screen, and the three controls that matter while one works on something else. */
function FloatingMeeting({ session, onOver }: { readonly session: MeetingSession; onOver(): void }): JSX.Element {
  const { local } = session;
  const { kind } = session.phase.value;
  useEffect(() => {
    if (kind === "over" || kind === "refused") onOver();
  }, [kind]);
  const item = tileOf(session.people.value, useShown(session));
  const shownId = item && !item.person.isMe ? item.person.id : null;
  // The tile in the page may be on one that is not turned to, and its picture would not be sent.
  useEffect(() => (shownId === null ? undefined : session.sight.alsoShow(shownId)), [session, shownId]);
  const isMicOn = local.isMicOn.value;
  const isCameraOn = local.isCameraOn.value;
  return (
    <main class="floating-meeting">
      <div class="floating-tile">
        {item ? (
          <LiveTile item={item} session={session} isPinned={false} isInSpotlight={false} isSmall onPin={null} />
        ) : null}
      </div>
      <div class="floating-bar">
        <IconButton
          label={isMicOn ? text.call.microphoneOn : text.call.microphoneOff}
          icon={isMicOn ? <MicIcon /> : <MicOffIcon />}
          onClick={() => void session.setMic(!isMicOn)}
        />
        <IconButton
          label={isCameraOn ? text.call.cameraOn : text.call.cameraOff}
          icon={isCameraOn ? <CameraIcon /> : <CameraOffIcon />}
          onClick={() => void session.setCamera(!isCameraOn)}
        />
        <IconButton label={text.call.leaveLong} icon={<LeaveIcon />} onClick={() => session.leave()} />
      </div>
    </main>
  );
}

/** The stage's focus, else who spoke last: a pause changes nothing. */
function useShown(session: MeetingSession): string | null {
  const [spoke, setSpoke] = useState<string | null>(null);
  const myId = session.me.value?.id;
  const speaker = [...session.speaking.value].find((id) => id !== myId) ?? null;
  useEffect(() => {
    if (speaker) setSpoke(speaker);
  }, [speaker]);
  return session.focus.value ?? speaker ?? spoke;
}
