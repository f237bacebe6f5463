import { describe, expect, it } from "vitest";
import type { ParticipantWaiting } from "../protocol/events";
import type { RoomEvent } from "./roomState";
import { reduceQueue } from "./waitingRoom";

const waits = (payload: Partial<ParticipantWaiting> & { socketId: string }): RoomEvent => ({
  name: "waiting-room:participant-waiting",
  payload: { name: payload.socketId.toUpperCase(), count: 1, waitingSince: 10, ...payload },
});
const joined = { name: "joined", payload: {} } as RoomEvent;
const chat = { name: "chat:message", payload: { from: "a", name: "A", text: "hi", timestamp: 1 } } as RoomEvent;
const play = (events: readonly RoomEvent[]) =>
  events.reduce<ReturnType<typeof reduceQueue>>((queue, event) => reduceQueue(queue, event, 99), []);
const ids = (events: readonly RoomEvent[]): string[] => play(events).map((waiter) => waiter.id);

describe("the queue", () => {
  it.each<[string, RoomEvent[], string[]]>([
    ["keeps the order of asking", [waits({ socketId: "b" }), waits({ socketId: "a" })], ["b", "a"]],
    [
      "forgets who waits no longer",
      [waits({ socketId: "a" }), waits({ socketId: "b" }), waits({ socketId: "a", removed: true })],
      ["b"],
    ],
    ["takes no harm from somebody unknown who left", [waits({ socketId: "a", removed: true })], []],
    ["starts afresh with a seat", [waits({ socketId: "a" }), joined, waits({ socketId: "b" })], ["b"]],
    ["is not touched by other events", [waits({ socketId: "a" }), chat], ["a"]],
  ])("%s", (_, events, expected) => {
    expect(ids(events)).toEqual(expected);
  });

  it("flags in place somebody who was removed by a host meanwhile", () => {
    const queue = play([
      waits({ socketId: "a" }),
      waits({ socketId: "b" }),
      waits({ socketId: "a", wasRemoved: true }),
    ]);
    expect(queue).toEqual([
      { id: "a", name: "A", wasRemoved: true, sinceMs: 10 },
      { id: "b", name: "B", wasRemoved: false, sinceMs: 10 },
    ]);
  });

  it("without a time of the server takes the one of hearing of it", () => {
    const event = {
      name: "waiting-room:participant-waiting",
      payload: { socketId: "a", name: "A", count: 1 },
    } as RoomEvent;
    expect(play([event])[0]?.sinceMs).toBe(99);
  });
});
