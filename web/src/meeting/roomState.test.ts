import { describe, expect, it } from "vitest";
import type { Joined, ParticipantState } from "../protocol/events";
import { EMPTY_ROOM, focusOf, peopleOf, type RoomEvent, type RoomState, reduce, withoutReaction } from "./roomState";

const settings = { muteOnJoin: false, videoOffOnJoin: false, maxParticipants: 50, locked: false, waitingRoom: false };

function someone(id: string, joinedAt: number, changes: Partial<ParticipantState> = {}): ParticipantState {
  return {
    participantId: id,
    name: id.toUpperCase(),
    isMuted: false,
    isVideoOff: false,
    isScreenSharing: false,
    isHandRaised: false,
    isAdmin: false,
    joinedAt,
    ...changes,
  };
}

function joinedAs(me: ParticipantState, others: readonly ParticipantState[], changes: Partial<Joined> = {}): RoomEvent {
  return {
    name: "joined",
    payload: {
      participantId: me.participantId,
      participants: others,
      settings,
      title: "Team",
      isAdmin: me.isAdmin,
      self: me,
      ...changes,
    },
  };
}

const play = (events: readonly RoomEvent[], from: RoomState = EMPTY_ROOM): RoomState =>
  events.reduce((state, event) => reduce(state, event, 99), from);

const ada = someone("ada", 1);
const bob = someone("bob", 2);
const me = someone("me", 3);
const room = play([joinedAs(me, [bob, ada])]);

describe("joined", () => {
  it("puts everyone, me included, in order of joining", () => {
    expect(peopleOf(room).map((person) => [person.id, person.isMe])).toEqual([
      ["ada", false],
      ["bob", false],
      ["me", true],
    ]);
  });

  it("keeps the chat of before a reconnect", () => {
    const chat: RoomEvent = { name: "chat:message", payload: { from: "ada", name: "ADA", text: "hi", timestamp: 5 } };
    expect(play([chat, joinedAs(me, [])], room).chat.map((line) => line.text)).toEqual(["hi"]);
  });

  it("without a seat of mine in the answer takes what the settings say", () => {
    const { self: _, ...payload } = joinedAs(me, []).payload as Joined;
    const state = play([{ name: "joined", payload: { ...payload, settings: { ...settings, muteOnJoin: true } } }]);
    expect(peopleOf(state)).toMatchObject([{ id: "me", isMuted: true, isVideoOff: false, joinedAt: 99 }]);
  });
});

describe("seats", () => {
  it.each<[string, RoomEvent, Record<string, unknown>]>([
    ["muted", { name: "participant:updated", payload: { participantId: "bob", isMuted: true } }, { isMuted: true }],
    [
      "video",
      { name: "participant:updated", payload: { participantId: "bob", isVideoOff: true } },
      { isVideoOff: true },
    ],
    [
      "share",
      { name: "participant:updated", payload: { participantId: "bob", isScreenSharing: true } },
      { isScreenSharing: true },
    ],
    [
      "away",
      { name: "participant:updated", payload: { participantId: "bob", isReconnecting: true } },
      { isReconnecting: true },
    ],
    ["host", { name: "participant:updated", payload: { participantId: "bob", isAdmin: true } }, { isHost: true }],
  ])("%s changes that and nothing else", (_name, event, change) => {
    const before = peopleOf(room);
    expect(peopleOf(play([event], room))).toEqual(
      before.map((person) => (person.id === "bob" ? { ...person, ...change } : person)),
    );
  });

  it("an update of somebody unknown changes nobody", () => {
    const event: RoomEvent = { name: "participant:updated", payload: { participantId: "eve", isMuted: true } };
    expect(peopleOf(play([event], room))).toEqual(peopleOf(room));
  });

  it("somebody who comes back after leaving has one seat", () => {
    const back: RoomEvent = {
      name: "participant:joined",
      payload: { participantId: "ada", name: "ADA", isMuted: true, isVideoOff: false, isAdmin: false, joinedAt: 9 },
    };
    expect(peopleOf(play([back], room)).map((person) => person.id)).toEqual(["bob", "me", "ada"]);
  });

  it("mute-all spares hosts", () => {
    const host = someone("host", 0, { isAdmin: true });
    const state = play([joinedAs(me, [host, ada]), { name: "meeting:all-muted", payload: {} }]);
    expect(peopleOf(state).map((person) => [person.id, person.isMuted])).toEqual([
      ["host", false],
      ["ada", true],
      ["me", true],
    ]);
  });
});

