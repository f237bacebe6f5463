import "./recording.css";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { text } from "../ui/text";
import { useFocus } from "../ui/useFocus";

interface AskToRecordProps {
  readonly session: MeetingSession;
  onClose(): void;
}

/** Before recording: who is told, and where the file goes. */
export function AskToRecord({ session, onClose }: AskToRecordProps): JSX.Element {
  return (
    <Dialog
      title={text.recording.askTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button
            look="primary"
            onClick={() => {
              onClose();
              void session.recording.start(text.recording.untitled);
            }}
          >
            {text.recording.askYes}
          </Button>
        </>
      }
    >
      <ul class="record-facts">
        {text.recording.ask.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </Dialog>
  );
}

interface Consent {
  readonly isOpen: boolean;
  stay(): void;
}

/** Asks once for each recording, also whoever comes while it runs; who records knows. */
export function useConsent(session: MeetingSession): Consent {
  const [hasAgreed, setAgreed] = useState(false);
  const isRecorded = session.recording.by.value.length > 0;
  const isMine = session.recording.mine.value.kind !== "idle";
  useEffect(() => {
    if (!isRecorded) setAgreed(false);
    else if (isMine) setAgreed(true);
  }, [isRecorded, isMine]);
  return { isOpen: isRecorded && !isMine && !hasAgreed, stay: () => setAgreed(true) };
}

interface RecordingConsentProps {
  readonly session: MeetingSession;
  onStay(): void;
}

/** Escape answers nothing: to be recorded is for each person to say. */
export function RecordingConsent({ session, onStay }: RecordingConsentProps): JSX.Element {
  const words = useRef<HTMLParagraphElement>(null);
  // On no button: the dialog comes up while people type or hold the space bar to talk, and that must answer nothing.
  useFocus(words);
  return (
    <Dialog
      role="alertdialog"
      title={text.recording.consentTitle}
      onClose={() => undefined}
      actions={
        <>
          <Button onClick={() => session.leave()}>{text.recording.leave}</Button>
          <Button look="primary" onClick={onStay}>
            {text.recording.stay}
          </Button>
        </>
      }
    >
      <p ref={words} class="consent-words" tabIndex={-1}>
        {text.recording.consentBody(session.recording.by.value)}
      </p>
    </Dialog>
  );
}
