import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/**
 * Keeps the focus near when what has it leaves the page: an admitted person's row, a card that was answered.
 *
 * It goes to the row beside it, else to the nearest around it that may have it; never to a button, for the next press was
 * not meant for that one.
 */
export function useFocusKept(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const around = element.current;
    if (!around) return undefined;
    let focused: Element | null = null;
    const note = (event: FocusEvent): void => {
      focused = event.target as Element;
    };
    const forget = (event: FocusEvent): void => {
      const left = event.target as Element;
      // Browsers that say so of what is taken away say it before it is gone; and it may have the focus again by then.
      queueMicrotask(() => {
        if (left === focused && left.isConnected && document.activeElement !== left) focused = null;
      });
    };
    const observer = new MutationObserver((changes) => {
      if (!focused || focused.isConnected) return;
      const change = changes.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(focused)));
      focused = null;
      if (document.activeElement !== document.body) return;
      const row = [change?.nextSibling, change?.previousSibling].find((node) => node instanceof HTMLLIElement);
      if (row instanceof HTMLLIElement) {
        row.tabIndex = -1;
        row.focus();
      } else {
        around.closest<HTMLElement>("[tabindex='-1']")?.focus({ preventScroll: true });
      }
    });
    observer.observe(around, { childList: true, subtree: true });
    around.addEventListener("focusin", note);
    around.addEventListener("focusout", forget);
    return () => {
      observer.disconnect();
      around.removeEventListener("focusin", note);
      around.removeEventListener("focusout", forget);
    };
  }, [element]);
}
