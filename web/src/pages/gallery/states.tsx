/** Every state worth looking at, by name. */
import type { JSX } from "preact";
import type { CaptionLine, ChatLine, Person, RefusalCode, Waiter } from "../../meeting/types";
import { App } from "../App";
import { Home } from "../Home";
import { Meeting } from "../Meeting";
import { Over, Refused } from "../MeetingStates";
import { PreJoin } from "../PreJoin";
import { Waiting } from "../Waiting";
import { ACCOUNT_STATES } from "./accountStates";
import { type FakeOptions, fakeLocal, fakeSession } from "./fakeSession";

const NAMES = [
  "Ada Lovelace",
  "Grace Hopper",
  "Mehmet Yılmaz",
  "Zoë",
  "Maximiliane von Hohenstein-Wartenberg",
  "李小龍",
  "Tomás Ó Briain",
  "Priya Raman",
  "Jonas",
  "Fatima Zahra",
];
const LINK = "https://onepizza.example/join/qwerty-abc";

function person(index: number, change: Partial<Person> = {}): Person {
  return {
    id: index === 0 ? "me" : `p${index}`,
    name:
      index === 0 ? "Robin Meyer" : `${NAMES[(index - 1) % NAMES.length]}${index > NAMES.length ? ` ${index}` : ""}`,
    isMe: index === 0,
    isHost: false,
    isMuted: false,
    isVideoOff: false,
    isScreenSharing: false,
    isHandRaised: false,
    handOrder: 0,
    isReconnecting: false,
    joinedAt: 1_764_000_000_000 + index,
    ...change,
  };
}

/** People with a mixture of states: some muted, some without a camera. */
function people(count: number, changes: Readonly<Record<number, Partial<Person>>> = {}): Person[] {
  return Array.from({ length: count }, (_, index) =>
    person(index, { isMuted: index % 3 === 2, isVideoOff: index % 4 === 3, ...changes[index] }),
  );
}

/** What a layout must bear: letters from the right, a name without a space, one as long as it may be. */
const HARD_NAMES = [
  "محمد عبد الله الأنصاري",
  "שרה לוי־כהן",
  "Wolfeschlegelsteinhausenbergerdorff",
  "Maria del Carmen Hernández de la Fuente y Torres-Villanueva III",
  "🦊",
];

function hardNames(): Person[] {
  return people(HARD_NAMES.length + 1).map((one, index) =>
    index === 0
      ? one
      : {
          ...one,
          name: HARD_NAMES[index - 1] ?? "",
          isHost: index === 1,
          isHandRaised: index === 4,
          handOrder: index === 4 ? 12 : 0,
        },
  );
}

/** Twelve people, and everybody wants to say something: raised in another order than they came. */
const manyHands = people(
  12,
  Object.fromEntries(
    Array.from({ length: 11 }, (_, index) => [index + 1, { isHandRaised: true, handOrder: ((index * 4) % 11) + 1 }]),
  ),
);

const HARD_CHAT: readonly ChatLine[] = [
  "مرحبا بالجميع، هل نبدأ؟",
  "https://docs.example.org/a/very/long/address/that/has/no/place/to/break?with=parameters&and=more",
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
].map((text, index) => ({
  id: `hard${index}`,
  from: `p${index + 1}`,
  name: HARD_NAMES[index] ?? "",
  text,
  timestamp: 1_764_000_000_000 + index * 1000,
  isMine: false,
  reactions: [],
}));

const CHAT: readonly ChatLine[] = [
  ["p1", "Ada Lovelace", "Morning, everyone", 0],
  ["p1", "Ada Lovelace", "The draft is at https://docs.example.org/spring?view=edit, comments are open.", 9],
  ["me", "Robin Meyer", "Thanks, reading it now.", 60],
  ["p3", "Mehmet Yılmaz", "I would move the second part up.\nThen the numbers come before the plan.", 200],
  ["p3", "Mehmet Yılmaz", "<b>not bold</b> & just text 🎉", 230],
  ["me", "Robin Meyer", "Agreed", 300],
].map(([from, name, text, at], index) => ({
  id: String(index),
  from: String(from),
  name: String(name),
  text: String(text),
  timestamp: 1_764_000_000_000 + Number(at) * 1000,
  isMine: from === "me",
  reactions: [],
}));

