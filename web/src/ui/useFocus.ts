import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/**
 * Gives an element the focus when it is first drawn, and whenever `isWanted` becomes true.
 *
 * In the turn that draws it: an effect after the painting comes late on a busy machine, and takes the focus from where
 * somebody has gone meanwhile, or leaves it for a moment on what the next key must not press.
 */
export function useFocus(element: RefObject<HTMLElement | null>, isWanted = true, options?: FocusOptions): void {
  useLayoutEffect(() => {
    const one = element.current;
    if (!one || !isWanted) return;
    // What is inside a dialog is drawn before it opens; opening, it looks for this mark.
    if (one.closest("dialog:not([open])")) one.toggleAttribute("autofocus", true);
    else one.focus(options);
  }, [isWanted]);
}
