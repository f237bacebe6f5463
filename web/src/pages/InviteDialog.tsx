import "./hosting.css";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import { Button } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { refusalWords } from "../ui/serverWords";
import { text } from "../ui/text";

interface InviteDialogProps {
  readonly session: MeetingSession;
  onClose(): void;
}

const LONGEST_NAME = 64;

/** A link for one person that passes the waiting room. */
export function InviteDialog({ session, onClose }: InviteDialogProps): JSX.Element {
  const [name, setName] = useState("");
  const [link, setLink] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const { invite } = text.hosting;
  const make = async (): Promise<void> => {
    setRefusal(null);
    try {
      const path = await session.host.invite(name.trim());
      setLink(new URL(path, window.location.origin).href);
    } catch (error) {
      setRefusal(refusalWords(error, invite.failed));
    }
  };
  return (
    <Dialog title={invite.title} onClose={onClose}>
      <p>{invite.body}</p>
      {link === null ? (
        <form
          class="dialog-form"
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <Field
            label={invite.name}
            hint={invite.nameHint}
            maxLength={LONGEST_NAME}
            value={name}
            error={refusal}
            hasFocus
            onValue={setName}
          />
          <Button type="submit" look="primary" isWide>
            {invite.make}
          </Button>
        </form>
      ) : (
        <>
          <input
            class="alone-link"
            readOnly
            value={link}
            aria-label={invite.link}
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton value={link} label={text.call.copyLink} done={text.call.linkCopied} look="primary" />
          <Button
            look="quiet"
            onClick={() => {
              setLink(null);
              setName("");
            }}
          >
            {invite.another}
          </Button>
        </>
      )}
    </Dialog>
  );
}
