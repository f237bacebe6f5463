import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MeetingSession } from "../meeting/types";
import type { CaptionsLayer } from "../ui/CaptionsLayer";
import { captionSize, captionsView } from "../ui/preferences";

type Layer = typeof CaptionsLayer;

/** Captions below the stage, for as long as somebody publishes them; their code comes with the first one. */
export function Captions({ session }: { readonly session: MeetingSession }): JSX.Element | null {
  const [Shown, setShown] = useState<ComponentType<Parameters<Layer>[0]> | null>(null);
  // Who is left alone waits for nobody's words, and what to do then is written there.
  const isAlone = session.people.value.length < 2;
  const isWanted = captionsView.value === "shown" && session.captions.areComing.value && !isAlone;
  useEffect(() => {
    if (!isWanted || Shown) return;
    // Without it there are no captions for now; the next one asks again.
    import("../ui/CaptionsLayer").then(
      (chunk) => setShown(() => chunk.CaptionsLayer),
      () => undefined,
    );
  }, [isWanted]);
  return isWanted && Shown ? <Shown lines={session.captions.now.value} size={captionSize.value} /> : null;
}
