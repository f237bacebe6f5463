import { describe, expect, it } from "vitest";
import { stayAwake } from "./awake";

class FakePage extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";

  turn(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

/** Counts like a browser: a hidden page loses the lock by itself. */
function locks(isAllowed = true) {
  const count = { asked: 0, released: 0 };
  const request = async () => {
    count.asked += 1;
    if (!isAllowed) throw new DOMException("battery", "NotAllowedError");
    return {
      release: async () => {
        count.released += 1;
      },
    };
  };
  return { count, request };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

describe("stayAwake", () => {
  it("asks at once, again when the page is back, and lets go at the end", async () => {
    const page = new FakePage();
    const { count, request } = locks();
    const stop = stayAwake({ request }, page as unknown as Document);
    page.turn("hidden");
    expect(count.asked).toBe(1);
    page.turn("visible");
    expect(count.asked).toBe(2);
    stop();
    page.turn("hidden");
    page.turn("visible");
    await settled();
    expect(count).toEqual({ asked: 2, released: 1 });
  });

  it("takes no for an answer", async () => {
    const { count, request } = locks(false);
    const stop = stayAwake({ request }, new FakePage() as unknown as Document);
    stop();
    await settled();
    expect(count).toEqual({ asked: 1, released: 0 });
  });

  it("does nothing where the browser cannot", () => {
    expect(() => stayAwake(undefined, new FakePage() as unknown as Document)()).not.toThrow();
  });
});
