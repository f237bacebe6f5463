import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeTrack } from "../../testing/fakePeerConnection";
import { createBlur } from "./index";
import type { FromWorker, ToWorker } from "./messages";

/** The blurring worker, which loads its model for ever, or says what the test lets it say. */
class FakeWorker {
  static told: ToWorker["kind"][] = [];
  static last: FakeWorker | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    FakeWorker.last = this;
  }
  say(data: FromWorker): void {
    this.onmessage?.({ data });
  }
  postMessage({ kind }: ToWorker): void {
    FakeWorker.told.push(kind);
  }
  terminate(): void {}
}

/** A camera of which copies are made. */
class Camera extends FakeTrack {
  readonly copies: FakeTrack[] = [];
  override clone(): FakeTrack {
    const copy = super.clone();
    this.copies.push(copy);
    return copy;
  }
}

beforeEach(() => {
  FakeWorker.told = [];
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("OffscreenCanvas", class {});
  vi.stubGlobal(
    "MediaStreamTrackProcessor",
    class {
      readonly readable = {};
    },
  );
  vi.stubGlobal(
    "MediaStreamTrackGenerator",
    class extends FakeTrack {
      readonly writable = {};
      constructor() {
        super("video");
      }
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a blur that loads", () => {
  it("lets the camera go at once when it is not wanted any more, and nothing else is tried", async () => {
    const camera = new Camera("video");
    const unwanted = new AbortController();
    const applying = createBlur().apply(camera as never, () => undefined, unwanted.signal);
    unwanted.abort();
    await expect(applying).rejects.toThrow();
    expect(camera.copies.map((copy) => copy.readyState)).toEqual(["ended"]);
    expect(FakeWorker.told).toEqual(["start", "forget"]);
  });
});

describe("a blur that breaks after its first frame", () => {
  it("is not made again: everything is blurred from then on, which this browser cannot do either", async () => {
    const blur = createBlur();
    const broken = vi.fn();
    const unwanted = new AbortController().signal;
    const applying = blur.apply(new Camera("video") as never, broken, unwanted);
    FakeWorker.last?.say({ kind: "first", id: 1 });
    await applying;
    FakeWorker.last?.say({ kind: "failed", id: 1, problem: "no mask" });
    expect(broken).toHaveBeenCalledTimes(1);
    await expect(blur.apply(new Camera("video") as never, () => undefined, unwanted)).rejects.toThrow();
    expect(FakeWorker.told).toEqual(["start", "forget"]);
  });
});
