/** The call that creates a meeting, as one types it. */
import type { NewMeeting } from "../../protocol/restAccount";

/**
 * Return the command for a POSIX shell; whatever the title holds stays inside its quotes.
 *
 * @param hasWaitingRoom adds the second call that it takes: a creation cannot switch it on (API §3 and §6).
 */
export function curlFor(origin: string, body: NewMeeting, hasWaitingRoom = false): string {
  const meetings = `${origin}/api/meetings`;
  const creation = call("POST", meetings, "x-api-key: mk_yourkey", body);
  if (!hasWaitingRoom) return creation;
  const settings = `${meetings}/$MEETING_ID/settings`;
  return `${creation}\n\n${call("PATCH", settings, "x-admin-token: $ADMIN_TOKEN", { waitingRoom: true })}`;
}

function call(method: string, url: string, secret: string, body: object): string {
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return [`curl -X ${method} ${url}`, `-H "Content-Type: application/json"`, `-H "${secret}"`, `-d '${json}'`].join(
    " \\\n  ",
  );
}