describe("hands", () => {
  const hand = (participantId: string, isHandRaised: boolean): RoomEvent => ({
    name: "participant:updated",
    payload: { participantId, isHandRaised },
  });
  it.each<[string, RoomEvent[], Record<string, number>]>([
    ["in order of raising", [hand("me", true), hand("ada", true)], { me: 1, ada: 2, bob: 0 }],
    ["a lowered hand moves the others up", [hand("me", true), hand("ada", true), hand("me", false)], { ada: 1, me: 0 }],
    [
      "raised again goes last",
      [hand("me", true), hand("ada", true), hand("me", false), hand("me", true)],
      { ada: 1, me: 2 },
    ],
    [
      "leaving lowers it",
      [hand("ada", true), hand("bob", true), { name: "participant:left", payload: { participantId: "ada", name: "" } }],
      { bob: 1 },
    ],
    ["the same news twice counts once", [hand("bob", true), hand("me", true), hand("bob", true)], { bob: 1, me: 2 }],
  ])("%s", (_name, events, expected) => {
    const orders = Object.fromEntries(peopleOf(play(events, room)).map((person) => [person.id, person.handOrder]));
    expect(orders).toMatchObject(expected);
  });
});

describe("chat and reactions", () => {
  it("knows my own lines and keeps the server's ids", () => {
    const state = play(
      [
        { name: "chat:message", payload: { from: "me", name: "ME", text: "a", timestamp: 1, messageId: "m1" } },
        { name: "chat:message", payload: { from: "ada", name: "ADA", text: "b", timestamp: 2 } },
        { name: "chat:message", payload: { from: "ada", name: "ADA", text: "b", timestamp: 2 } },
      ],
      room,
    );
    expect(state.chat.map((line) => [line.id, line.isMine])).toEqual([
      ["m1", true],
      ["line-2", false],
      ["line-3", false],
    ]);
  });

  it("a reaction has a key of its own and can be taken off", () => {
    const react: RoomEvent = { name: "react", payload: { participantId: "ada", emoji: "🎉" } };
    const state = play([react, react], room);
    expect(state.reactions.map((reaction) => reaction.name)).toEqual(["ADA", "ADA"]);
    const [first, second] = state.reactions;
    expect(first && withoutReaction(state, first.key).reactions).toEqual([second]);
  });
});

/** A server in small: changes its room at random and says what it would broadcast to `me`. */
function history(seed: number): {
  events: RoomEvent[];
  end: ParticipantState[];
  settings: typeof settings;
  title: string;
} {
  let noise = seed;
  const random = (below: number): number => {
    noise = (noise * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((noise / 2_147_483_648) * below);
  };
  let seats = [ada, bob, me];
  let now = { ...settings };
  let title = "Team";
  const events: RoomEvent[] = [];
  const change = (id: string, part: Partial<ParticipantState>): void => {
    seats = seats.map((seat) => (seat.participantId === id ? { ...seat, ...part } : seat));
  };
  for (let step = 0; step < 60; step += 1) {
    const at = seats[random(seats.length)] ?? me;
    const flags = ["isMuted", "isVideoOff", "isScreenSharing", "isHandRaised"] as const;
    const kind = random(10);
    if (kind === 0) {
      const fresh = someone(`p${step}`, 100 + step, { isMuted: random(2) === 1 });
      seats = [...seats, fresh];
      events.push({ name: "participant:joined", payload: fresh });
    } else if (kind === 1 && at.participantId !== "me") {
      seats = seats.filter((seat) => seat !== at);
      events.push({ name: "participant:left", payload: { participantId: at.participantId, name: at.name } });
    } else if (kind === 2) {
      now = { ...now, locked: random(2) === 1, maxParticipants: 2 + random(40) };
      title = `Title ${step}`;
      events.push({ name: "meeting:settings-updated", payload: { ...now, title } });
    } else if (kind === 3) {
      for (const seat of seats) if (!seat.isAdmin) change(seat.participantId, { isMuted: true });
      events.push({ name: "meeting:all-muted", payload: {} });
    } else {
      const part = { [flags[random(4)] ?? "isMuted"]: random(2) === 1 };
      change(at.participantId, part);
      events.push({ name: "participant:updated", payload: { participantId: at.participantId, ...part } });
    }
  }
  return { events, end: seats, settings: now, title };
}

/** The order of what came before a fresh answer is not in it. */
const unordered = (state: RoomState) => ({ hands: new Set(state.hands), shown: new Set(state.shown) });

describe("replay", () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed + 1))(
    "events over old state equal a fresh answer (seed %i)",
    (seed) => {
      const { events, end, settings: last, title } = history(seed);
      const replayed = play(events, room);
      const mine = end.find((seat) => seat.participantId === "me") ?? me;
      const others = end.filter((seat) => seat !== mine);
      const fresh = play([joinedAs(mine, others, { settings: last, title })]);
      expect({ ...replayed, ...unordered(replayed) }).toEqual({ ...fresh, ...unordered(fresh) });
    },
  );
});

