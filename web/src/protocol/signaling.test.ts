import { beforeEach, describe, expect, it, vi } from "vitest";
import { createSignaling, type Signaling } from "./signaling";

/** Socket.IO's client as it behaves: `active` while it connects, is connected, or comes back by itself. */
class FakeSocket {
  connected = false;
  active = false;
  private readonly listeners = new Map<string, () => void>();
  on(event: string, listener: () => void): void {
    this.listeners.set(event, listener);
  }
  connect(): void {
    this.active = true;
  }
  say(event: string): void {
    this.listeners.get(event)?.();
  }
}

const { made } = vi.hoisted(() => ({ made: [] as unknown[] }));
vi.mock("socket.io-client", () => ({ io: () => made.at(-1), XHR: class {}, WebSocket: class {} }));

let socket: FakeSocket;
let signaling: Signaling;
let states: string[];
beforeEach(() => {
  socket = new FakeSocket();
  made.push(socket);
  signaling = createSignaling();
  states = [];
  signaling.onState((state) => void states.push(state));
  signaling.connect();
});

describe("a connection that does not come about", () => {
  it("is waited for where the client tries again by itself", () => {
    socket.say("connect_error");
    expect([signaling.state, states]).toEqual(["connecting", ["connecting"]]);
  });

  it("is closed where the server refused it, so that somebody connects again", () => {
    socket.active = false;
    socket.say("connect_error");
    expect([signaling.state, states]).toEqual(["closed", ["connecting", "closed"]]);
    signaling.connect();
    expect([signaling.state, socket.active]).toEqual(["connecting", true]);
  });
});