const REACTED: readonly ChatLine[] = CHAT.map((line, index) => ({
  ...line,
  reactions:
    [
      [{ emoji: "👍", by: [{ id: "p3", name: "Mehmet Yılmaz" }] }],
      [
        {
          emoji: "❤️",
          by: [
            { id: "me", name: "Robin Meyer" },
            { id: "p3", name: "Mehmet Yılmaz" },
          ],
        },
        { emoji: "🎉", by: [{ id: "p2", name: "Grace Hopper" }] },
      ],
    ][index] ?? [],
}));

const CAPTIONS: readonly CaptionLine[] = [
  [
    "p1",
    "Ada Lovelace",
    "So the second part moves up, and then the numbers come before the plan, which means that",
    false,
  ],
  ["p2", "Grace Hopper", "Agreed.", true],
].map(([participantId, name, text, isFinal], key) => ({
  key,
  participantId: String(participantId),
  name: String(name),
  text: String(text),
  isFinal: Boolean(isFinal),
  lang: "en",
  at: 0,
}));

function call(options: FakeOptions): JSX.Element {
  return <Meeting session={fakeSession(options)} link={LINK} />;
}

function door(options: FakeOptions, isHost = false): JSX.Element {
  return (
    <PreJoin
      local={fakeLocal(options)}
      meetingId="qwerty-abc"
      givenName="Robin Meyer"
      isHost={isHost}
      isJoining={false}
      onJoin={() => undefined}
    />
  );
}

function refused(code: RefusalCode, retryAfterS: number | null = null): JSX.Element {
  const scheduledAt = new Date(Date.now() + 5_025_000).toISOString();
  return (
    <Refused code={code} message="" scheduledAt={scheduledAt} retryAfterS={retryAfterS} onRestart={() => undefined} />
  );
}

function queued(change: { isAdmitted?: boolean; isAway?: boolean } = {}): JSX.Element {
  return (
    <Waiting
      local={fakeLocal({})}
      name="Robin Meyer"
      isAdmitted={change.isAdmitted ?? false}
      isAway={change.isAway ?? false}
      onLeave={() => undefined}
    />
  );
}

const over = (why: "left" | "ended" | "removed" | "replaced"): JSX.Element => (
  <Over why={why} reason={why === "removed" ? "Wrong meeting, sorry" : ""} onRestart={() => undefined} />
);

const hosted = people(5, {
  0: { isHost: true },
  2: { isHandRaised: true, handOrder: 2 },
  4: { isHandRaised: true, handOrder: 1 },
});

const WAITING: readonly Waiter[] = ["Ada Lovelace", "Maximiliane von Hohenstein-Wartenberg", "李小龍"].map(
  (name, index) => ({ id: `w${index}`, name, wasRemoved: index === 2, sinceMs: 1_764_000_000_000 + index * 60_000 }),
);

