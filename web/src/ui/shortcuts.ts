/** The keys of the call, as other meeting products have them; the page listens, the buttons show them. */

import { text } from "./text";

export type ShortcutName = "mic" | "camera" | "hand" | "chat" | "people" | "captions";

interface Shortcut {
  readonly code: string;
  readonly needsAlt: boolean;
  readonly key: string;
}

const SHORTCUTS: Readonly<Record<ShortcutName, Shortcut>> = {
  mic: { code: "KeyD", needsAlt: false, key: "D" },
  camera: { code: "KeyE", needsAlt: false, key: "E" },
  hand: { code: "KeyH", needsAlt: true, key: "H" },
  chat: { code: "KeyC", needsAlt: true, key: "C" },
  people: { code: "KeyP", needsAlt: true, key: "P" },
  captions: { code: "KeyU", needsAlt: true, key: "U" },
};

const isApple = /Mac|iPhone|iPad/u.test(navigator.userAgent);

/** Phones have no space bar to hold; a keyboard beside a tablet is asked for its list with "?". */
export function hasKeys(): boolean {
  return window.matchMedia("(hover: hover)").matches;
}

/** How the keys are written on this machine: "Ctrl+D", "Strg+D" or "⌘D". */
export function keysFor(name: ShortcutName): string {
  const { key, needsAlt } = SHORTCUTS[name];
  return isApple ? `${needsAlt ? "⌃" : ""}⌘${key}` : `${text.view.ctrl}+${needsAlt ? "Alt+" : ""}${key}`;
}

/** Return which shortcut a key press is, if any. On Apple machines Control+Command stands for Ctrl+Alt. */
export function shortcutOf(event: KeyboardEvent): ShortcutName | null {
  if (event.shiftKey || event.repeat) return null;
  // AltGr is Ctrl+Alt on Windows, and it writes letters: on a Polish keyboard "ć" is AltGr+C.
  if (event.getModifierState("AltGraph")) return null;
  const isMain = isApple ? event.metaKey : event.ctrlKey;
  const isSecond = isApple ? event.ctrlKey : event.altKey;
  if (!isMain) return null;
  for (const [name, shortcut] of Object.entries(SHORTCUTS) as [ShortcutName, Shortcut][]) {
    if (shortcut.code === event.code && shortcut.needsAlt === isSecond) return name;
  }
  return null;
}

export const SHORTCUT_NAMES = Object.keys(SHORTCUTS) as readonly ShortcutName[];

const TYPED = "input, textarea, select, [contenteditable]";

/** "?" asks for the list of keys, except where it is typed. */
export function asksForHelp(event: KeyboardEvent): boolean {
  if (event.key !== "?" || event.ctrlKey || event.metaKey) return false;
  const target = event.target;
  return !(target instanceof Element && (target.closest(TYPED) || document.querySelector("dialog[open]")));
}
