/** Reads a refused join: what it means for the phase, by whether this page was in the meeting already. */
import type { Ack } from "../protocol/events";
import type { Phase, RefusalCode } from "./types";

const CODES: readonly RefusalCode[] = [
  "meeting_not_found",
  "meeting_ended",
  "meeting_scheduled",
  "room_locked",
  "room_full",
  "bad_admin_token",
  "rate_limited",
  "unreachable",
];

const isKnown = (code: string): code is RefusalCode => (CODES as readonly string[]).includes(code);

export function phaseOfRefusal(ack: Ack, wasInside: boolean): Extract<Phase, { kind: "refused" | "over" }> {
  const code = ack.code ?? "other";
  const message = ack.error ?? "";
  if (wasInside && (code === "meeting_not_found" || code === "meeting_ended")) {
    return { kind: "over", why: "ended", reason: message };
  }
  if (wasInside && code === "kicked") return { kind: "over", why: "removed", reason: message };
  const refused = { kind: "refused", code: isKnown(code) ? code : "other", message } as const;
  return ack.scheduledAt === undefined ? refused : { ...refused, scheduledAt: ack.scheduledAt };
}
