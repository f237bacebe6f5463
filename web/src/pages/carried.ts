/** What a join link carries besides the meeting: the host's token in the fragment, an invite and a name in the query. */
import { keepHostToken } from "./hostToken";

export interface Carried {
  readonly inviteToken: string | null;
  readonly name: string | null;
}

/** Read it once and take it out of the address bar, so that a copied address gives nobody else's rights away. */
export function takeFromAddress(meetingId: string): Carried {
  const { hash, search, pathname } = window.location;
  const host = new URLSearchParams(hash.slice(1)).get("host");
  if (host) keepHostToken(meetingId, host);
  const query = new URLSearchParams(search);
  if (hash || search) window.history.replaceState(window.history.state, "", pathname);
  return { inviteToken: query.get("invite"), name: query.get("name") };
}
