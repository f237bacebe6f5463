import { afterEach, describe, expect, it, vi } from "vitest";
import { EarlyWebSocket } from "./earlySocket";

// The transport takes the browser's class as it is loaded.
vi.hoisted(() => {
  globalThis.WebSocket = Object.assign(class {}, { OPEN: 1 }) as never;
});

const URL = "ws://example.test/socket.io/?EIO=4&transport=websocket";

/** What `public/early.js` leaves on the page. */
function early(url: string, readyState: number, messages: unknown[] = []) {
  const socket = {
    url,
    readyState,
    isClosed: false,
    onopen: null as (() => void) | null,
    onmessage: null as ((event: { data: unknown }) => void) | null,
    close() {
      this.isClosed = true;
    },
  };
  (globalThis as { onepizzaEarly?: unknown }).onepizzaEarly = { socket, messages };
  return socket;
}

/** The transport without a connection around it. */
function transport(): EarlyWebSocket {
  return Object.create(EarlyWebSocket.prototype) as EarlyWebSocket;
}

afterEach(() => {
  (globalThis as { onepizzaEarly?: unknown }).onepizzaEarly = undefined;
});

function listenTo(socket: { onopen: unknown; onmessage: unknown }): unknown[] {
  const heard: unknown[] = [];
  Object.assign(socket, {
    onopen: () => heard.push("open"),
    onmessage: ({ data }: { data: unknown }) => heard.push(data),
  });
  return heard;
}

describe("EarlyWebSocket", () => {
  it("takes an open one over, with what had come", async () => {
    const socket = early(URL, 1, ["0{}"]);
    expect(transport().createSocket(URL, undefined, {})).toBe(socket);
    const heard = listenTo(socket);
    await Promise.resolve();
    expect(heard).toEqual(["open", "0{}"]);
  });

  it("takes one over that is still opening, and lets it say so itself", async () => {
    const socket = early(URL, 0);
    expect(transport().createSocket(URL, undefined, {})).toBe(socket);
    const heard = listenTo(socket);
    await Promise.resolve();
    expect(heard).toEqual([]);
  });

  it.each([
    ["closed meanwhile", URL, 3],
    ["to somewhere else", "ws://other.test/", 1],
  ])("leaves one %s alone", (_name, url, state) => {
    const socket = early(url, state);
    expect(transport().createSocket(URL, undefined, {})).not.toBe(socket);
    expect(socket.isClosed).toBe(true);
  });

  it("is there for the first connection only", () => {
    const socket = early(URL, 1);
    expect(transport().createSocket(URL, undefined, {})).toBe(socket);
    expect(transport().createSocket(URL, undefined, {})).not.toBe(socket);
  });
});
