/** Money, times and lengths as people read them. Money stays a decimal string: no float ever touches it. */

import { language } from "../../ui/language";
import { words } from "./words";

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/u;
const DAY_MS = 86_400_000;
const MINUS = "\u2212";

interface Money {
  /** As in `$1,234.50`, with the sign of a minus. */
  readonly text: string;
  /** Decimals beyond the shown ones up to four, so that a column can keep its points under each other. */
  readonly missingDecimals: number;
  readonly isNegative: boolean;
  readonly isZero: boolean;
}

/** Read an amount such as `"25.0000"`: two decimals are shown, or four where cents are not enough. */
export function moneyOf(amount: string): Money {
  const [, sign = "", whole = "0", decimals = ""] = DECIMAL.exec(amount) ?? [];
  const exact = decimals.replace(/0+$/u, "");
  const shown = exact.padEnd(exact.length > 2 ? 4 : 2, "0");
  const isZero = /^0*$/u.test(whole + decimals);
  const isNegative = sign === "-" && !isZero;
  const grouped = whole.replace(/^0+(?=\d)/u, "").replace(/\B(?=(?:\d{3})+$)/gu, ",");
  return {
    text: `${isNegative ? MINUS : ""}$${grouped}.${shown}`,
    missingDecimals: Math.max(0, 4 - shown.length),
    isNegative,
    isZero,
  };
}

/** Return `"0.4800"` as `$0.48` and `"0.0120"` as `$0.0120`. */
export function money(amount: string): string {
  return moneyOf(amount).text;
}

/** Return `"30.00"` minutes as `30 min`, `"0.50"` as `30 s` and `"125.00"` as `2 h 5 min`. */
export function minutes(duration: string): string {
  const { short } = words.time;
  const seconds = Math.round(Number(duration) * 60);
  if (!Number.isFinite(seconds)) return duration;
  if (seconds < 60) return `${seconds} ${short.seconds}`;
  const whole = Math.round(seconds / 60);
  const hours = Math.floor(whole / 60);
  const parts = [hours > 0 ? `${hours} ${short.hours}` : "", whole % 60 > 0 ? `${whole % 60} ${short.minutes}` : ""];
  return parts.filter(Boolean).join(" ");
}

/** Return `"14.50"` minutes as `14 min 30 s`: to the second, as it is billed. */
export function exactMinutes(duration: string): string {
  const { short } = words.time;
  const seconds = Math.round(Number(duration) * 60);
  if (!Number.isFinite(seconds)) return duration;
  const [hours, rest, last] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [hours > 0 ? `${hours} ${short.hours}` : "", rest > 0 ? `${rest} ${short.minutes}` : ""];
  if (last > 0 || seconds === 0) parts.push(`${last} ${short.seconds}`);
  return parts.filter(Boolean).join(" ");
}

/** Return a stretch of time ahead as `3 d 4 h`, `2 h 5 min`, `12 min` or, under two minutes, `95 s`; rounded up. */
export function ahead(stretchMs: number): string {
  const { short } = words.time;
  const seconds = Math.max(0, Math.ceil(stretchMs / 1000));
  if (seconds < 120) return `${seconds} ${short.seconds}`;
  const whole = Math.ceil(seconds / 60);
  const [days, hours, rest] = [Math.floor(whole / 1440), Math.floor(whole / 60) % 24, whole % 60];
  const parts = [days > 0 ? `${days} ${short.days}` : "", hours > 0 ? `${hours} ${short.hours}` : ""];
  if (days === 0 && rest > 0) parts.push(`${rest} ${short.minutes}`);
  return parts.filter(Boolean).join(" ");
}

/** Return a wait in words that fit after "in": `40 seconds`, `12 minutes`. Always rounded up. */
export function wait(seconds: number): string {
  if (seconds < 60) return words.time.seconds(Math.max(1, Math.ceil(seconds)));
  if (seconds < 3600) return words.time.minutes(Math.ceil(seconds / 60));
  return words.time.hours(Math.ceil(seconds / 3600));
}

/** Where and when the reader is; the browser's own answers unless a test says otherwise. */
export interface Reader {
  /** The words stand in the middle of a sentence: `today`, not `Today`. */
  readonly isInSentence?: boolean;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly now?: number;
}

type Moment = string | number;

/** Return `1 Mar 2026`, in the reader's order. */
export function day(at: Moment, reader: Reader = {}): string {
  return formatted(at, { dateStyle: "medium" }, reader);
}

/** Return `Today, 14:00` or `Wed 1 Apr, 14:00`; the year only when it is another one. */
export function dayAndTime(at: Moment, reader: Reader = {}): string {
  const now = reader.now ?? Date.now();
  const key = (moment: Moment): string =>
    formatted(moment, { year: "numeric", month: "2-digit", day: "2-digit" }, { ...reader, locale: "en-CA" });
  const time = formatted(at, { hour: "2-digit", minute: "2-digit" }, reader);
  if (time === "") return "";
  const near: Readonly<Record<string, string>> = {
    [key(now)]: words.time.today,
    [key(now + DAY_MS)]: words.time.tomorrow,
    [key(now - DAY_MS)]: words.time.yesterday,
  };
  const named = near[key(at)];
  if (named) return words.time.at(reader.isInSentence ? named.toLocaleLowerCase() : named, time);
  const isThisYear = key(at).slice(0, 4) === key(now).slice(0, 4);
  const options: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" };
  const date = formatted(at, isThisYear ? options : { ...options, year: "numeric" }, reader);
  return words.time.at(date, time);
}

/** Return `14:00` for a moment of today, otherwise with its day: `yesterday, 14:00`. */
export function clock(at: Moment, reader: Reader = {}): string {
  const day = (moment: Moment): string => formatted(moment, { dateStyle: "short" }, reader);
  if (day(at) === day(reader.now ?? Date.now())) return formatted(at, { hour: "2-digit", minute: "2-digit" }, reader);
  return dayAndTime(at, { ...reader, isInSentence: true });
}

/** Return the name of the browser's time zone, such as `Europe/Berlin`. */
export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
}

/** Return the next full hour at least 20 minutes away, as a local date and time field takes it. */
export function suggestedStart(now: number): string {
  const start = new Date(now + 20 * 60_000);
  start.setHours(start.getHours() + 1, 0, 0, 0);
  return fieldTime(start.getTime());
}

/** Return a moment as a local date and time field takes it: `2026-04-01T14:00`. */
export function fieldTime(at: number): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, "0");
  const ymd = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${ymd}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

function formatted(at: Moment, options: Intl.DateTimeFormatOptions, { locale, timeZone }: Reader): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  return new Intl.DateTimeFormat(locale ?? language.value, { ...options, ...(timeZone ? { timeZone } : {}) }).format(
    date,
  );
}
