import { describe, expect, it } from "vitest";
import { NOBODY_RECORDS, type RecordingNotice, reduceNotice } from "./recordingNotice";
import type { RoomEvent } from "./roomState";

const started = (hostName: string): RoomEvent => ({ name: "recording:started", payload: { hostName } });
const stopped: RoomEvent = { name: "recording:stopped", payload: {} };
const joined = (isRecording: boolean): RoomEvent => ({ name: "joined", payload: { isRecording } }) as RoomEvent;
const play = (events: readonly RoomEvent[]): RecordingNotice => events.reduce(reduceNotice, NOBODY_RECORDS);

describe("who records", () => {
  it.each<[string, RoomEvent[], string[]]>([
    ["a host", [started("Ada")], ["Ada"]],
    ["two hosts", [started("Ada"), started("Ben")], ["Ada", "Ben"]],
    ["nobody any more", [started("Ada"), started("Ben"), stopped], []],
    ["somebody who comes late is told", [joined(true), started("Ada"), started("Ben")], ["Ada", "Ben"]],
    ["an outage keeps the names", [started("Ada"), joined(true)], ["Ada"]],
    ["after it the server's word counts", [started("Ada"), started("Ben"), joined(true), started("Ben")], ["Ben"]],
    ["it stopped during an outage", [started("Ada"), joined(false)], []],
  ])("%s", (_, events, names) => {
    expect(play(events).names).toEqual(names);
  });
});
