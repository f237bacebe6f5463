/** The typed socket: connects early, keeps reconnecting, and never sends what was meant for an earlier connection. */
import { io, type Socket, XHR } from "socket.io-client";
import { EarlyWebSocket } from "./earlySocket";
import {
  type Ack,
  type ClientEventName,
  type ClientEvents,
  SERVER_EVENT_NAMES,
  type ServerEventName,
  type ServerEvents,
} from "./events";

export type SignalingState = "closed" | "connecting" | "open";

/** What the session needs of a socket; tests implement it in memory. */
export interface Signaling {
  readonly state: SignalingState;
  connect(): void;
  /** Drops a connection that may be dead (after a network change) and opens a new one at once. */
  refresh(): void;
  close(): void;
  /** Sends if connected and drops otherwise: a late toggle or offer would hit another seat's state. */
  emit<E extends ClientEventName>(event: E, payload: ClientEvents[E]): void;
  /** Like emit, and resolves with the server's answer; with `{code: "unreachable"}` when none came. */
  request<E extends ClientEventName>(event: E, payload: ClientEvents[E], timeoutMs?: number): Promise<Ack>;
  onEvent(listener: <E extends ServerEventName>(event: E, payload: ServerEvents[E]) => void): void;
  onState(listener: (state: SignalingState) => void): void;
}

const UNREACHABLE: Ack = { error: "The server cannot be reached.", code: "unreachable" };
const ACK_TIMEOUT_MS = 8000;

/**
 * Opens the product's socket on this page's origin.
 *
 * WebSocket goes first: polling first costs three more round trips before the upgrade. Polling stays as the way
 * through proxies that break WebSocket.
 */
export function createSignaling(url?: string): Signaling {
  const socket: Socket = io(url ?? "", {
    transports: [EarlyWebSocket, XHR],
    tryAllTransports: true,
    autoConnect: false,
    reconnectionDelay: 250,
    reconnectionDelayMax: 3000,
    timeout: 10_000,
  });
  let state: SignalingState = "closed";
  const stateListeners: ((state: SignalingState) => void)[] = [];
  const enter = (next: SignalingState): void => {
    if (next === state) return;
    state = next;
    for (const listener of stateListeners) listener(next);
  };
  socket.on("connect", () => enter("open"));
  socket.on("disconnect", () => enter(socket.active ? "connecting" : "closed"));
  // Refused by the server (too many from this address): the client does not try that again by itself.
  socket.on("connect_error", () => enter(socket.active ? "connecting" : "closed"));

  return {
    get state() {
      return state;
    },
    connect() {
      if (socket.connected || socket.active) return;
      enter("connecting");
      socket.connect();
    },
    refresh() {
      if (socket.connected) socket.io.engine.close();
      else {
        // A pending back-off is not worth waiting for once the network is back.
        socket.disconnect();
        enter("connecting");
        socket.connect();
      }
    },
    close() {
      socket.disconnect();
      enter("closed");
    },
    emit(event, payload) {
      if (socket.connected) socket.emit(event, payload);
    },
    async request(event, payload, timeoutMs = ACK_TIMEOUT_MS): Promise<Ack> {
      if (!socket.connected) return UNREACHABLE;
      try {
        const answer: Ack | undefined = await socket.timeout(timeoutMs).emitWithAck(event, payload);
        return answer ?? { ok: true };
      } catch {
        return UNREACHABLE;
      }
    },
    onEvent(listener) {
      for (const name of SERVER_EVENT_NAMES) {
        socket.on(name, (payload: ServerEvents[typeof name]) => listener(name, payload));
      }
    },
    onState(listener) {
      stateListeners.push(listener);
    },
  };
}
