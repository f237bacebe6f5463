import { afterEach, describe, expect, it, vi } from "vitest";
import { EarlyWebSocket } from "./earlySocket";

// The transport takes the browser's class as it is loaded.
vi.hoisted(() => {
  globalThis.WebSocket = Object.assign(
    class {
      sent: unknown[] = [];
      send(data: unknown) {
        this.sent.push(data);
      }
    },
    { OPEN: 1 },
  ) as never;
});

const URL = "ws://example.test/socket.io/?EIO=4&transport=websocket";

/** What `early.ts` leaves on the page. */
function early(url: string, readyState: number, messages: unknown[] = []) {
  const socket = {
    url,
    readyState,
    isClosed: false,
    sent: [] as unknown[],
    onopen: null as (() => void) | null,
    onmessage: null as ((event: { data: unknown }) => void) | null,
    close() {
      this.isClosed = true;
    },
    send(data: unknown) {
      this.sent.push(data);
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

/** The transport with the socket that it opens, as `BaseWS.doOpen` leaves them. */
function opened() {
  const made = transport();
  const ws = made.createSocket(URL, undefined, {}) as unknown as { sent: unknown[] };
  return { ws, write: (data: string) => Object.assign(made, { ws }).doWrite({ type: "message" }, data) };
}

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

  it("says CONNECT once where the page has said it, and everything else", () => {
    early(URL, 1, ["0{}"]);
    const { ws, write } = opened();
    for (const data of ["40", '42["join-meeting"]', "40"]) write(data);
    expect(ws.sent).toEqual(['42["join-meeting"]', "40"]);
  });

  it.each([
    ["still opening", () => early(URL, 0)],
    ["open without a greeting yet", () => early(URL, 1)],
    ["not there", () => undefined],
  ])("says CONNECT itself where the page's socket is %s", (_name, prepare) => {
    prepare();
    const { ws, write } = opened();
    write("40");
    expect(ws.sent).toEqual(["40"]);
  });
});
