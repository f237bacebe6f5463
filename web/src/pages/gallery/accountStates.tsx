/** The account pages over a server that exists only in this page. */
import type { JSX } from "preact";
import type { Section } from "../../router";
import { Dashboard } from "../account/Dashboard";
import { Entrance, EntranceFrame } from "../account/Entrance";
import { Sent } from "../account/ForgotPassword";
import { greeting } from "../account/flash";
import { ShareDialog, type Shared } from "../account/ShareDialog";
import { Ready } from "../account/SignUp";
import { words } from "../account/words";

import { BUSY, LIVE, OVER, PLANNED, STAYS } from "./meetingPages";

const OVERVIEW = "GET /api/meetings/abc-defg-hij/overview";

/** An answer of the fake server: a body, a status, or one that never comes. */
type Answer = object | number | "never";
type Answers = Readonly<Record<string, Answer>>;

const TODAY = Date.now();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ago = (ms: number): string => new Date(TODAY - ms).toISOString();
const KEY = "mk_4f1c9a2be07d63581c9e0ab4d27f83e6a5b10c9d8e7f6a5b";
const TOKEN = "9f2c4e6a8b0d1f3e5a7c9b2d4f6e8a0c1b3d5f7e9a2c4b6d8f0e1a3c5b7d9f2e";

const ME = {
  id: 42,
  email: "robin@example.com",
  accountType: "personal",
  balance: "24.3180",
  company_id: null,
  is_admin: false,
  created_at: "2026-03-01T12:00:00Z",
};
const OWNER = { ...ME, email: "owner@acme.example", accountType: "company", company_id: 1, balance: "1284.5000" };
const MEMBER = { ...ME, company_id: 1, balance: "1284.5000" };

const MEETINGS = [
  {
    meetingId: "abc-defg-hij",
    title: "Team Standup",
    status: "active",
    participantCount: 4,
    createdAt: TODAY - 25 * 60_000,
  },
  {
    meetingId: "qrs-tuvw-xyz",
    title: "Interview with a candidate whose title somebody made rather long, to see where it goes",
    status: "active",
    participantCount: 0,
    createdAt: TODAY - 3 * DAY_MS,
  },
  scheduled("klm-nopq-rst", "Weekly Sync", 20 * HOUR_MS),
  scheduled("uvw-xyza-bcd", "Spring planning", 6 * DAY_MS),
];

function scheduled(meetingId: string, title: string, inMs: number): object {
  const scheduledAt = new Date(Math.ceil((TODAY + inMs) / HOUR_MS) * HOUR_MS).toISOString();
  return { meetingId, title, status: "scheduled", scheduledAt, participantCount: 0 };
}

const HISTORY = [
  ["Team Standup", 20 * HOUR_MS, "14.50", 6, "0.3480"],
  ["Customer call", 2 * DAY_MS, "62.20", 3, "0.7464"],
  ["Untitled Meeting", 9 * DAY_MS, "0.40", 1, "0.0016"],
  ["Quarterly review with everyone", 40 * DAY_MS, "125.00", 24, "12.0000"],
].map(([title, ended, duration_minutes, peak_participants, cost_usd], index) => ({
  id: index + 1,
  meeting_id: "abc-defg-hij",
  title,
  started_at: ago(Number(ended) + HOUR_MS),
  ended_at: ago(Number(ended)),
  duration_minutes,
  peak_participants,
  cost_usd,
}));

const KEYS = [
  ["Production", 200],
  ["Standup bot", 30],
  ["", 1],
].map(([label, days], index) => ({
  id: index + 1,
  key: ["mk_4f1c9a...", "mk_b2017e...", "mk_90ee31..."][index],
  label,
  is_active: true,
  created_at: ago(Number(days) * DAY_MS),
}));

const MEMBERS = [
  ["owner@acme.example", "owner"],
  ["ada@acme.example", "member"],
  ["maximiliane.von-hohenstein-wartenberg@subsidiary.acme.example", "member"],
].map(([email, role], index) => ({ id: 42 + index, email, role, joined_at: ago((90 - index * 30) * DAY_MS) }));

const TRANSACTIONS = [
  ["-0.3480", "meeting_charge", "Meeting abc-defg-hij (14m, 6 participants)", 20 * HOUR_MS],
  ["-0.7464", "meeting_charge", "Meeting qrs-tuvw-xyz (62m, 3 participants)", 2 * DAY_MS],
  ["20.0000", "stripe_topup", "Stripe top-up $20", 5 * DAY_MS],
  ["-12.0000", "meeting_charge", "Meeting uvw-xyza-bcd (125m, 24 participants)", 40 * DAY_MS],
  ["1.0000", "signup_credit", "Sign-up credit", 60 * DAY_MS],
].map(([amount_usd, type, description, before], index) => ({
  id: 9 - index,
  amount_usd,
  type,
  description,
  created_at: ago(Number(before)),
}));

