import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/clock";
import { FakeStream, FakeTrack } from "../testing/fakePeerConnection";
import { Levels } from "./levels";

/** An AudioContext of constant loudness that notes what is listened to. */
class FakeContext {
  readonly state = "running";
  readonly listened: unknown[] = [];
  onstatechange: (() => void) | null = null;
  isClosed = false;
  async close(): Promise<void> {
    this.isClosed = true;
  }
  createMediaStreamSource(stream: unknown): unknown {
    this.listened.push(stream);
    return { connect: () => undefined, disconnect: () => this.listened.splice(this.listened.indexOf(stream), 1) };
  }
  createAnalyser(): unknown {
    return { fftSize: 0, getFloatTimeDomainData: (samples: Float32Array) => samples.fill(0.5) };
  }
}

function setUp() {
  const clock = new FakeClock();
  const contexts: FakeContext[] = [];
  const heard: ReadonlyMap<string, number>[] = [];
  const levels = new Levels({
    createContext: () => {
      contexts.push(new FakeContext());
      return contexts.at(-1) as never;
    },
    every: (ms, action) => {
      let cancel = (): void => undefined;
      const again = (): void => {
        cancel = clock.after(ms, () => {
          action();
          again();
        });
      };
      again();
      return () => cancel();
    },
    soon: (action) => void clock.after(400, action),
    onGesture: () => undefined,
  });
  levels.onTick((all) => heard.push(all));
  const voice = (): MediaStream => new FakeStream([new FakeTrack("audio")]) as never;
  return { clock, contexts, heard, levels, voice };
}

describe("Levels", () => {
  it("a voice that the browser cannot listen to breaks nothing, and the others are heard", () => {
    const { clock, contexts, heard, levels, voice } = setUp();
    levels.watch("ada", voice());
    clock.advance(400);
    const [context] = contexts;
    if (!context) throw new Error("no context");
    const listen = context.createMediaStreamSource;
    context.createMediaStreamSource = () => {
      throw new DOMException("another sample rate", "NotSupportedError");
    };
    levels.watch("ben", voice());
    context.createMediaStreamSource = listen;
    levels.watch("cleo", voice());
    clock.advance(100);
    expect([...(heard.at(-1)?.keys() ?? [])]).toEqual(["ada", "cleo"]);
  });

  it("begins a moment later, with whoever is still there", () => {
    const { clock, contexts, heard, levels, voice } = setUp();
    const [ada, ben] = [voice(), voice()];
    levels.watch("ada", ada);
    levels.watch("ben", ben);
    levels.watch("mute", new FakeStream([new FakeTrack("video")]) as never);
    levels.unwatch("ben");
    expect(contexts).toEqual([]);
    clock.advance(500);
    expect(contexts.map(({ listened }) => listened)).toEqual([[ada]]);
    expect(heard.map((all) => [...all.keys()])).toEqual([["ada"]]);
  });

  it("listens at once afterwards, over the same context, and says when nobody is left", () => {
    const { clock, contexts, heard, levels, voice } = setUp();
    levels.watch("ada", voice());
    clock.advance(400);
    const cem = voice();
    levels.watch("ada", cem);
    expect(contexts.map(({ listened }) => listened)).toEqual([[cem]]);
    heard.length = 0;
    levels.unwatch("ada");
    clock.advance(1000);
    expect(heard).toEqual([new Map()]);
    expect(contexts.length).toBe(1);
  });

  it("opens nothing for a voice that went before it began", () => {
    const { clock, contexts, levels, voice } = setUp();
    levels.watch("ada", voice());
    levels.unwatch("ada");
    clock.advance(400);
    expect(contexts).toEqual([]);
    levels.watch("ada", voice());
    clock.advance(400);
    expect(contexts.length).toBe(1);
  });

  it("closed, measures nobody, also not whom it was about to", () => {
    const { clock, contexts, heard, levels, voice } = setUp();
    levels.watch("ada", voice());
    clock.advance(400);
    levels.close();
    expect(contexts.map(({ isClosed, listened }) => [isClosed, listened])).toEqual([[true, []]]);
    heard.length = 0;
    levels.watch("ben", voice());
    levels.close();
    clock.advance(1000);
    expect([heard, contexts.length]).toEqual([[], 1]);
  });
});
