import { describe, expect, it } from "vitest";
import {
  ahead,
  clock,
  day,
  dayAndTime,
  exactMinutes,
  fieldTime,
  minutes,
  money,
  moneyOf,
  suggestedStart,
  wait,
} from "./format";

describe("money", () => {
  it.each([
    ["25.0000", "$25.00"],
    ["0.4800", "$0.48"],
    ["0.0120", "$0.0120"],
    ["-0.0123", "−$0.0123"],
    ["0.0000", "$0.00"],
    ["-0.0000", "$0.00"],
    ["1234567.5000", "$1,234,567.50"],
    ["1000", "$1,000.00"],
    ["0007.1", "$7.10"],
    ["9007199254740993.0001", "$9,007,199,254,740,993.0001"],
    ["0.1000", "$0.10"],
  ])("shows %s as %s", (amount, shown) => {
    expect(money(amount)).toBe(shown);
  });

  it("tells how many decimals are missing to four, so that points can stand under each other", () => {
    expect(["25.0000", "0.0120", "0.0123"].map((amount) => moneyOf(amount).missingDecimals)).toEqual([2, 0, 0]);
  });

  it("knows a debt from nothing", () => {
    expect(moneyOf("-0.0001")).toMatchObject({ isNegative: true, isZero: false });
    expect(moneyOf("-0.0000")).toMatchObject({ isNegative: false, isZero: true });
  });
});

describe("minutes", () => {
  it.each([
    ["30.00", "30 min"],
    ["0.50", "30 s"],
    ["1.00", "1 min"],
    ["120.00", "2 h"],
    ["125.40", "2 h 5 min"],
    ["0.00", "0 s"],
  ])("shows %s as %s", (given, shown) => {
    expect(minutes(given)).toBe(shown);
  });
});

describe("wait", () => {
  it.each([
    [0, "1 second"],
    [1, "1 second"],
    [59.2, "60 seconds"],
    [60, "1 minute"],
    [61, "2 minutes"],
    [900, "15 minutes"],
    [3600, "1 hour"],
    [3601, "2 hours"],
  ])("says %d s as %s", (seconds, said) => {
    expect(wait(seconds)).toBe(said);
  });
});

describe("dayAndTime", () => {
  const reader = { locale: "en-GB", timeZone: "Europe/Berlin", now: Date.parse("2026-04-01T21:30:00Z") };

  it.each([
    ["2026-04-01T12:00:00Z", "Today, 14:00"],
    ["2026-04-01T22:30:00Z", "Tomorrow, 00:30"],
    ["2026-03-31T21:00:00Z", "Yesterday, 23:00"],
    ["2026-04-09T07:05:00Z", "Thu 9 Apr, 09:05"],
    ["2027-01-01T07:05:00Z", "Fri, 1 Jan 2027, 08:05"],
    ["never", ""],
  ])("says %s in the reader's zone as %s", (at, said) => {
    expect(dayAndTime(at, reader)).toBe(said);
  });

  it("fits into a sentence", () => {
    expect(dayAndTime("2026-04-01T12:00:00Z", { ...reader, isInSentence: true })).toBe("today, 14:00");
    expect(dayAndTime("2026-04-09T07:05:00Z", { ...reader, isInSentence: true })).toBe("Thu 9 Apr, 09:05");
  });

  it.each([
    ["2026-04-01T12:00:00Z", "14:00"],
    ["2026-03-31T21:59:00Z", "yesterday, 23:59"],
    ["2026-04-09T07:05:00Z", "Thu 9 Apr, 09:05"],
  ])("needs only the time on the same day: %s", (at, said) => {
    expect(clock(at, reader)).toBe(said);
  });

  it("says a day alone", () => {
    expect(day("2026-03-01T12:00:00Z", reader)).toBe("1 Mar 2026");
  });
});

describe("suggestedStart", () => {
  it("is the next full hour, never sooner than 20 minutes", () => {
    expect(suggestedStart(new Date(2026, 3, 1, 13, 10).getTime())).toBe("2026-04-01T14:00");
    expect(suggestedStart(new Date(2026, 3, 1, 13, 50).getTime())).toBe("2026-04-01T15:00");
    expect(suggestedStart(new Date(2026, 11, 31, 23, 50).getTime())).toBe("2027-01-01T01:00");
  });

  it("reads back as the same moment", () => {
    const at = new Date(2026, 3, 1, 9, 5).getTime();
    expect(new Date(fieldTime(at)).getTime()).toBe(at);
  });
});

describe("lengths", () => {
  it.each([
    ["14.50", "14 min 30 s"],
    ["30.00", "30 min"],
    ["0.40", "24 s"],
    ["0.00", "0 s"],
    ["125.02", "2 h 5 min 1 s"],
    ["60.00", "1 h"],
  ])("%s minutes are exactly %s", (duration, said) => expect(exactMinutes(duration)).toBe(said));

  it.each([
    [0, "0 s"],
    [400, "1 s"],
    [119_000, "119 s"],
    [119_001, "2 min"],
    [125_000, "3 min"],
    [3_600_000, "1 h"],
    [8_040_000, "2 h 14 min"],
    [86_400_000, "1 d"],
    [187_260_000, "2 d 4 h"],
  ])("%s ms ahead are %s", (ms, said) => expect(ahead(ms)).toBe(said));
});
