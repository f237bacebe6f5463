/**
 * Whether a reload interrupted a meeting, so that the page goes straight back in instead of asking at the door.
 *
 * The seat's resume token is not enough: a browser's reload button looks like closing the tab, which gives the seat up.
 */
import { isReturning } from "../meeting/session";

const KEY = "onepizza.inside";

let isUnloading = false;
window.addEventListener("pagehide", () => {
  isUnloading = true;
});
window.addEventListener("pageshow", () => {
  isUnloading = false;
});

/** Remember the meeting this tab is in, or null after it left; leaving because the page goes away does not count. */
export function noteInside(meetingId: string | null): void {
  if (isUnloading) return;
  try {
    if (meetingId === null) window.sessionStorage.removeItem(KEY);
    else window.sessionStorage.setItem(KEY, meetingId);
  } catch {
    // Storage is switched off; a reload then leads to the door.
  }
}

export function wasInside(meetingId: string): boolean {
  if (isReturning(meetingId)) return true;
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (navigation?.type !== "reload") return false;
  try {
    return window.sessionStorage.getItem(KEY) === meetingId;
  } catch {
    return false;
  }
}
