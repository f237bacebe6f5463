import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import { type Recognition, speechOver } from "../media/speech";
import { FakeClock } from "../testing/clock";
import { Dictation } from "./dictation";

class FakeRecognition implements Recognition {
  lang = "";
  continuous = false;
  interimResults = false;
  onresult: Recognition["onresult"] = null;
  onerror: Recognition["onerror"] = null;
  onend: Recognition["onend"] = null;
  isRunning = false;
  start(): void {
    this.isRunning = true;
  }
  abort(): void {
    if (!this.isRunning) return;
    this.isRunning = false;
    // As browsers do: what was being said comes out, then the error and the end.
    this.hear([["too late", true]]);
    this.onerror?.({ error: "aborted" });
    this.onend?.();
  }
  hear(results: readonly (readonly [string, boolean])[], resultIndex = 0): void {
    const list = results.map(([transcript, isFinal]) => ({ isFinal, length: 1, 0: { transcript } }));
    this.onresult?.({ resultIndex, results: list });
  }
  end(): void {
    this.isRunning = false;
    this.onend?.();
  }
}

let made: FakeRecognition[];
let clock: FakeClock;
let published: (readonly [string, boolean, string])[];
let isMicOn = signal(true);
let dictation: Dictation;
const last = (): FakeRecognition => made[made.length - 1] ?? new FakeRecognition();
const running = (): number => made.filter((one) => one.isRunning).length;

beforeEach(() => {
  made = [];
  published = [];
  clock = new FakeClock();
  isMicOn = signal(true);
  dictation = new Dictation({
    createSpeech: speechOver(() => {
      const recognition = new FakeRecognition();
      made.push(recognition);
      return recognition;
    }),
    captions: { publish: (text, isFinal, lang) => void published.push([text, isFinal, lang]) },
    isMicOn,
    after: clock.after,
  });
});

describe("Dictation", () => {
  it("hears nothing before it is started", () => {
    expect(made).toEqual([]);
  });

  it("publishes what is being said and what was said, in the language chosen", () => {
    dictation.start("de-DE");
    expect([last().lang, last().continuous, last().interimResults]).toEqual(["de-DE", true, true]);
    last().hear([
      ["Guten ", false],
      ["Tag", false],
    ]);
    last().hear([["Guten Tag.", true]]);
    last().hear(
      [
        ["Guten Tag.", true],
        [" Wie", false],
      ],
      1,
    );
    expect(published).toEqual([
      ["Guten Tag", false, "de-DE"],
      ["Guten Tag.", true, "de-DE"],
      [" Wie", false, "de-DE"],
    ]);
  });

  it("hears nothing while I am muted, not even what comes late, and goes on after", () => {
    dictation.start("en-US");
    isMicOn.value = false;
    expect([running(), dictation.isOn.value, published]).toEqual([0, true, []]);
    clock.advance(60_000);
    expect(running()).toBe(0);
    isMicOn.value = true;
    expect(running()).toBe(1);
  });

  it("started while muted waits for the microphone", () => {
    isMicOn.value = false;
    dictation.start("en-US");
    expect(running()).toBe(0);
    isMicOn.value = true;
    expect(running()).toBe(1);
  });

  it("goes on by itself when the browser ends it", () => {
    dictation.start("en-US");
    last().end();
    expect(running()).toBe(0);
    clock.advance(300);
    expect([running(), made.length]).toEqual([1, 2]);
  });

  it("does not go on when it was stopped or muted in the pause", () => {
    dictation.start("en-US");
    last().end();
    dictation.stop();
    clock.advance(1000);
    expect(running()).toBe(0);
    dictation.start("en-US");
    last().end();
    isMicOn.value = false;
    clock.advance(1000);
    expect(running()).toBe(0);
  });

  it("gives up when it only ever ends", () => {
    dictation.start("en-US");
    for (let ends = 0; ends <= 20; ends += 1) {
      last().end();
      clock.advance(300);
    }
    expect([dictation.isOn.value, dictation.problem.value, running()]).toEqual([false, "other", 0]);
  });

  it("goes on however long I only listen: every silence ends it", () => {
    dictation.start("en-US");
    for (let ends = 0; ends < 100; ends += 1) {
      clock.advance(8000);
      last().end();
      clock.advance(300);
    }
    expect([dictation.isOn.value, dictation.problem.value, running()]).toEqual([true, null, 1]);
  });

  it.each([
    ["not-allowed", "blocked"],
    ["service-not-allowed", "blocked"],
    ["network", "offline"],
    ["language-not-supported", "language"],
    ["audio-capture", "other"],
    ["toString", "other"],
  ])("%s stops it and says why: %s", (error, problem) => {
    dictation.start("en-US");
    last().onerror?.({ error });
    expect([dictation.isOn.value, dictation.problem.value, running()]).toEqual([false, problem, 0]);
    dictation.start("en-US");
    expect([dictation.problem.value, running()]).toEqual([null, 1]);
  });

  it("silence is no problem", () => {
    dictation.start("en-US");
    last().onerror?.({ error: "no-speech" });
    expect([dictation.isOn.value, dictation.problem.value]).toEqual([true, null]);
  });

  it("another language starts anew", () => {
    dictation.start("en-US");
    dictation.start("de-DE");
    expect([last().lang, running(), made.length]).toEqual(["de-DE", 1, 2]);
  });

  it("closed hears nothing any more", () => {
    dictation.start("en-US");
    dictation.close();
    isMicOn.value = false;
    isMicOn.value = true;
    clock.advance(1000);
    expect(running()).toBe(0);
  });
});
