/** What others do while a state is looked at: whoever looks sends an event of that name to the window. */

const stops: (() => void)[] = [];

export function happens(name: "recorded" | "recorded-no-more" | "unmute-asked" | "message", then: () => void): void {
  window.addEventListener(name, then);
  stops.push(() => window.removeEventListener(name, then));
}

/** Nothing happens to a state that is not shown any more. */
export function stopHappening(): void {
  for (const stop of stops.splice(0)) stop();
}
