import "./menu.css";
import type { ComponentChildren, JSX, RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface MenuProps {
  readonly label: string;
  /** The button that opened it, and has the focus again. */
  readonly opener: RefObject<HTMLElement | null>;
  readonly look?: "list" | "row";
  readonly children: ComponentChildren;
  onClose(): void;
}

/** A popover of actions above its button; on phones a sheet from below. Arrow keys move, Escape closes. */
export function Menu({ label, opener, look = "list", children, onClose }: MenuProps): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  // In the turn that draws it: see useFocus.
  useLayoutEffect(() => items(element.current)[0]?.focus(), []);
  const goBack = (): void => {
    onClose();
    opener.current?.focus();
  };
  const current = useRef(goBack);
  current.current = goBack;
  useLayoutEffect(() => {
    // Wherever the focus is, Escape closes what is on top, and nothing behind it.
    const onEscape = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
      event.stopPropagation();
      current.current();
    };
    document.addEventListener("keydown", onEscape, { capture: true });
    return () => document.removeEventListener("keydown", onEscape, { capture: true });
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Tab") {
      onClose();
      return;
    }
    if (moveFocus(items(element.current), event.key)) event.preventDefault();
  };
  return (
    <>
      {/* Takes the press that closes the menu: it is not meant for what lies below, where tiles are pinned by it. */}
      <div
        class={`menu-veil for-${look}`}
        aria-hidden="true"
        // The focus stays in the menu, also when the press ends elsewhere.
        onMouseDown={(event) => event.preventDefault()}
        onContextMenu={(event) => event.preventDefault()}
        onClick={goBack}
      />
      <div ref={element} class={`menu menu-${look}`} role="menu" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
        {children}
      </div>
    </>
  );
}

interface MenuItemProps {
  readonly icon?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly label?: string;
  readonly tone?: "normal" | "danger";
  onChoose(): void;
}

export function MenuItem({ icon, children, label, tone, onChoose }: MenuItemProps): JSX.Element {
  return (
    <button
      type="button"
      role="menuitem"
      class={`menu-item${tone === "danger" ? " is-danger" : ""}`}
      aria-label={label}
      onClick={onChoose}
    >
      {icon}
      <span>{children}</span>
    </button>
  );
}

/** The items of a phone that are wanted most, side by side at the top of the sheet. */
export function MenuTiles({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="menu-tiles" role="presentation">
      {children}
    </div>
  );
}

export function MenuSection({ label }: { readonly label: string }): JSX.Element {
  return (
    <div class="menu-section" role="presentation">
      {label}
    </div>
  );
}

function items(menu: HTMLElement | null): HTMLElement[] {
  const all = [...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
  return all.filter((item) => item.offsetParent !== null);
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

function moveFocus(all: readonly HTMLElement[], key: string): boolean {
  const here = all.indexOf(document.activeElement as HTMLElement);
  const step = STEPS[key];
  if (step !== undefined) all[(here + step + all.length) % all.length]?.focus();
  else if (key === "Home") all[0]?.focus();
  else if (key === "End") all[all.length - 1]?.focus();
  else return false;
  return true;
}
