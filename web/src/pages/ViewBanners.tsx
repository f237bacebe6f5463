import type { JSX } from "preact";
import type { MeetingSession } from "../meeting/types";
import { Button } from "../ui/Button";
import { CaptionsIcon, SpotlightIcon } from "../ui/icons";
import { Banner } from "../ui/Notices";
import { text } from "../ui/text";
import { dictation } from "./dictating";

/** What others see or read of me because of a switch: it is said as long as it lasts. */
export function ViewBanners({ session }: { readonly session: MeetingSession }): JSX.Element {
  const me = session.me.value;
  return (
    <>
      {me && session.spotlight.value === me.id ? (
        <Banner
          tone="calm"
          icon={<SpotlightIcon size="small" />}
          action={
            me.isHost ? (
              <Button size="small" onClick={() => session.host.setSpotlight(null)}>
                {text.view.spotlightEnd}
              </Button>
            ) : null
          }
        >
          {text.view.youInSpotlight}
        </Banner>
      ) : null}
      {dictation.value?.isOn.value ? (
        <Banner
          tone="on"
          icon={<CaptionsIcon size="small" />}
          action={
            <Button size="small" onClick={() => dictation.peek()?.stop()}>
              {text.captions.stop}
            </Button>
          }
        >
          {text.captions.running}
        </Banner>
      ) : null}
    </>
  );
}