const FILLED: Answers = {
  "GET /api/auth/me": ME,
  "GET /api/meetings": { meetings: MEETINGS, nextCursor: null },
  "GET /api/meetings/history": { meetings: HISTORY, nextCursor: "next" },
  "GET /api/meetings/abc-defg-hij/attendance": { attendance: STAYS, nextCursor: null },
  "GET /api/user/keys": { keys: KEYS },
  "POST /api/user/keys": { id: 4, key: KEY, label: "Production", is_active: true, created_at: ago(0) },
  "GET /api/company": { companyId: 1, companyName: "Acme Corp", role: "owner" },
  "GET /api/company/members": { members: MEMBERS, nextCursor: null },
  "POST /api/company/invite-code": { inviteCode: "aBcDeFgHiJkL" },
  "GET /api/billing/history": { balance: ME.balance, transactions: TRANSACTIONS, nextCursor: null },
  "POST /api/auth/login": 401,
  "POST /api/auth/register": 409,
  "POST /api/auth/change-password": 400,
  "GET /api/auth/reset-password": {},
};

const EMPTY: Answers = {
  ...FILLED,
  "GET /api/meetings": { meetings: [], nextCursor: null },
  "GET /api/meetings/history": 404,
  "GET /api/user/keys": { keys: [] },
  "GET /api/company/members": { members: MEMBERS.slice(0, 1), nextCursor: null },
  "GET /api/billing/history": { balance: "0.0000", transactions: [], nextCursor: null },
  "GET /api/auth/me": { ...ME, balance: "0.0000" },
};

const every = (answer: Answer): Answers => ({
  ...Object.fromEntries(Object.keys(FILLED).map((call) => [call, answer])),
  "GET /api/auth/me": ME,
});

const CODES: Readonly<Record<number, string>> = { 400: "wrong_password", 429: "rate_limited" };

function serve(answers: Answers): void {
  window.fetch = (input, init) => {
    const path = String(input).replace(/\?.*/u, "");
    const answer = answers[`${init?.method ?? "GET"} ${path}`] ?? 404;
    if (answer === "never") return new Promise<Response>(() => undefined);
    if (answer === 0) return Promise.reject(new TypeError("Failed to fetch"));
    if (typeof answer !== "number") return Promise.resolve(Response.json(answer));
    const body = { error: "Something is wrong", code: CODES[answer] ?? `http_${answer}` };
    return Promise.resolve(Response.json(body, { status: answer, headers: { "retry-after": "700" } }));
  };
}

function onPage(meeting: object, answers: Answers = {}): JSX.Element {
  serve({ ...FILLED, [OVERVIEW]: meeting, ...answers });
  return <Dashboard section="meetings" meetingId="abc-defg-hij" />;
}

function at(section: Section, answers: Answers = FILLED): JSX.Element {
  serve(answers);
  return <Dashboard section={section} />;
}

type EntranceName = "sign-up" | "sign-in" | "forgot-password" | "reset-password";

function entrance(name: EntranceName, answers: Answers = FILLED, hash = ""): JSX.Element {
  serve(answers);
  if (hash) window.history.replaceState(null, "", `${window.location.search}#${hash}`);
  return <Entrance name={name} />;
}

function share(isNew: boolean, differences: Partial<Shared> = {}): JSX.Element {
  serve(FILLED);
  const body = { title: "Team Standup", muteOnJoin: true, videoOffOnJoin: false, maxParticipants: 50 };
  return (
    <ShareDialog
      meeting={{
        meetingId: "abc-defg-hij",
        title: "Team Standup",
        status: "active",
        adminToken: TOKEN,
        body,
        isNew,
        ...differences,
      }}
      onClose={() => undefined}
    />
  );
}

