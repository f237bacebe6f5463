import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { FakeStream, FakeTrack } from "../testing/fakePeerConnection";
import { type Sources, sceneOf } from "./recordingScene";
import type { Person } from "./types";

function person(id: string, change: Partial<Person> = {}): Person {
  return {
    id,
    name: id.toUpperCase(),
    isMe: id === "me",
    isHost: false,
    isMuted: false,
    isVideoOff: false,
    isScreenSharing: false,
    isHandRaised: false,
    handOrder: 0,
    isReconnecting: false,
    joinedAt: 1,
    ...change,
  };
}

const stream = (...tracks: FakeTrack[]): MediaStream => new FakeStream(tracks) as never;
const myFace = stream(new FakeTrack("video"));
const myVoice = new FakeTrack("audio");
const theirs = new Map<string, MediaStream>();
const screens = new Map<string, MediaStream>();
const frozen = new Set(["p50"]);
for (let index = 0; index < 60; index += 1) {
  theirs.set(`p${index}`, stream(new FakeTrack("audio"), new FakeTrack("video")));
  screens.set(`p${index}`, stream(new FakeTrack("audio"), new FakeTrack("video")));
}
// A client with one video line.
theirs.set("bot", stream(new FakeTrack("audio"), new FakeTrack("video")));

function scene(people: readonly Person[], myScreen: MediaStream | null = null) {
  const sources: Sources = {
    people,
    local: { preview: signal(myFace), microphone: signal(myVoice as never) },
    myScreen,
    remote: (id) => ({
      camera: signal(theirs.get(id) ?? null),
      screen: signal(screens.get(id) ?? theirs.get(id) ?? null),
      screenSound: signal(screens.get(id) ?? null),
      quality: signal("good"),
      isPictureComing: signal(!frozen.has(id)),
    }),
  };
  return sceneOf(sources);
}

const shown = (people: readonly Person[], myScreen: MediaStream | null = null) =>
  scene(people, myScreen).pictures.map(({ key, x, y, width, height }) => `${key} ${x},${y} ${width}x${height}`);

describe("the picture", () => {
  it("of one, two and four fills the frame evenly", () => {
    expect(shown([person("me")])).toEqual(["me 0,0 1280x720"]);
    expect(shown([person("me"), person("p1")])).toEqual(["me 0,181 636x357", "p1 644,181 636x357"]);
    expect(shown(["me", "p1", "p2", "p3"].map((id) => person(id)))).toHaveLength(4);
  });

  it("has initials in place of a picture that stands still, as if the camera were off", () => {
    const { pictures } = scene([person("p50"), person("p1", { isVideoOff: true }), person("p2")]);
    expect(pictures.map(({ key, stream }) => [key, stream !== null])).toEqual([
      ["p2", true],
      ["p50", false],
      ["p1", false],
    ]);
  });

  it("gives a screen the stage, whole, and the people a strip beside it", () => {
    const { pictures } = scene([person("me"), person("p1", { isScreenSharing: true })]);
    expect(pictures.map(({ key, isWhole }) => [key, isWhole])).toEqual([
      ["p1/screen", true],
      ["me", false],
      ["p1", false],
    ]);
    expect(pictures[0]).toMatchObject({ x: 0, y: 0, width: 1096, height: 720, stream: screens.get("p1") });
  });

  it("a screen that has not arrived leaves the grid as it is", () => {
    expect(shown([person("nobody", { isScreenSharing: true })])).toEqual(["nobody 0,0 1280x720"]);
  });

  it("shows my own screen from here", () => {
    const mine = stream(new FakeTrack("video"));
    expect(scene([person("me", { isScreenSharing: true })], mine).pictures[0]?.stream).toBe(mine);
  });

  it("a camera that is off is a name, and comes after the faces", () => {
    const { pictures } = scene([person("p1", { isVideoOff: true }), person("p2")]);
    expect(pictures.map(({ name, stream: shownStream }) => [name, shownStream !== null])).toEqual([
      ["P2", true],
      ["P1", false],
    ]);
  });

  it.each([9, 25, 60])("of %i keeps everything inside the frame", (count) => {
    const { pictures } = scene(Array.from({ length: count }, (_, index) => person(`p${index}`)));
    expect(pictures).toHaveLength(count);
    for (const { x, y, width, height } of pictures) {
      expect([x >= 0, y >= 0, x + width <= 1280, y + height <= 720]).toEqual([true, true, true, true]);
    }
  });
});

describe("the sound", () => {
  const voices = (people: readonly Person[], myScreen: MediaStream | null = null) => [
    ...scene(people, myScreen).voices.keys(),
  ];

  it("has everybody who is not muted, me included, and what screens play", () => {
    expect(voices([person("me"), person("p1", { isScreenSharing: true }), person("p2", { isMuted: true })])).toEqual([
      "me",
      "p1",
      "p1/screen",
    ]);
  });

  it("of a client whose screen comes in the camera's place is mixed once", () => {
    const { pictures, voices } = scene([person("bot", { isScreenSharing: true })]);
    expect([pictures[0]?.key, [...voices.keys()]]).toEqual(["bot/screen", ["bot"]]);
  });

  it("has no screen's sound after the sharing, and no ended track", () => {
    const ended = new FakeTrack("audio");
    ended.stop();
    expect(voices([person("me", { isScreenSharing: true, isMuted: true }), person("p1")], stream(ended))).toEqual([
      "p1",
    ]);
  });
});
