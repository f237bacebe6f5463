import { describe, expect, it } from "vitest";
import { changeOf, type Draft, problemOf } from "./settingsDraft";

const live = {
  title: "Team",
  muteOnJoin: false,
  videoOffOnJoin: false,
  maxParticipants: 50,
  locked: false,
  waitingRoom: true,
};

describe("changeOf", () => {
  it.each<[string, Draft, object | null]>([
    ["nothing touched", {}, null],
    ["touched and put back", { locked: false, maxParticipants: "50", title: "Team " }, null],
    ["only what differs", { locked: true, waitingRoom: true }, { locked: true }],
    ["numbers and trimmed words", { title: " Friday ", maxParticipants: "8" }, { title: "Friday", maxParticipants: 8 }],
  ])("%s", (_, draft, expected) => {
    expect(changeOf(draft, live)).toEqual(expected);
  });
});

describe("problemOf", () => {
  it.each<[Draft, string | null]>([
    [{}, null],
    [{ title: "  " }, "title"],
    [{ maxParticipants: "" }, "maxParticipants"],
    [{ maxParticipants: "0" }, "maxParticipants"],
    [{ maxParticipants: "501" }, "maxParticipants"],
    [{ maxParticipants: "2.5" }, "maxParticipants"],
    [{ maxParticipants: "1e2" }, "maxParticipants"],
    [{ maxParticipants: "500" }, null],
  ])("%o", (draft, expected) => {
    expect(problemOf(draft)).toBe(expected);
  });
});
