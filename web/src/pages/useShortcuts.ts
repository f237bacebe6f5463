import { useLayoutEffect, useRef } from "preact/hooks";
import { isComposing } from "../ui/composing";
import { captionsView, toggle } from "../ui/preferences";
import { asksForHelp, type ShortcutName, shortcutOf } from "../ui/shortcuts";

interface Handlers {
  onMic(): void;
  onCamera(): void;
  onHand(): void;
  onPanel(panel: "chat" | "people"): void;
  onHelp(): void;
  onEscape(): void;
}

const RUN: Readonly<Record<ShortcutName, (handlers: Handlers) => void>> = {
  mic: (handlers) => handlers.onMic(),
  camera: (handlers) => handlers.onCamera(),
  hand: (handlers) => handlers.onHand(),
  chat: (handlers) => handlers.onPanel("chat"),
  people: (handlers) => handlers.onPanel("people"),
  captions: () => toggle(captionsView),
};

/** Listen to the call's keys while the meeting is shown. The browser's own meaning (Ctrl+D: bookmark) is held back. */
export function useShortcuts(handlers: Handlers): void {
  const current = useRef(handlers);
  current.current = handlers;
  // With the first drawing: a key that is pressed at once is not lost.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isComposing(event)) return;
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
        current.current.onEscape();
        return;
      }
      if (asksForHelp(event)) {
        event.preventDefault();
        current.current.onHelp();
        return;
      }
      const name = shortcutOf(event);
      if (!name) return;
      event.preventDefault();
      RUN[name](current.current);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
