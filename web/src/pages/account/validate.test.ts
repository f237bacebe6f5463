import { describe, expect, it } from "vitest";
import { fieldTime } from "./format";
import cases from "./formCases.json";
import {
  checkCompanyName,
  checkEmail,
  checkGivenTitle,
  checkInviteCode,
  checkKnownEmail,
  checkLabel,
  checkNewPassword,
  checkParticipants,
  checkPassword,
  checkStart,
  checkTitle,
  visible,
} from "./validate";
import { words } from "./words";

const NOW = Date.UTC(2026, 2, 1, 12, 0, 0);

/** A long text is written as its parts and how often each comes. */
type Case = string | (string | number)[][];

const typedOf = (given: Case): string =>
  typeof given === "string" ? given : given.map(([part, times]) => String(part).repeat(Number(times))).join("");

describe("the table that the server is held to as well", () => {
  const checks = {
    email: checkEmail,
    knownEmail: checkKnownEmail,
    newPassword: checkNewPassword,
    password: checkPassword,
    companyName: checkCompanyName,
    label: checkLabel,
    inviteCode: checkInviteCode,
  };
  it.each(Object.keys(checks) as (keyof typeof checks)[])("%s", (field) => {
    const { takes, refuses } = cases[field] as Record<"takes" | "refuses", Case[]>;
    const isTaken = (given: Case): boolean => checks[field](typedOf(given)) === null;
    expect({ refused: takes.filter((given) => !isTaken(given)), taken: refuses.filter(isTaken) }).toEqual({
      refused: [],
      taken: [],
    });
  });
});

describe("checkEmail", () => {
  it.each(["you@example.com", "  You@Example.COM ", "a.b+c@sub.example.org", "jörg@müller.de", "x@例え.テスト"])(
    "takes %s",
    (typed) => {
      expect(checkEmail(typed)).toBeNull();
    },
  );

  it.each(["you", "you@", "@example.com", "you@example", "a b@example.com", ".a@example.com", "a..b@example.com"])(
    "refuses %s",
    (typed) => {
      expect(checkEmail(typed)).toBe(words.wrong.email);
    },
  );

  it("refuses more than 254 characters", () => {
    expect(
      checkEmail(`${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(20)}`),
    ).toBe(words.wrong.email);
  });

  it("asks for one when there is none", () => {
    expect(checkEmail("  ")).toBe(words.wrong.emailMissing);
  });
});

describe("checkKnownEmail", () => {
  it("lets an administrator of this machine sign in", () => {
    expect(checkKnownEmail("admin@localhost")).toBeNull();
  });

  it("refuses what no account can have", () => {
    expect([checkKnownEmail("admin"), checkKnownEmail(" ")]).toEqual([words.wrong.email, words.wrong.emailMissing]);
  });
});

describe("checkNewPassword", () => {
  it("takes 8 to 200 code points", () => {
    expect(checkNewPassword("12345678")).toBeNull();
    expect(checkNewPassword("🍕".repeat(200))).toBeNull();
  });

  it("says how many characters are missing, counting code points", () => {
    expect(checkNewPassword("1234567")).toBe("At least 8 characters: 1 more is needed.");
    expect(checkNewPassword("🍕🍕🍕🍕")).toBe("At least 8 characters: 4 more are needed.");
  });

  it("refuses 201", () => {
    expect(checkNewPassword("a".repeat(201))).toBe(words.wrong.passwordLong(200));
  });

  it("leaves an existing password alone, however short", () => {
    expect(checkPassword("x")).toBeNull();
  });
});

describe("bounded texts", () => {
  it("counts what is visible", () => {
    expect(visible(" a\u200b \u202e b\n c ")).toBe("a b c");
    expect(checkCompanyName("\u200b \u3164")).toBe(words.wrong.companyMissing);
  });

  it.each([
    [checkCompanyName, 100],
    [checkLabel, 64],
    [checkTitle, 200],
  ])("%s takes the limit and refuses one more", (check, limit) => {
    expect(check("ß".repeat(limit))).toBeNull();
    expect(check("ß".repeat(limit + 1))).toBe(words.wrong.tooLong(limit));
  });

  it("lets labels and titles be empty", () => {
    expect([checkLabel(""), checkTitle(" ")]).toEqual([null, null]);
  });
});

describe("checkGivenTitle", () => {
  it("wants something visible, as long as any title", () => {
    expect(checkGivenTitle(" \u200B ")).toBe(words.wrong.titleMissing);
    expect(checkGivenTitle("Standup")).toBeNull();
    expect(checkGivenTitle("x".repeat(201))).toBe(words.wrong.tooLong(200));
  });
});

describe("checkParticipants", () => {
  it.each(["1", "50", "500", " 8 "])("takes %s", (typed) => expect(checkParticipants(typed)).toBeNull());
  it.each(["0", "501", "", "1.5", "1e2", "-3", "ten"])("refuses %s", (typed) =>
    expect(checkParticipants(typed)).toBe(words.wrong.participants(500)),
  );
});

describe("checkStart", () => {
  it("takes a minute ahead and 364 days ahead", () => {
    expect(checkStart(fieldTime(NOW + 60_000), NOW)).toBeNull();
    expect(checkStart(fieldTime(NOW + 364 * 86_400_000), NOW)).toBeNull();
  });

  it.each([
    ["", words.wrong.startMissing],
    [fieldTime(NOW), words.wrong.startPast],
    [fieldTime(NOW - 3_600_000), words.wrong.startPast],
    [fieldTime(NOW + 366 * 86_400_000), words.wrong.startFar(365)],
  ])("refuses %s", (typed, complaint) => {
    expect(checkStart(typed, NOW)).toBe(complaint);
  });
});
