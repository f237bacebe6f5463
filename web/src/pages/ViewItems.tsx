import type { JSX } from "preact";
import type { MeetingSession } from "../meeting/types";
import { CaptionsIcon, FloatingIcon, KeyboardIcon, SelfIcon, SelfOffIcon } from "../ui/icons";
import { MenuItem } from "../ui/Menu";
import { selfView, toggle } from "../ui/preferences";
import { hasKeys } from "../ui/shortcuts";
import { text } from "../ui/text";
import type { Asking } from "./MeetingDialogs";

interface ViewItemsProps {
  readonly session: MeetingSession;
  onAsk(asking: Asking): void;
  onDone(): void;
}

/** What a person may change of the view: captions, their own picture, a small window, and the list of keys. */
export function ViewItems({ session, onAsk, onDone }: ViewItemsProps): JSX.Element {
  const isHidden = selfView.value === "hidden";
  const then = (action: () => void) => () => {
    onDone();
    action();
  };
  return (
    <>
      <MenuItem icon={<CaptionsIcon size="small" />} onChoose={then(() => onAsk({ kind: "captions" }))}>
        {text.captions.title}
      </MenuItem>
      {session.people.value.length > 1 ? (
        <MenuItem
          icon={isHidden ? <SelfIcon size="small" /> : <SelfOffIcon size="small" />}
          onChoose={then(() => toggle(selfView))}
        >
          {isHidden ? text.view.showSelf : text.view.hideSelf}
        </MenuItem>
      ) : null}
      {canFloat() ? (
        <MenuItem icon={<FloatingIcon size="small" />} onChoose={then(() => void float(session))}>
          {text.view.floating}
        </MenuItem>
      ) : null}
      {hasKeys() ? (
        <MenuItem icon={<KeyboardIcon size="small" />} onChoose={then(() => onAsk({ kind: "shortcuts" }))}>
          {text.view.shortcuts}
        </MenuItem>
      ) : null}
    </>
  );
}

function canFloat(): boolean {
  return "documentPictureInPicture" in window || document.pictureInPictureEnabled === true;
}

async function float(session: MeetingSession): Promise<void> {
  const { openFloatingWindow } = await import("./floatingWindow");
  // The browser may refuse without a fresh click; the item is still there.
  await openFloatingWindow(session).catch(() => undefined);
}
