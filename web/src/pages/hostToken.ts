/** The host's token: it comes in the address's fragment or from a call, lives in session storage, and never in a query. */

const PREFIX = "onepizza.host.";

const memory = new Map<string, string>();

export function keepHostToken(meetingId: string, token: string): void {
  try {
    window.sessionStorage.setItem(PREFIX + meetingId, token);
  } catch {
    // Storage is switched off: the token then lives as long as this page.
    memory.set(meetingId, token);
  }
}

export function hostToken(meetingId: string): string | null {
  try {
    return window.sessionStorage.getItem(PREFIX + meetingId) ?? memory.get(meetingId) ?? null;
  } catch {
    return memory.get(meetingId) ?? null;
  }
}

export function forgetHostToken(meetingId: string): void {
  memory.delete(meetingId);
  try {
    window.sessionStorage.removeItem(PREFIX + meetingId);
  } catch {
    // Nothing was kept.
  }
}
