import type { After } from "../media/transport";

/** Time that moves only when a test says so. */
export class FakeClock {
  private timers: { at: number; action: () => void }[] = [];
  now = 0;

  readonly after: After = (ms, action) => {
    const timer = { at: this.now + ms, action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  };

  advance(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.now = due.at;
      due.action();
    }
    this.now = until;
  }
}

/** Lets every promise that is ready, and what follows from it, run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
}
