import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeTrack } from "../../testing/fakePeerConnection";
import { createBlur } from "./index";
import type { ToWorker } from "./messages";

/** The blurring worker, which loads its model for ever. */
class FakeWorker {
  static told: ToWorker["kind"][] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
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
