import { describe, expect, it } from "vitest";
import { FakeClock, settled } from "../testing/clock";
import { FakePeerConnection, FakeStream } from "../testing/fakePeerConnection";
import { browserMeshPlatform, Mesh } from "./mesh";
import type { Signal } from "./transport";

/** One participant's mesh; what it sends waits to be looked at. */
function setUp(): {
  mesh: Mesh;
  sent: { to: string; kind: Signal["kind"] }[];
  qualities: string[];
  pictures: string[];
  connections: FakePeerConnection[];
  clock: FakeClock;
  /** Whether the browser makes connections. */
  browser: { isAble: boolean };
} {
  const clock = new FakeClock();
  const sent: { to: string; kind: Signal["kind"] }[] = [];
  const qualities: string[] = [];
  const browser = { isAble: true };
  const pictures: string[] = [];
  const connections: FakePeerConnection[] = [];
  const mesh = new Mesh(
    {
      send: (to, { kind }) => sent.push({ to, kind }),
      streams: () => undefined,
      quality: (from, quality) => void qualities.push(`${from} ${quality}`),
      picture: (from, isComing) => void pictures.push(`${from} ${isComing ? "comes" : "stands"}`),
      uplink: () => undefined,
    },
    {
      createConnection: () => {
        if (!browser.isAble) throw new ReferenceError("RTCPeerConnection is not defined");
        const connection = new FakePeerConnection();
        connections.push(connection);
        return connection as never;
      },
      createStream: () => new FakeStream() as never,
      codecs: () => [],
      after: clock.after,
    },
  );
  return { mesh, sent, qualities, pictures, connections, clock, browser };
}

describe("who calls", () => {
  it("whoever comes calls those who are there", async () => {
    const { mesh, sent } = setUp();
    await mesh.enter("me", ["ada", "ben"]);
    expect(sent.filter(({ kind }) => kind === "offer").map(({ to }) => to)).toEqual(["ada", "ben"]);
    mesh.add("cem");
    await settled();
    expect(sent.some(({ to }) => to === "cem")).toBe(false);
  });

  it("nobody is called where nobody is, and nobody twice", async () => {
    const { mesh, sent, connections } = setUp();
    expect(mesh.enter("me", [])).toBeNull();
    await mesh.enter("me", ["ada"]);
    expect(mesh.enter("me", ["ada"])).toBeNull();
    await settled();
    // The offer that was not answered is said again; the connection is the same.
    expect(sent.filter(({ kind }) => kind === "offer").length).toBe(2);
    expect(connections.length).toBe(1);
  });

  it("somebody who lost the seat and has it again is called: their page may still hold on to the old connection", async () => {
    const { mesh, sent, connections } = setUp();
    await mesh.enter("me", ["ada"]);
    mesh.remove("ada");
    sent.length = 0;
    mesh.add("ada");
    await settled();
    expect(sent.map(({ to, kind }) => `${kind} ${to}`)).toEqual(["offer ada", "candidate ada"]);
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(["closed", "new"]);
  });

  it("another seat of mine knows nobody of before", async () => {
    const { mesh, sent } = setUp();
    await mesh.enter("me", ["ada"]);
    mesh.close();
    await mesh.enter("other", []);
    sent.length = 0;
    mesh.add("ada");
    await settled();
    expect(sent).toEqual([]);
  });
});

describe("a browser that makes no connection", () => {
  it("is in the meeting without media: nobody can be reached", async () => {
    const { mesh, qualities, browser } = setUp();
    browser.isAble = false;
    expect(mesh.enter("me", ["ada", "ben"])).toBeNull();
    mesh.add("cem");
    mesh.receive("dan", { kind: "offer", description: { type: "offer", sdp: "" } });
    await settled();
    expect(qualities).toEqual(["ada blocked", "ben blocked", "cem blocked", "dan blocked"]);
  });

  it("is asked again with the seat, and when somebody calls", async () => {
    const { mesh, sent, connections, browser } = setUp();
    browser.isAble = false;
    mesh.enter("me", ["ada"]);
    mesh.add("ben");
    browser.isAble = true;
    await mesh.enter("me", ["ada", "ben"]);
    expect(sent.filter(({ kind }) => kind === "offer").map(({ to }) => to)).toEqual(["ada", "ben"]);
    expect(connections).toHaveLength(2);
  });

  it("that has no calls at all has no codecs for them", () => {
    expect(browserMeshPlatform.codecs("video")).toEqual([]);
  });
});

describe("statistics", () => {
  it("are asked for often only at first, also of somebody who has neither microphone nor camera", async () => {
    const { mesh, connections, clock } = setUp();
    await mesh.enter("me", ["ada"]);
    const [connection] = connections;
    if (!connection) throw new Error("no connection");
    let asked = 0;
    connection.getStats = async () => {
      asked += 1;
      return new Map();
    };
    connection.become("connected");
    for (let passed = 0; passed < 60_000; passed += 250) {
      clock.advance(250);
      await settled();
    }
    expect(asked).toBeGreaterThan(30);
    expect(asked).toBeLessThan(60);
  });

  it("say whose picture comes and whose stands still, and nothing of a shared screen's frames", async () => {
    const { mesh, pictures, connections, clock } = setUp();
    await mesh.enter("me", ["ada"]);
    const [connection] = connections;
    if (!connection) throw new Error("no connection");
    const [, camera, screen] = connection.transceivers.map(({ receiver }) => receiver.track.id);
    let frames = 0;
    const row = (trackIdentifier: string | undefined, framesDecoded: number) =>
      ({ type: "inbound-rtp", kind: "video", packetsReceived: 9, trackIdentifier, framesDecoded }) as const;
    connection.getStats = async () =>
      new Map([
        ["camera", { ...row(camera, frames), timestamp: clock.now }],
        ["screen", { ...row(screen, clock.now), timestamp: clock.now }],
      ]);
    connection.become("connected");
    const pass = async (seconds: number): Promise<void> => {
      for (let passed = 0; passed < seconds * 4; passed += 1) {
        clock.advance(250);
        await settled();
      }
    };
    await pass(6);
    expect(pictures).toEqual([]);
    frames = 30;
    await pass(3);
    expect(pictures).toEqual(["ada comes"]);
    await pass(5);
    expect(pictures).toEqual(["ada comes", "ada stands"]);
    frames = 31;
    await pass(2);
    mesh.remove("ada");
    expect(pictures).toEqual(["ada comes", "ada stands", "ada comes", "ada stands"]);
  });
});
