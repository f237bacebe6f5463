import "./dialog.css";
import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./Button";
import { hide, isOnTop, noteFocus, onEscape, show, showAgain } from "./dialogStack";
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
  const id = useId();
  const current = useRef(onClose);
  current.current = onClose;
  const isPressBeside = useRef(false);
  // Before the effects of what is inside, so that a field there may take the focus from the first button.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (!dialog) return undefined;
    show(dialog);
    const stop = onEscape(dialog, () => current.current());
    return () => {
      stop();
      hide(dialog);
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
        noteFocus(event.currentTarget);
        if (isOnTop(event.currentTarget)) onClose();
      }}
      // The browser shuts it now and then whatever the answer was. A question that must be answered stays.
      onClose={(event) => showAgain(event.currentTarget)}
      // A click is also what begins with the selecting of text inside and ends outside.
      onPointerDown={(event) => {
        isPressBeside.current = event.target === event.currentTarget;
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget && isPressBeside.current) onClose();
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
