/** The call that creates a meeting, as one types it. */
import type { NewMeeting } from "../../protocol/restAccount";

/** Return the command for a POSIX shell; whatever the title holds stays inside its quotes. */
export function curlFor(origin: string, body: NewMeeting): string {
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return [
    `curl -X POST ${origin}/api/meetings`,
    `-H "Content-Type: application/json"`,
    `-H "x-api-key: mk_yourkey"`,
    `-d '${json}'`,
  ].join(" \\\n  ");
}
