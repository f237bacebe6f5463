/** Keeps the screen on during a meeting: a phone that nobody touches would go dark in the middle of a talk. */

interface Lock {
  release(): Promise<void>;
}

interface Locks {
  request(type: "screen"): Promise<Lock>;
}

type Page = Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">;

/**
 * Hold the screen awake from now until the returned function is called. The browser lets go of it whenever the page is
 * hidden, so it is asked again when the page is back; what it refuses (a battery that runs low) stays refused until then.
 */
export function stayAwake(locks: Locks | undefined, page: Page): () => void {
  if (!locks) return () => undefined;
  let held: Promise<Lock | null> = Promise.resolve(null);
  const take = (): void => {
    if (page.visibilityState === "visible") held = locks.request("screen").catch(() => null);
  };
  take();
  page.addEventListener("visibilitychange", take);
  return () => {
    page.removeEventListener("visibilitychange", take);
    void held.then((lock) => lock?.release());
  };
}
