/** What the server's refusals mean: of a join for the phase, of an order for whoever gave it. */
import type { Ack } from "../protocol/events";
import type { Phase, RefusalCode } from "./types";

const CODES: readonly RefusalCode[] = [
  "meeting_not_found",
  "meeting_ended",
  "meeting_scheduled",
  "room_locked",
  "room_full",
  "bad_admin_token",
  "insufficient_credits",
  "entry_denied",
  "waiting_room_full",
  "rate_limited",
  "unreachable",
];

const isKnown = (code: string): code is RefusalCode => (CODES as readonly string[]).includes(code);

/** By whether this page was in the meeting, or in its queue, already. */
export function phaseOfRefusal(ack: Ack, wasInside: boolean): Extract<Phase, { kind: "refused" | "over" }> {
  const code = ack.code ?? "other";
  const message = ack.error ?? "";
  if (wasInside && (code === "meeting_not_found" || code === "meeting_ended")) {
    return { kind: "over", why: "ended", reason: message };
  }
  return {
    kind: "refused",
    code: isKnown(code) ? code : "other",
    message,
    ...(ack.scheduledAt === undefined ? {} : { scheduledAt: ack.scheduledAt }),
    ...(ack.retryAfter === undefined ? {} : { retryAfterS: ack.retryAfter }),
  };
}

/** The server did not take an order; the message is its own sentence in English. */
export class OrderRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
