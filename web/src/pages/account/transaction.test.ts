import { describe, expect, it } from "vitest";
import { whatItWas } from "./transaction";

const row = (type: string, description: string, amount_usd = "1.0000") => ({
  id: 1,
  amount_usd,
  type,
  description,
  created_at: "2026-03-19T10:30:00Z",
});

describe("whatItWas", () => {
  it.each([
    [row("signup_credit", "Sign-up credit"), "Sign-up credit"],
    [row("stripe_topup", "Stripe top-up $20", "20.0000"), "Top-up by card"],
    [row("usdc_deposit", "USDC deposit", "20.0000"), "Top-up in USDC"],
    [
      row("meeting_charge", "Meeting abc-defg-hij (30m, 4 participants)", "-0.4800"),
      "Meeting abc-defg-hij (30 min, 4 people)",
    ],
    [
      row("meeting_charge", "Meeting abc-defg-hij (0.25m, 1 participant)", "-0.0010"),
      "Meeting abc-defg-hij (15 s, 1 person)",
    ],
    [
      row("meeting_charge", "Meeting abc-defg-hij (125.50m, 24 participants)", "-12.0480"),
      "Meeting abc-defg-hij (2 h 6 min, 24 people)",
    ],
    [row("company_merge", "Balance moved to Acme (m, 1)", "-1.0000"), "Balance moved to Acme (m, 1)"],
    [row("company_merge", "Balance moved to Acme"), "Balance of a new member"],
  ])("%j", (transaction, expected) => {
    expect(whatItWas(transaction)).toBe(expected);
  });

  it.each([
    row("admin_credit", "For the trouble on Monday"),
    row("meeting_charge", "Something else"),
    row("company_merge", "Something else"),
    row("refund", "A kind of tomorrow"),
  ])("leaves %j as the server says it", (transaction) => {
    expect(whatItWas(transaction)).toBe(transaction.description);
  });
});
