/**
 * The open dialogs, the newest on top: the question of somebody else may come up over a dialog that is filled in.
 *
 * A browser asks a page only now and then whether a dialog may go, and shuts those together that opened without a click
 * between them. So Escape is heard here, by the one on top; what goes all the same (back on a phone) is shown again.
 */
import { isComposing } from "./composing";

interface Shown {
  readonly dialog: HTMLDialogElement;
  /** Where the focus may go back to, the nearest first; of what is gone by then, the next one stands for it. */
  readonly origins: readonly HTMLElement[];
  /** What had the focus in it when the browser was about to shut it. */
  focused: HTMLElement | null;
}

const stack: Shown[] = [];

/** Shows a dialog over all others. */
export function show(dialog: HTMLDialogElement): void {
  const opener = document.activeElement;
  // What was asked about may take its button with it: a removed person's row. The panel around it stays.
  const near = [opener, opener?.closest("[tabindex='-1']")].filter(isPlace);
  stack.push({ dialog, origins: [...near, ...(stack.at(-1)?.origins ?? [])], focused: null });
  dialog.showModal();
}

/** The page itself has the focus where nobody has. */
function isPlace(one: Element | null | undefined): one is HTMLElement {
  return one instanceof HTMLElement && one !== document.body;
}

/** Closes a dialog, wherever it is; the one on top gives the focus back. */
export function hide(dialog: HTMLDialogElement): void {
  const at = stack.findIndex((one) => one.dialog === dialog);
  const wasOnTop = at === stack.length - 1;
  const [hidden] = stack.splice(at, 1);
  dialog.close();
  const back = wasOnTop ? hidden?.origins.find((one) => one.isConnected) : undefined;
  // Chromium has given the focus back already, but after a click in the dialog without the place where one types.
  if (back && back === document.activeElement) back.blur();
  back?.focus();
}

/** Calls back when Escape is pressed for this dialog. Returns the way to stop. */
export function onEscape(dialog: HTMLDialogElement, then: () => void): () => void {
  const hear = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented || isComposing(event) || !isOnTop(dialog)) return;
    event.preventDefault();
    // A key that is held would close the next one as well.
    if (!event.repeat) then();
  };
  document.addEventListener("keydown", hear);
  return () => document.removeEventListener("keydown", hear);
}

export function isOnTop(dialog: HTMLDialogElement): boolean {
  return stack.at(-1)?.dialog === dialog;
}

/** The browser is about to shut it. */
export function noteFocus(dialog: HTMLDialogElement): void {
  const { activeElement } = document;
  const shown = stack.find((one) => one.dialog === dialog);
  if (shown && activeElement instanceof HTMLElement && dialog.contains(activeElement)) shown.focused = activeElement;
}

/** Shows a dialog again that the browser has shut, and over it what was there before. */
export function showAgain(dialog: HTMLDialogElement): void {
  const from = stack.findIndex((one) => one.dialog === dialog);
  if (from < 0 || dialog.open) return;
  for (const one of stack.slice(from)) {
    one.dialog.close();
    one.dialog.showModal();
  }
  stack.at(-1)?.focused?.focus();
}
