import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { browserDeps } from "./browser";

/** What a session listens to, by the event of each. */
const targets = {
  navigate: new EventTarget(),
  keydown: new EventTarget(),
  visibilitychange: new EventTarget(),
  devicechange: new EventTarget(),
};
const LISTENED: readonly (readonly [target: EventTarget, event: string])[] = [
  ...Object.entries(targets).map(([event, target]) => [target, event] as const),
  [targets.keydown, "pagehide"],
  [targets.keydown, "online"],
];
const listeners = (): number[] => LISTENED.map(([target, event]) => getEventListeners(target, event).length);

beforeEach(() => {
  vi.stubGlobal("navigation", targets.navigate);
  vi.stubGlobal("addEventListener", targets.keydown.addEventListener.bind(targets.keydown));
  vi.stubGlobal("document", targets.visibilitychange);
  vi.stubGlobal("navigator", { mediaDevices: targets.devicechange, hardwareConcurrency: 2 });
  vi.stubGlobal("HTMLMediaElement", class {});
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("what the browser lends a session", () => {
  it("is given back at its end: the next try begins with nothing of this one", () => {
    const deps = browserDeps();
    deps.page.onLeave(() => undefined);
    deps.page.onOnline(() => undefined);
    expect(listeners()).toEqual(LISTENED.map(() => 1));
    const closeLevels = vi.spyOn(deps.levels, "close");
    deps.close();
    expect(listeners()).toEqual(LISTENED.map(() => 0));
    expect(closeLevels).toHaveBeenCalledTimes(1);
  });
});