const MEETING_STATES: Readonly<Record<string, () => JSX.Element>> = {
  "meeting-live": () => onPage(LIVE),
  "meeting-busy": () => onPage(BUSY),
  "meeting-remove": () => onPage(LIVE),
  "meeting-mute-all": () => onPage(LIVE),
  "meeting-edit": () => onPage(LIVE),
  "meeting-links": () =>
    onPage(LIVE, {
      "POST /api/meetings/abc-defg-hij/host-link": { hostUrl: `/join/abc-defg-hij#host=${TOKEN.slice(0, 43)}` },
      "POST /api/meetings/abc-defg-hij/invite": { joinUrl: `/join/abc-defg-hij?invite=${TOKEN.slice(0, 43)}` },
    }),
  "meeting-open": () => onPage({ ...LIVE, participants: [], waiting: [], startedAt: null, cost: null }),
  "meeting-planned": () => onPage(PLANNED),
  "meeting-ended": () => onPage(OVER),
  "meeting-ended-company": () => onPage({ ...OVER, isOwner: false }),
  "meeting-ended-empty": () => onPage({ ...OVER, startedAt: null, peakParticipants: 0, cost: null }),
  "meeting-cancelled": () => onPage({ ...PLANNED, status: "cancelled", endedAt: TODAY }),
  "meeting-missing": () => onPage({}, { [OVERVIEW]: 404 }),
  "meeting-loading": () => onPage({}, { [OVERVIEW]: "never" }),
  "meeting-failed": () => onPage({}, { [OVERVIEW]: 503 }),
};

export const ACCOUNT_STATES: Readonly<Record<string, () => JSX.Element>> = {
  "sign-in": () => entrance("sign-in"),
  "sign-in-wrong": () => entrance("sign-in"),
  "sign-in-limited": () => entrance("sign-in", { "POST /api/auth/login": 429 }),
  "sign-in-changed": () => {
    greeting.value = words.signIn.changed;
    return entrance("sign-in");
  },
  "sign-up": () => entrance("sign-up"),
  "sign-up-company": () => entrance("sign-up"),
  "sign-up-empty": () => entrance("sign-up"),
  "sign-up-taken": () => entrance("sign-up"),
  "sign-up-ready": () => (
    <EntranceFrame>
      <Ready made={{ email: ME.email, apiKey: KEY, accountType: "company", inviteCode: "aBcDeFgHiJkL" }} />
    </EntranceFrame>
  ),
  forgot: () => entrance("forgot-password"),
  "forgot-sent": () => (
    <EntranceFrame>
      <Sent email={ME.email} onAgain={() => undefined} />
    </EntranceFrame>
  ),
  reset: () => entrance("reset-password", FILLED, `token=${TOKEN}`),
  "reset-dead": () => entrance("reset-password", { "GET /api/auth/reset-password": 400 }, `token=${TOKEN}`),
  "reset-missing": () => entrance("reset-password"),
  "reset-offline": () => entrance("reset-password", { "GET /api/auth/reset-password": 0 }, `token=${TOKEN}`),
  meetings: () => at("meetings"),
  "meetings-empty": () => at("meetings", EMPTY),
  "meetings-loading": () => at("meetings", every("never")),
  "meetings-failed": () => at("meetings", every(503)),
  "new-meeting": () => at("meetings"),
  "new-meeting-later": () => at("meetings"),
  "share-new": () => share(true),
  "share-code": () => share(true),
  "share-later": () => share(true, { status: "scheduled", scheduledAt: new Date(TODAY + DAY_MS).toISOString() }),
  "share-no-waiting": () => share(true, { hasWaitingFailed: true }),
  ...MEETING_STATES,
  keys: () => at("keys"),
  "keys-empty": () => at("keys", EMPTY),
  "keys-loading": () => at("keys", every("never")),
  "keys-failed": () => at("keys", every(0)),
  "keys-new": () => at("keys"),
  "keys-made": () => at("keys"),
  "keys-delete": () => at("keys"),
  "company-none": () => at("company"),
  "company-debt": () => at("company", { ...FILLED, "GET /api/auth/me": { ...ME, balance: "-1.2400" } }),
  "company-member": () =>
    at("company", {
      ...FILLED,
      "GET /api/auth/me": MEMBER,
      "GET /api/company": { companyId: 1, companyName: "Acme Corp", role: "member" },
    }),
  "company-owner": () => at("company", { ...FILLED, "GET /api/auth/me": OWNER }),
  "company-alone": () => at("company", { ...EMPTY, "GET /api/auth/me": OWNER }),
  "company-code": () => at("company", { ...FILLED, "GET /api/auth/me": OWNER }),
  "company-remove": () => at("company", { ...FILLED, "GET /api/auth/me": OWNER }),
  billing: () => at("billing"),
  "billing-empty": () => at("billing", EMPTY),
  "billing-debt": () =>
    at("billing", { ...FILLED, "GET /api/billing/history": { balance: "-1.2400", transactions: TRANSACTIONS } }),
  "billing-failed": () => at("billing", every(503)),
  profile: () => at("profile"),
  "profile-wrong": () => at("profile"),
  "dashboard-offline": () => at("meetings", { "GET /api/auth/me": 0 }),
};
