import "./dialog.css";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
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

/** A modal question or form; the browser's own dialog holds the focus and gives it back. On phones it is a sheet. */
export function Dialog({ title, children, actions, role = "dialog", onClose }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
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
        onClose();
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
