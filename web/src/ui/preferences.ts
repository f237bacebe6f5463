/** How this person likes to see meetings; kept in this browser. */
import { effect, type Signal, signal } from "@preact/signals";

const PREFIX = "onepizza.view.";

function preference<T extends string>(name: string, allowed: readonly T[], usual: T): Signal<T> {
  const value = signal(allowed.find((one) => one === stored(name)) ?? usual);
  let isFirst = true;
  effect(() => {
    const now = value.value;
    if (!isFirst) store(name, now);
    isFirst = false;
  });
  return value;
}

function stored(name: string): string | null {
  try {
    return window.localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

function store(name: string, value: string): void {
  try {
    window.localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage is switched off; the choice holds for this page.
  }
}

export type CaptionSize = "small" | "medium" | "large";

/** My own picture among the tiles; alone I see it anyway. */
export const selfView = preference("self", ["shown", "hidden"], "shown");
/** Where it floats over the others. */
export const selfCorner = preference(
  "self-corner",
  ["bottom-right", "bottom-left", "top-right", "top-left"],
  "bottom-right",
);
/** Captions come only when somebody publishes them, so they are shown unless switched off. */
export const captionsView = preference("captions", ["shown", "hidden"], "shown");
export const captionSize = preference<CaptionSize>("caption-size", ["small", "medium", "large"], "medium");

export function toggle(view: typeof selfView): void {
  view.value = view.peek() === "shown" ? "hidden" : "shown";
}
