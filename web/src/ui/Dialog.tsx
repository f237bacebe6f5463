import "./dialog.css";
import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./Button";
import { CloseIcon } from "./icons";
import { text } from "./text";

interface DialogProps {
  readonly title: string;
  readonly children?: ComponentChildren;
  /** The verbs, the safe one first. */
  readonly actions?: ComponentChildren;
  readonly role?: "dialog" | "alertdialog";
  onClose(): void;
}

/** A modal question or form; the browser's own dialog holds the focus, and the opener has it again. On phones a sheet. */
export function Dialog({ title, children, actions, role = "dialog", onClose }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const focused = useRef<Element | null>(null);
  const id = useId();
  // Before the effects of what is inside, so that a field there may take the focus from the first button.
  useLayoutEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    // What was asked about may take its button with it: a removed person's row. The panel around it stays.
    const around = opener?.closest("[tabindex='-1']");
    dialog?.showModal();
    return () => {
      dialog?.close();
      // The browser gives the focus back only to a dialog that is closed before it leaves the page, and this one may
      // be gone already.
      const back = [opener, around].find((one) => one instanceof HTMLElement && one.isConnected);
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click closes at the backdrop; Escape does it for the keyboard
    <dialog
      ref={element}
      class="dialog"
      role={role}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        focused.current = document.activeElement;
        onClose();
      }}
      onClose={() => {
        // A second Escape shuts it whatever the answer to the first was. A question that must be answered stays.
        if (!element.current) return;
        element.current.showModal();
        if (focused.current instanceof HTMLElement) focused.current.focus();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          {role === "dialog" ? (
            <IconButton label={text.common.close} icon={<CloseIcon size="small" />} onClick={onClose} />
          ) : null}
        </header>
        {children}
        {actions ? <footer class="dialog-actions">{actions}</footer> : null}
      </div>
    </dialog>
  );
}
