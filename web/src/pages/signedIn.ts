/**
 * Remembers that somebody signed in with this browser, for the words of one link on the home page.
 *
 * The session's cookie cannot be read by a page, and asking the server on every visit would put a failed request into
 * each guest's console. It opens nothing: the dashboard asks the server.
 */
const KEY = "onepizza.signedIn";

export function noteSignedIn(is: boolean): void {
  try {
    if (is) window.localStorage.setItem(KEY, "1");
    else window.localStorage.removeItem(KEY);
  } catch {
    // Storage is switched off: the link then always says "Sign in", which leads on to the dashboard.
  }
}

export function seemsSignedIn(): boolean {
  try {
    return window.localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