describe("what the stage shows", () => {
  const spot = (participantId: string | null): RoomEvent => ({ name: "meeting:spotlight", payload: { participantId } });
  const share = (participantId: string, isScreenSharing = true): RoomEvent => ({
    name: "participant:updated",
    payload: { participantId, isScreenSharing },
  });
  const left = (participantId: string): RoomEvent => ({
    name: "participant:left",
    payload: { participantId, name: "" },
  });

  it.each<[string, RoomEvent[], string | null]>([
    ["nothing", [], null],
    ["a screen", [share("ada")], "ada/screen"],
    ["the spotlight", [spot("bob")], "bob"],
    ["the spotlight that came after a screen", [share("ada"), spot("bob")], "bob"],
    ["a screen that came after the spotlight", [spot("bob"), share("ada")], "ada/screen"],
    ["the spotlight again when the screen is gone", [spot("bob"), share("ada"), share("ada", false)], "bob"],
    ["the screen again when the spotlight is over", [share("ada"), spot("bob"), spot(null)], "ada/screen"],
    ["the newest screen", [share("bob"), share("ada")], "ada/screen"],
    ["another one in the spotlight", [spot("bob"), share("ada"), spot("ada")], "ada"],
    ["nothing once the one in it has left", [spot("bob"), left("bob")], null],
    ["not my own face", [spot("me")], null],
    ["a screen rather than my own face", [share("ada"), spot("me")], "ada/screen"],
    ["nothing for somebody who is not here", [spot("eve")], null],
  ])("%s", (_, events, expected) => {
    expect(focusOf(play(events, room))).toBe(expected);
  });

  it("for who comes later the spotlight is newer than a screen, and a reconnect keeps the order", () => {
    const sharing = someone("ada", 1, { isScreenSharing: true });
    const late = play([joinedAs(me, [bob, sharing], { spotlight: "bob" })]);
    expect(focusOf(late)).toBe("bob");
    const ordered = play([spot("bob"), share("ada")], room);
    expect(focusOf(play([joinedAs(me, [bob, sharing], { spotlight: "bob" })], ordered))).toBe("ada/screen");
  });
});

describe("chat:reaction", () => {
  const line: RoomEvent = {
    name: "chat:message",
    payload: { from: "ada", name: "ADA", text: "hi", timestamp: 5, messageId: "m1" },
  };
  const reacted = (participantId: string, emoji: string, messageId = "m1"): RoomEvent => ({
    name: "chat:reaction",
    payload: { messageId, participantId, emoji },
  });

  it.each<[string, RoomEvent[], string[]]>([
    ["one", [reacted("bob", "👍")], ["👍 BOB"]],
    ["two of one emoji", [reacted("bob", "👍"), reacted("me", "👍")], ["👍 BOB ME"]],
    ["two emojis", [reacted("bob", "👍"), reacted("bob", "🎉")], ["👍 BOB", "🎉 BOB"]],
    ["taken back", [reacted("bob", "👍"), reacted("me", "👍"), reacted("bob", "👍")], ["👍 ME"]],
    ["all taken back", [reacted("bob", "👍"), reacted("bob", "👍")], []],
    ["a line that I have not seen", [reacted("bob", "👍", "m0")], []],
  ])("%s", (_, events, expected) => {
    const [first] = play([line, ...events], room).chat;
    const words = first?.reactions.map(({ emoji, by }) => [emoji, ...by.map(({ name }) => name)].join(" "));
    expect(words).toEqual(expected);
  });

  it("to an unknown line changes nothing", () => {
    const before = play([line], room);
    expect(reduce(before, reacted("bob", "👍", "m0"), 1)).toBe(before);
  });
});
