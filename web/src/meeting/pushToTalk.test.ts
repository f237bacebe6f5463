import { describe, expect, it } from "vitest";
import { PushToTalk } from "./pushToTalk";

function setUp(isOn: boolean, isUsable = true): { talk: PushToTalk; mic: { isOn: boolean; sets: boolean[] } } {
  const mic = { isOn, sets: [] as boolean[] };
  const talk = new PushToTalk({
    isOn: () => mic.isOn,
    isUsable: () => isUsable,
    set: (on) => {
      mic.isOn = on;
      mic.sets.push(on);
    },
  });
  return { talk, mic };
}

describe("PushToTalk", () => {
  it("opens while held and closes on release", () => {
    const { talk, mic } = setUp(false);
    expect([talk.press(), talk.isTalking.value, mic.isOn]).toEqual([true, true, true]);
    expect([talk.release(), talk.isTalking.value, mic.isOn]).toEqual([true, false, false]);
  });

  it("a key that repeats opens once", () => {
    const { talk, mic } = setUp(false);
    expect([talk.press(), talk.press(), talk.press()]).toEqual([true, true, true]);
    expect(mic.sets).toEqual([true]);
  });

  it.each([
    ["is on already", true, true],
    ["has a problem", false, false],
  ])("leaves a microphone alone that %s", (_name, isOn, isUsable) => {
    const { talk, mic } = setUp(isOn, isUsable);
    expect([talk.press(), talk.release(), mic.sets]).toEqual([false, false, []]);
  });

  it("a release without a press closes nothing", () => {
    const { talk, mic } = setUp(true);
    expect([talk.release(), mic.isOn]).toEqual([false, true]);
  });

  it("a host who mutes meanwhile has the last word", () => {
    const { talk, mic } = setUp(false);
    talk.press();
    mic.isOn = false;
    talk.yieldTo(false);
    expect(talk.isTalking.value).toBe(false);
    expect(talk.press()).toBe(true);
    expect([talk.release(), mic.sets]).toEqual([true, [true]]);
  });
});
