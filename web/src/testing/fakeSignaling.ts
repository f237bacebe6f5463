import type { Ack, ClientEventName, ClientEvents, ServerEventName, ServerEvents } from "../protocol/events";
import type { Signaling, SignalingState } from "../protocol/signaling";

/** A socket in memory: the test is the server. */
export class FakeSignaling implements Signaling {
  state: SignalingState = "closed";
  readonly sent: { readonly event: ClientEventName; readonly payload: unknown }[] = [];
  refreshes = 0;
  connects = 0;
  answer: (event: ClientEventName) => Ack = () => ({ ok: true });
  private eventListener: (event: ServerEventName, payload: never) => void = () => undefined;
  private readonly stateListeners: ((state: SignalingState) => void)[] = [];

  connect(): void {
    this.connects += 1;
    if (this.state === "closed") this.become("connecting");
  }
  refresh(): void {
    this.refreshes += 1;
  }
  close(): void {
    this.become("closed");
  }
  emit<E extends ClientEventName>(event: E, payload: ClientEvents[E]): void {
    if (this.state === "open") this.sent.push({ event, payload });
  }
  async request<E extends ClientEventName>(event: E, payload: ClientEvents[E]): Promise<Ack> {
    if (this.state !== "open") return { error: "unreachable", code: "unreachable" };
    this.sent.push({ event, payload });
    return this.answer(event);
  }
  onEvent(listener: <E extends ServerEventName>(event: E, payload: ServerEvents[E]) => void): void {
    this.eventListener = listener as typeof this.eventListener;
  }
  onState(listener: (state: SignalingState) => void): void {
    this.stateListeners.push(listener);
  }

  become(state: SignalingState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.stateListeners) listener(state);
  }
  say<E extends ServerEventName>(event: E, payload: ServerEvents[E]): void {
    this.eventListener(event, payload as never);
  }
  names(): string[] {
    return this.sent.map(({ event }) => event);
  }
  take<E extends ClientEventName>(event: E): ClientEvents[E][] {
    return this.sent.filter((sent) => sent.event === event).map((sent) => sent.payload as ClientEvents[E]);
  }
}
