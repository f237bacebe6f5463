/** What a transaction was, in the reader's words; the server writes its descriptions in English. */
import type { Transaction } from "../../protocol/restAccount";
import { minutes, moneyOf } from "./format";
import { words } from "./words";

/** As `meetings/ending.py` writes it. */
const MEETING = /^Meeting (?<id>\S+) \((?<length>[\d.]+)m, (?<people>\d+) participants?\)$/u;
/** As `billing/wallet.py` writes it. */
const MERGE = /^Balance moved to (?<company>.+)$/u;

/** Return words for what this client knows, and the server's for the rest: a note of the administrator's, a new kind. */
export function whatItWas({ type, description, amount_usd }: Transaction): string {
  const { kinds } = words.billing;
  const { id, length = "", people } = MEETING.exec(description)?.groups ?? {};
  const { company } = MERGE.exec(description)?.groups ?? {};
  switch (type) {
    case "signup_credit":
      return kinds.signup;
    case "stripe_topup":
      return kinds.card;
    case "usdc_deposit":
      return kinds.usdc;
    case "meeting_charge":
      return id ? kinds.meeting(id, minutes(length), Number(people)) : description;
    case "company_merge":
      if (!company) return description;
      return moneyOf(amount_usd).isNegative ? kinds.moved(company) : kinds.brought;
    default:
      return description;
  }
}
