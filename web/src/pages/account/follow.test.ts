import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../protocol/http";
import { Following, type FollowSpec } from "./follow";

class Tab {
  hidden = false;
  #listener: (() => void) | null = null;
  addEventListener(_: string, listener: () => void): void {
    this.#listener = listener;
  }
  removeEventListener(_: string, listener: () => void): void {
    if (this.#listener === listener) this.#listener = null;
  }
  show(isShown: boolean): void {
    this.hidden = !isShown;
    this.#listener?.();
  }
}

/** Questions that are answered by hand; `asked` counts them. */
function world(differences: Partial<FollowSpec<string>> = {}) {
  const tab = new Tab();
  const answers: string[] = [];
  const pending: { resolve(answer: string): void; reject(error: unknown): void }[] = [];
  let asked = 0;
  const follows = new Following<string>({
    ask: () => {
      asked += 1;
      return new Promise((resolve, reject) => pending.push({ resolve, reject }));
    },
    onAnswer: (answer) => answers.push(answer),
    onFailure: () => false,
    pauseAfter: (answer) => (answer === "over" ? null : 3_000),
    sight: tab,
    ...differences,
  });
  const settle = async (act: (one: (typeof pending)[number]) => void): Promise<void> => {
    const one = pending.shift();
    if (!one) throw new Error("nothing was asked");
    act(one);
    await vi.advanceTimersByTimeAsync(0);
  };
  return {
    tab,
    answers,
    follows,
    asked: () => asked,
    answer: (text: string) => settle((one) => one.resolve(text)),
    fail: (error: unknown) => settle((one) => one.reject(error)),
  };
}

describe("Following", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks again after each answer, never twice at once, until the last word", async () => {
    const { follows, asked, answer, answers } = world();
    follows.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(1);
    await answer("one");
    await vi.advanceTimersByTimeAsync(2_999);
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toBe(2);
    await answer("over");
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked(), answers]).toEqual([2, ["one", "over"]]);
  });

  it("rests while nobody looks, and asks at once when somebody does", async () => {
    const { follows, asked, answer, tab } = world();
    follows.start();
    await answer("one");
    tab.show(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(1);
    tab.show(true);
    expect(asked()).toBe(2);
    tab.show(false);
    await answer("two");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(2);
  });

  it("does not count an answer that was under way when something changed", async () => {
    const { follows, answer, answers } = world();
    follows.start();
    void follows.now();
    await answer("before the change");
    await answer("after it");
    expect(answers).toEqual(["after it"]);
  });

  it("waits longer after each failure, and is quick again after an answer", async () => {
    const { follows, asked, answer, fail } = world();
    follows.start();
    const waits: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await fail(new ApiError(503, "away", "Away"));
      const before = asked();
      let waited = 0;
      while (asked() === before) {
        await vi.advanceTimersByTimeAsync(1_000);
        waited += 1;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([3, 6, 12, 24, 30]);
    await answer("back");
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked()).toBe(7);
  });

  it("waits as long as a server that is asked too much says", async () => {
    const { follows, asked, fail } = world();
    follows.start();
    await fail(new ApiError(429, "rate_limited", "Too many", "", 90));
    await vi.advanceTimersByTimeAsync(89_999);
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked()).toBe(2);
  });

  it("gives up when a failure is final, and is silent once stopped", async () => {
    const final = world({ onFailure: () => true });
    final.follows.start();
    await final.fail(new ApiError(404, "meeting_not_found", "Meeting not found"));
    await vi.advanceTimersByTimeAsync(600_000);
    expect(final.asked()).toBe(1);

    const stopped = world();
    stopped.follows.start();
    stopped.follows.stop();
    await stopped.answer("late");
    stopped.tab.show(true);
    await vi.advanceTimersByTimeAsync(600_000);
    expect([stopped.asked(), stopped.answers]).toEqual([1, []]);
  });
});
