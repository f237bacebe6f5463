/** Admin tokens of meetings that this tab created: a creation shows them once, and this tab may end them. */

const PREFIX = "onepizza.admin.";

const memory = new Map<string, string>();

export function keepAdminToken(meetingId: string, token: string): void {
  memory.set(meetingId, token);
  try {
    window.sessionStorage.setItem(PREFIX + meetingId, token);
  } catch {
    // Storage is switched off: the token then lives as long as this page.
  }
}

export function adminToken(meetingId: string): string | null {
  try {
    return memory.get(meetingId) ?? window.sessionStorage.getItem(PREFIX + meetingId);
  } catch {
    return memory.get(meetingId) ?? null;
  }
}

export function forgetAdminToken(meetingId: string): void {
  memory.delete(meetingId);
  try {
    window.sessionStorage.removeItem(PREFIX + meetingId);
  } catch {
    // Nothing was kept.
  }
}

/** Who signs out leaves no token for who signs in next. */
export function forgetAllAdminTokens(): void {
  memory.clear();
  try {
    for (const key of Object.keys(window.sessionStorage)) {
      if (key.startsWith(PREFIX) || key.startsWith("onepizza.host.")) window.sessionStorage.removeItem(key);
    }
  } catch {
    // Nothing was kept.
  }
}
