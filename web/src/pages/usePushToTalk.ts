import { effect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { PushToTalk } from "../meeting/pushToTalk";
import type { MeetingSession } from "../meeting/types";

const TYPED = "input, textarea, select, [contenteditable]";
const PRESSED = "button, a[href], summary, [role='button'], [tabindex]";

/** Hold the space bar to talk while muted. Where the space bar has another meaning (typing, a button) it keeps it. */
export function usePushToTalk(session: MeetingSession): PushToTalk {
  const talk = useMemo(
    () =>
      new PushToTalk({
        isOn: () => session.local.isMicOn.peek(),
        isUsable: () => session.local.microphoneProblem.peek() === null,
        set: (on) => void session.setMic(on),
      }),
    [session],
  );
  useEffect(() => listen(talk), [talk]);
  useEffect(() => effect(() => talk.yieldTo(session.local.isMicOn.value)), [talk, session]);
  return talk;
}

function listen(talk: PushToTalk): () => void {
  // A button that was clicked keeps the focus without showing it: whoever mutes by a click may hold the bar next.
  let wasPointer = false;
  let isFocusFromPointer = false;
  const stops: (() => void)[] = [];
  const on = <E extends Event>(target: EventTarget, name: string, listener: (event: E) => void): void => {
    target.addEventListener(name, listener as (event: Event) => void, { capture: true });
    stops.push(() => target.removeEventListener(name, listener as (event: Event) => void, { capture: true }));
  };
  const isTaken = (target: EventTarget | null): boolean => {
    if (!(target instanceof Element) || document.querySelector("dialog[open]")) return true;
    return target.closest(TYPED) !== null || (!isFocusFromPointer && target.closest(PRESSED) !== null);
  };
  on(document, "pointerdown", () => {
    wasPointer = true;
    isFocusFromPointer = true;
  });
  on(document, "focusin", () => {
    isFocusFromPointer = wasPointer;
  });
  on<KeyboardEvent>(document, "keydown", (event) => {
    if (event.code !== "Space") {
      wasPointer = false;
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || isTaken(event.target)) return;
    // A repeated press of a bar that was not ours stays what it was.
    if (!event.repeat || talk.isTalking.peek()) {
      if (talk.press()) event.preventDefault();
    }
  });
  on<KeyboardEvent>(document, "keyup", (event) => {
    if (event.code === "Space" && talk.release()) event.preventDefault();
  });
  on(window, "blur", () => talk.release());
  on(document, "visibilitychange", () => talk.release());
  return () => {
    talk.release();
    for (const stop of stops) stop();
  };
}
