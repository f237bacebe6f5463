import "./panel.css";
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./Button";
import { isComposing } from "./composing";
import { CloseIcon } from "./icons";
import { text } from "./text";
import { useFocusKept } from "./useFocusKept";

interface PanelProps {
  readonly title: string;
  readonly children: ComponentChildren;
  onClose(): void;
}

/** Beside the stage from 900 px on, a sheet from below under that. It is not modal: the meeting goes on. */
export function Panel({ title, children, onClose }: PanelProps): JSX.Element {
  const element = useRef<HTMLElement>(null);
  // The button that opened it stands after it in the page: whoever goes on with Tab would miss it. A field inside may
  // have the focus already.
  useLayoutEffect(() => {
    const panel = element.current;
    if (!panel?.contains(document.activeElement)) panel?.focus({ preventScroll: true });
  }, []);
  useFocusKept(element);
  return (
    <aside
      ref={element}
      class="panel"
      aria-label={title}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented || isComposing(event)) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header class="panel-head">
        <h2>{title}</h2>
        <IconButton label={text.common.close} icon={<CloseIcon size="small" />} onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}
