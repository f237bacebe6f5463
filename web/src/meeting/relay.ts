/**
 * Whether my media goes over the meeting's own relay only, so that nobody learns my address.
 *
 * Possible only where a TURN server is configured; the wish is remembered, and waits where there is none.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Memory } from "../media/devices";

const RELAY_ONLY = "relayOnly";

/** Without TURN servers that have no login: a browser refuses them, and with one of them the whole list. */
export function usable(servers: readonly RTCIceServer[]): readonly RTCIceServer[] {
  return servers.filter((server) => !isRelay(server) || (server.username && server.credential));
}

function isRelay({ urls }: RTCIceServer): boolean {
  return [urls].flat().some((url) => /^turns?:/u.test(url));
}

export class Relay {
  private readonly possible = signal(false);
  private readonly on: { value: boolean } & ReadonlySignal<boolean>;
  readonly isPossible: ReadonlySignal<boolean> = this.possible;

  constructor(
    private readonly memory: Memory,
    private readonly apply: (isOnly: boolean) => void,
  ) {
    this.on = signal(memory.get(RELAY_ONLY) !== "");
  }

  get isOn(): ReadonlySignal<boolean> {
    return this.on;
  }

  /** New servers have come; call before they are used. */
  learn(servers: readonly RTCIceServer[]): void {
    this.possible.value = servers.some(isRelay);
    this.apply(this.on.peek() && this.possible.peek());
  }

  set(isOn: boolean): void {
    this.on.value = isOn;
    this.memory.set(RELAY_ONLY, isOn ? "1" : "");
    this.apply(isOn && this.possible.peek());
  }
}
