/** What a field refuses, in words, or null when the server would take it; the rules are the server's own. */
import {
  AHEAD_MAX_DAYS,
  AHEAD_MIN_S,
  COMPANY_MAX,
  EMAIL_MAX,
  INVITE_CODE_MAX,
  KNOWN_PASSWORD_MAX,
  LABEL_MAX,
  PARTICIPANTS_MAX,
  PASSWORD_MAX,
  PASSWORD_MIN,
  TITLE_MAX,
} from "./limits";
import { words } from "./words";

type Complaint = string | null;

const { wrong } = words;

/** As `accounts/emails.py` has it: what could be a mailbox, not what is one. */
const PLAUSIBLE =
  /^[^\s@<>()[\],;:\\"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+\p{L}(?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?$/u;

/** What `core/text.py` takes out of a text: controls, bidi overrides, zero-width and other invisible characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]|[\u115F\u1160\u2800\u3164\uFFA0]|\u034F|\u17B4|\u17B5/gu;

/** Return the text on one line, as the server will keep it. */
export function visible(text: string): string {
  return text.normalize("NFC").replace(/\s+/gu, " ").replace(HIDDEN, "").replace(/ +/gu, " ").trim();
}

/** Return the number of code points, which is how the server counts. */
export function lengthOf(text: string): number {
  return [...text].length;
}

export function checkEmail(typed: string): Complaint {
  const email = typed.trim().normalize("NFC").toLowerCase();
  if (email === "") return wrong.emailMissing;
  const local = email.slice(0, email.indexOf("@"));
  const isFine =
    lengthOf(email) <= EMAIL_MAX &&
    visible(email) === email &&
    PLAUSIBLE.test(email) &&
    !local.startsWith(".") &&
    !local.endsWith(".") &&
    !local.includes("..");
  return isFine ? null : wrong.email;
}

/** An address to look an account up by: the first administrator's may be `admin@localhost`, which nobody could choose. */
export function checkKnownEmail(typed: string): Complaint {
  const email = typed.trim();
  if (email === "") return wrong.emailMissing;
  return email.includes("@") && lengthOf(email) <= EMAIL_MAX ? null : wrong.email;
}

/** A password to be set; one that exists is only ever compared. */
export function checkNewPassword(typed: string): Complaint {
  const length = lengthOf(typed);
  if (length === 0) return wrong.passwordMissing;
  if (length < PASSWORD_MIN) return wrong.passwordShort(PASSWORD_MIN, PASSWORD_MIN - length);
  return length > PASSWORD_MAX ? wrong.passwordLong(PASSWORD_MAX) : null;
}

export function checkPassword(typed: string): Complaint {
  if (typed === "") return wrong.passwordMissing;
  return lengthOf(typed) > KNOWN_PASSWORD_MAX ? wrong.passwordLong(KNOWN_PASSWORD_MAX) : null;
}

export function checkCompanyName(typed: string): Complaint {
  const name = visible(typed);
  if (name === "") return wrong.companyMissing;
  return lengthOf(name) > COMPANY_MAX ? wrong.tooLong(COMPANY_MAX) : null;
}

/** An empty label is fine: the server then has none. */
export function checkLabel(typed: string): Complaint {
  return lengthOf(visible(typed)) > LABEL_MAX ? wrong.tooLong(LABEL_MAX) : null;
}

/** An empty title is fine: the server has a word for it. */
export function checkTitle(typed: string): Complaint {
  return lengthOf(visible(typed)) > TITLE_MAX ? wrong.tooLong(TITLE_MAX) : null;
}

/** The title of a meeting that has one: it may change, but not go. */
export function checkGivenTitle(typed: string): Complaint {
  return visible(typed) === "" ? wrong.titleMissing : checkTitle(typed);
}

export function checkInviteCode(typed: string): Complaint {
  const code = typed.trim();
  if (code === "") return wrong.inviteMissing;
  return lengthOf(code) > INVITE_CODE_MAX ? wrong.tooLong(INVITE_CODE_MAX) : null;
}

export function checkParticipants(typed: string): Complaint {
  const isWhole = /^\d{1,3}$/u.test(typed.trim());
  const count = Number(typed);
  return isWhole && count >= 1 && count <= PARTICIPANTS_MAX ? null : wrong.participants(PARTICIPANTS_MAX);
}

/** @param typed what a local date and time field holds (`2026-04-01T14:00`), read in this browser's time zone. */
export function checkStart(typed: string, now: number): Complaint {
  const start = new Date(typed).getTime();
  if (Number.isNaN(start)) return wrong.startMissing;
  if (start < now + AHEAD_MIN_S * 1000) return wrong.startPast;
  return start > now + AHEAD_MAX_DAYS * 86_400_000 ? wrong.startFar(AHEAD_MAX_DAYS) : null;
}
