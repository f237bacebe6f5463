/**
 * Whether a reload or a crash interrupted a meeting a moment ago, so that the page goes straight back in instead of
 * asking at the door.
 *
 * The seat's resume token is not enough: a browser's reload button looks like closing the tab, which gives the seat up.
 */
import { isRecent } from "../meeting/seatMemory";
import { isReturning } from "../meeting/session";

const KEY = "onepizza.inside";

let isUnloading = false;
let inside: string | null = null;
window.addEventListener("pagehide", () => {
  // Phones reload a tab that they dropped hours ago, and call that a reload as well: it has to be known when.
  if (inside !== null) keep();
  isUnloading = true;
});
window.addEventListener("pageshow", () => {
  isUnloading = false;
});

/** Remember the meeting this tab is in, or null after it left; leaving because the page goes away does not count. */
export function noteInside(meetingId: string | null): void {
  if (isUnloading) return;
  inside = meetingId;
  keep();
}

function keep(): void {
  try {
    if (inside === null) window.sessionStorage.removeItem(KEY);
    else window.sessionStorage.setItem(KEY, `${inside} ${Date.now()}`);
  } catch {
    // Storage is switched off; a reload then leads to the door.
  }
}

export function wasInside(meetingId: string): boolean {
  if (isReturning(meetingId)) return true;
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (navigation?.type !== "reload") return false;
  try {
    const [kept, at] = (window.sessionStorage.getItem(KEY) ?? "").split(" ");
    return kept === meetingId && isRecent(Number(at), Date.now());
  } catch {
    return false;
  }
}
