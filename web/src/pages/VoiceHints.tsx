import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { MeetingSession } from "../meeting/types";
import { Button, IconButton } from "../ui/Button";
import { CloseIcon, MicIcon, MicOffIcon } from "../ui/icons";
import { Banner } from "../ui/Notices";
import { hasKeys } from "../ui/shortcuts";
import { text } from "../ui/text";

interface VoiceHintsProps {
  readonly session: MeetingSession;
  /** The space bar is held. */
  readonly isTalking: ReadonlySignal<boolean>;
}

/** What my microphone does that I might not have noticed. */
export function VoiceHints({ session, isTalking }: VoiceHintsProps): JSX.Element | null {
  const { local } = session;
  if (isTalking.value) {
    return (
      <Banner tone="on" icon={<MicIcon size="small" />}>
        {text.call.talking}
      </Banner>
    );
  }
  if (!local.talksMuted.value) return null;
  return (
    <Banner
      tone="calm"
      icon={<MicOffIcon size="small" />}
      action={
        <>
          <Button size="small" onClick={() => void session.setMic(true)}>
            {text.call.talksMutedYes}
          </Button>
          <IconButton
            label={text.call.dismiss}
            icon={<CloseIcon size="tiny" />}
            onClick={() => local.dismissTalksMuted()}
          />
        </>
      }
    >
      {hasKeys() ? text.call.talksMutedKey : text.call.talksMuted}
    </Banner>
  );
}
