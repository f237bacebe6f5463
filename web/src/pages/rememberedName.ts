/** The name this browser used last, so that a guest types it once. */

const KEY = "onepizza.name";

export function rememberedName(): string {
  try {
    return window.localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

export function rememberName(name: string): void {
  try {
    window.localStorage.setItem(KEY, name);
  } catch {
    // Storage is switched off; the name is asked for again next time.
  }
}
