import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../testing/clock";
import { Captions, NO_CAPTIONS, withoutOld, withPiece } from "./captions";

type Said = readonly [who: string, text: string, isFinal?: boolean];

const piece = ([participantId, text, isFinal = false]: Said) => ({
  participantId,
  name: participantId.toUpperCase(),
  text,
  isFinal,
  lang: "en",
});
const heard = (said: readonly Said[]) =>
  said.reduce((state, one, index) => withPiece(state, piece(one), index), NO_CAPTIONS);

describe("withPiece", () => {
  it.each<[string, Said[], string[], string[]]>([
    ["nothing", [], [], []],
    ["an interim piece is shown and not kept", [["ada", "he"]], ["ada: he"], []],
    [
      "the next one replaces it",
      [
        ["ada", "he"],
        ["ada", "hello"],
      ],
      ["ada: hello"],
      [],
    ],
    [
      "a final one closes it and is kept",
      [
        ["ada", "he"],
        ["ada", "Hello.", true],
      ],
      ["ada: Hello."],
      ["ada: Hello."],
    ],
    [
      "the next one begins in its place, while that is seen",
      [
        ["ada", "Hello.", true],
        ["bob", "Hi"],
        ["ada", "how"],
      ],
      ["ada: how", "bob: Hi"],
      ["ada: Hello."],
    ],
    [
      "two at once keep their places",
      [
        ["ada", "a"],
        ["bob", "b"],
        ["ada", "aa"],
      ],
      ["ada: aa", "bob: b"],
      [],
    ],
    [
      "a bot that publishes only final pieces",
      [
        ["bot", "One.", true],
        ["bot", "Two.", true],
      ],
      ["bot: Two."],
      ["bot: One.", "bot: Two."],
    ],
  ])("%s", (_, said, now, transcript) => {
    const state = heard(said);
    const words = (lines: typeof state.now) => lines.map((line) => `${line.participantId}: ${line.text}`);
    expect([words(state.now), words(state.transcript)]).toEqual([now, transcript]);
  });

  it("keeps the last 500 pieces of the transcript", () => {
    const state = heard(Array.from({ length: 501 }, (_, n): Said => ["ada", String(n), true]));
    expect([state.transcript.length, state.transcript[0]?.text]).toEqual([500, "1"]);
  });

  it("a line that begins in the place of a finished one has a key of its own", () => {
    const { now } = heard([
      ["ada", "Hello.", true],
      ["bob", "Hi"],
      ["ada", "how"],
    ]);
    expect(now.map((line) => line.key)).toEqual([3, 2]);
  });

  it("a line that grows keeps its key", () => {
    expect(heard([["ada", "a"]]).now[0]?.key).toBe(
      heard([
        ["ada", "a"],
        ["ada", "ab"],
      ]).now[0]?.key,
    );
  });
});

describe("withoutOld", () => {
  it("takes what is six seconds old, and is the same object otherwise", () => {
    const state = heard([
      ["ada", "a"],
      ["bob", "b"],
    ]);
    expect(withoutOld(state, 5999)).toBe(state);
    expect(withoutOld(state, 6000).now.map((line) => line.participantId)).toEqual(["bob"]);
  });
});

describe("Captions", () => {
  let clock: FakeClock;
  let sent: unknown[];
  let captions: Captions;
  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    captions = new Captions(
      { tell: (event, payload) => void sent.push([event, payload]), ask: async () => ({ ok: true }) },
      () => clock.now,
      clock.after,
    );
  });

  it("shows a line until nobody has added to it for six seconds", () => {
    captions.take(piece(["ada", "he"]));
    clock.advance(4000);
    captions.take(piece(["ada", "hello"]));
    clock.advance(5999);
    expect(captions.now.value.map((line) => line.text)).toEqual(["hello"]);
    clock.advance(1);
    expect(captions.now.value).toEqual([]);
  });

  it("are coming from the first piece until a minute without one", () => {
    const { areComing } = captions;
    expect(areComing.value).toBe(false);
    captions.take(piece(["ada", "Hello.", true]));
    clock.advance(59_000);
    captions.take(piece(["bob", "Hi."]));
    clock.advance(59_999);
    expect([captions.now.value, areComing.value]).toEqual([[], true]);
    clock.advance(1);
    expect(areComing.value).toBe(false);
    captions.take(piece(["ada", "Still here?"]));
    expect(areComing.value).toBe(true);
    captions.clear();
    expect(areComing.value).toBe(false);
  });

  it("sends interim pieces at most every 400 ms, and every final one", () => {
    for (const [ms, text, isFinal] of [
      [0, "a", false],
      [100, "a b", false],
      [300, "a b c", false],
      [10, "a b c d", true],
    ] as const) {
      clock.advance(ms);
      captions.publish(text, isFinal, "de-DE");
    }
    expect(sent).toEqual([
      ["caption:publish", { text: "a", isFinal: false, lang: "de-DE" }],
      ["caption:publish", { text: "a b c", isFinal: false, lang: "de-DE" }],
      ["caption:publish", { text: "a b c d", isFinal: true, lang: "de-DE" }],
    ]);
  });

  it("sends nothing for silence, and a long speech in parts that the server takes", () => {
    captions.publish("  ", true, "en");
    captions.publish("x".repeat(2100), true, "en");
    expect(sent.map((one) => (one as [string, { text: string }])[1].text.length)).toEqual([1000, 1000, 100]);
  });
});
