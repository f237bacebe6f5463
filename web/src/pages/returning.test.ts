import { beforeEach, describe, expect, it, vi } from "vitest";

const MINUTE_MS = 60_000;
const store = new Map<string, string>();
const sessionStorage = {
  getItem: (key: string) => store.get(key) ?? null,
  setItem: (key: string, value: string) => void store.set(key, value),
  removeItem: (key: string) => void store.delete(key),
};

/** What a page of this tab knows: each call is a page of its own. */
async function openPage(navigation: "navigate" | "reload"): Promise<typeof import("./returning") & { goAway(): void }> {
  const listeners = new Map<string, () => void>();
  vi.stubGlobal("window", {
    addEventListener: (name: string, listener: () => void) => void listeners.set(name, listener),
    sessionStorage,
  });
  vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type: navigation } as never]);
  vi.resetModules();
  const page = await import("./returning");
  return { ...page, goAway: () => listeners.get("pagehide")?.() };
}

beforeEach(() => {
  store.clear();
  vi.stubGlobal("sessionStorage", sessionStorage);
  vi.useFakeTimers({ toFake: ["Date"] });
  return () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

describe("wasInside", () => {
  it("a reload goes straight back in, however long the meeting went on, and only into that one", async () => {
    const before = await openPage("navigate");
    before.noteInside("abc");
    vi.setSystemTime(Date.now() + 90 * MINUTE_MS);
    before.goAway();
    before.noteInside(null);
    const after = await openPage("reload");
    expect([after.wasInside("abc"), after.wasInside("xyz")]).toEqual([true, false]);
  });

  it("a second reload, before the first one is in, goes straight in as well", async () => {
    const before = await openPage("navigate");
    before.noteInside("abc");
    before.goAway();
    (await openPage("reload")).goAway();
    expect((await openPage("reload")).wasInside("abc")).toBe(true);
  });

  it.each([
    ["that is opened anew", "navigate", 0],
    ["that the browser reloads long after it was discarded", "reload", 30 * MINUTE_MS],
  ] as const)("a tab %s asks at the door", async (_, navigation, laterMs) => {
    const before = await openPage("navigate");
    before.noteInside("abc");
    before.goAway();
    vi.setSystemTime(Date.now() + laterMs);
    expect((await openPage(navigation)).wasInside("abc")).toBe(false);
  });

  it("whoever left asks at the door", async () => {
    const before = await openPage("navigate");
    before.noteInside("abc");
    before.noteInside(null);
    before.goAway();
    expect((await openPage("reload")).wasInside("abc")).toBe(false);
  });

  it.each([
    [4, true],
    [6, false],
  ])("a crashed tab that is restored after %i minutes: straight in is %s", async (minutes, isStraightIn) => {
    const { browserSeats } = await import("../meeting/browser");
    browserSeats().keep("abc", "token");
    vi.setSystemTime(Date.now() + minutes * MINUTE_MS);
    expect((await openPage("navigate")).wasInside("abc")).toBe(isStraightIn);
  });
});