export const STATES: Readonly<Record<string, () => JSX.Element>> = {
  ...ACCOUNT_STATES,
  home: () => <Home />,
  "not-found": () => <App />,
  door: () => door({}),
  "door-host": () => door({ isCameraOn: false, isMicOn: false }, true),
  "door-blocked": () => door({ cameraProblem: "blocked", microphoneProblem: "blocked" }),
  "door-missing": () => door({ cameraProblem: "missing", microphoneProblem: "missing" }),
  "door-blur": () => door({ backgroundState: "starting" }),
  "door-blur-plain": () => door({ backgroundState: "all" }),
  "door-blur-failed": () => door({ backgroundState: "failed" }),
  "door-busy": () => door({ cameraProblem: "busy" }),
  waiting: () => queued(),
  "waiting-away": () => queued({ isAway: true }),
  "waiting-admitted": () => queued({ isAdmitted: true }),
  alone: () => call({ people: people(1) }),
  two: () => call({ people: people(2, { 1: { isHost: true } }), speaking: ["p1"] }),
  "two-no-cameras": () =>
    call({
      people: people(2, { 0: { isVideoOff: true, isMuted: true }, 1: { isVideoOff: true } }),
      isMicOn: false,
      isCameraOn: false,
    }),
  /** For the README. */
  cover: () =>
    call({
      people: people(6, {
        1: { isHost: true },
        2: { isMuted: false, name: "Tomás Briain" },
        3: { isVideoOff: false },
        4: { isHandRaised: true, handOrder: 1 },
        5: { isMuted: true, name: "Jonas Weber" },
      }),
      speaking: ["p1"],
      chat: CHAT.slice(0, 4),
    }),
  three: () => call({ people: people(3), speaking: ["p1"], unread: 3 }),
  message: () => call({ people: people(3), chat: CHAT, unread: 1 }),
  four: () =>
    call({ people: people(4, { 1: { isHost: true }, 2: { isHandRaised: true, handOrder: 1 } }), speaking: ["p1"] }),
  nine: () =>
    call({
      people: people(9, {
        5: { isVideoOff: true },
        2: { isReconnecting: true },
        4: { isHandRaised: true, handOrder: 1 },
      }),
      speaking: ["p4"],
      weak: ["p1"],
      isLocked: true,
    }),
  eight: () => call({ people: people(8), speaking: ["p4"] }),
  twenty: () => call({ people: people(20), speaking: ["p4"] }),
  "twenty-five": () => call({ people: people(25), speaking: ["p4"] }),
  fifty: () => call({ people: people(50), speaking: ["p4"] }),
  elsewhere: () => call({ people: people(50, { 40: { isHandRaised: true, handOrder: 1 } }), speaking: ["p42"] }),
  names: () => call({ people: hardNames(), speaking: ["p2"] }),
  "names-people": () => call({ people: hardNames() }),
  "names-chat": () => call({ people: hardNames(), chat: HARD_CHAT }),
  hands: () => call({ people: manyHands }),
  "hands-people": () => call({ people: manyHands }),
  captions: () => call({ people: people(5), speaking: ["p1"], captions: CAPTIONS }),
  "captions-settings": () => call({ people: people(3), captions: CAPTIONS }),
  spotlight: () => call({ people: people(12), speaking: ["p4"], spotlight: "p2" }),
  "spotlight-me": () => call({ people: people(4, { 0: { isHost: true } }), spotlight: "me" }),
  "self-hidden": () => call({ people: people(5), speaking: ["p1"] }),
  shortcuts: () => call({ people: people(4) }),
  "chat-reactions": () => call({ people: people(4), chat: REACTED }),
  "chat-unsent": () =>
    call({
      people: people(4),
      chat: CHAT.slice(0, 3),
      unsent: [{ key: 1, text: "And one more thing", code: "rate_limited", message: "" }],
    }),
  share: () => call({ people: people(5, { 1: { isScreenSharing: true } }), speaking: ["p1"] }),
  "share-two": () => call({ people: people(2, { 1: { isScreenSharing: true } }), speaking: ["p1"] }),
  /** A phone that shows its screen. */
  "share-phone": () =>
    call({ people: people(9, { 1: { isScreenSharing: true } }), speaking: ["p1"], isScreenUpright: true }),
  "captions-chat": () => call({ people: people(5), speaking: ["p1"], captions: CAPTIONS, chat: CHAT }),
  "share-captions": () =>
    call({ people: people(9, { 1: { isScreenSharing: true } }), speaking: ["p1"], captions: CAPTIONS }),
  "share-many": () =>
    call({
      people: people(25, { 1: { isScreenSharing: true }, 21: { isHandRaised: true, handOrder: 1 } }),
      speaking: ["p22"],
    }),
  "sharing-myself": () => call({ people: people(4, { 0: { isScreenSharing: true } }), isSharing: true }),
  pinned: () => call({ people: people(6), speaking: ["p2"] }),
  chat: () => call({ people: people(4), chat: CHAT }),
  "chat-empty": () => call({ people: people(3) }),
  people: () =>
    call({
      people: people(12, { 1: { isHost: true }, 3: { isHandRaised: true, handOrder: 1 }, 4: { isReconnecting: true } }),
    }),
  /** As many as a search is offered for. */
  "people-search": () => call({ people: people(9, { 0: { isHost: true } }) }),
  host: () => call({ people: hosted }),
  knock: () => call({ people: hosted, waiting: WAITING.slice(0, 1) }),
  "knock-removed": () => call({ people: hosted, waiting: WAITING.slice(2, 3) }),
  /** "Admit all" would let in one of them only. */
  "knock-two": () => call({ people: hosted, waiting: WAITING.slice(1) }),
  "knock-many": () => call({ people: hosted, waiting: WAITING }),
  "people-waiting": () => call({ people: hosted, waiting: WAITING }),
  "more-host-waiting": () => call({ people: hosted, waiting: WAITING }),
  "record-ask": () => call({ people: hosted }),
  recording: () => call({ people: hosted, recordedBy: ["Robin Meyer"], isRecording: true }),
  recorded: () => call({ people: people(4, { 1: { isHost: true } }), recordedBy: ["Ada Lovelace"] }),
  "recorded-stay": () => call({ people: people(4, { 1: { isHost: true } }), recordedBy: ["Ada Lovelace"] }),
  "meeting-settings": () => call({ people: hosted }),
  invite: () => call({ people: hosted }),
  "invite-made": () => call({ people: hosted }),
  more: () => call({ people: hosted }),
  /** A host who goes. */
  leave: () => call({ people: hosted }),
  "more-guest": () => call({ people: people(4) }),
  react: () => call({ people: people(4) }),
  reactions: () =>
    call({
      people: people(4),
      reactions: [
        { key: 0, participantId: "p1", name: "Ada Lovelace", emoji: "👍" },
        { key: 3, participantId: "p2", name: "Grace Hopper", emoji: "🎉" },
      ],
      notices: [
        { key: 1, news: { kind: "joined", name: "Zoë" }, tone: "info" },
        { key: 2, news: { kind: "allMuted" }, tone: "warning" },
      ],
    }),
  "sharing-crowd": () =>
    call({
      people: people(4, { 0: { isScreenSharing: true } }),
      isSharing: true,
      notices: [{ key: 1, news: { kind: "joined", name: "V".repeat(64) }, tone: "info" }],
    }),
  "device-problems": () =>
    call({
      people: people(3, { 0: { isMuted: true, isVideoOff: true } }),
      cameraProblem: "busy",
      microphoneProblem: "blocked",
    }),
  connection: () => call({ people: people(4), weak: ["p2"] }),
  "slow-line": () => call({ people: people(4), uplink: "smaller" }),
  "talks-muted": () => call({ people: people(3, { 0: { isMuted: true } }), isMicOn: false, talksMuted: true }),
  settings: () => call({ people: people(3) }),
  remove: () => call({ people: hosted }),
  "unmute-asked": () => call({ people: people(3, { 0: { isMuted: true } }), isMicOn: false, unmuteAsked: true }),
  reconnecting: () => call({ people: people(4), phase: { kind: "reconnecting", sinceMs: 0 } }),
  "network-blocked": () => call({ people: people(2), isCutOff: true }),
  left: () => over("left"),
  ended: () => over("ended"),
  removed: () => over("removed"),
  replaced: () => over("replaced"),
  "refused-not-found": () => refused("meeting_not_found"),
  "refused-ended": () => refused("meeting_ended"),
  "refused-scheduled": () => refused("meeting_scheduled"),
  "refused-locked": () => refused("room_locked"),
  "refused-full": () => refused("room_full"),
  "refused-host-link": () => refused("bad_admin_token"),
  "refused-denied": () => refused("entry_denied", 48),
  "refused-denied-again": () => refused("entry_denied"),
  "refused-nobody": () => refused("entry_denied", 0),
  "refused-queue-full": () => refused("waiting_room_full"),
  "refused-no-credit": () => refused("insufficient_credits"),
  "refused-rate": () => refused("rate_limited"),
  "refused-unreachable": () => refused("unreachable"),
  "refused-other": () => refused("other"),
};
