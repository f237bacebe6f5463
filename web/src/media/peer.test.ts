import { describe, expect, it } from "vitest";
import { FakeClock, settled } from "../testing/clock";
import { FakePeerConnection, FakeStream, FakeTrack, linesOf, describe as sdp } from "../testing/fakePeerConnection";
import type { Share } from "./budget";
import { Peer } from "./peer";
import type { RemoteStreams, Signal, SlotName } from "./transport";

/** One end of a pair with a wire that can be cut. */
class End {
  /** How often the browser still says that it has no connection to give. */
  refusals = 0;
  readonly connections: FakePeerConnection[] = [];
  readonly sent: Signal[] = [];
  readonly tracks = new Map<SlotName, MediaStreamTrack | null>();
  streams: RemoteStreams = { camera: null, screen: null };
  isConnected = true;
  deliver: (signal: Signal) => void = () => undefined;
  readonly peer: Peer;

  constructor(
    isPolite: boolean,
    readonly clock: FakeClock,
    slots: readonly SlotName[] = ["microphone", "camera"],
  ) {
    for (const slot of slots) this.tracks.set(slot, track(slot));
    this.peer = new Peer({
      isPolite,
      tracks: this.tracks,
      outgoing: { camera: new FakeStream() as never, screen: new FakeStream() as never },
      after: clock.after,
      createConnection: () => {
        if (this.refusals-- > 0) throw new DOMException("Cannot create so many PeerConnections", "UnknownError");
        const connection = new FakePeerConnection();
        this.connections.push(connection);
        return connection as never;
      },
      createStream: () => new FakeStream() as never,
      preferCodecs: () => undefined,
      send: (signal) => {
        this.sent.push(signal);
        if (this.isConnected) this.deliver(signal);
      },
      onStreams: (streams) => {
        this.streams = streams;
      },
      onConnectionState: () => undefined,
    });
  }

  get connection(): FakePeerConnection {
    const last = this.connections.at(-1);
    if (!last) throw new Error("no connection");
    return last;
  }

  put(slot: SlotName, value: MediaStreamTrack | null): void {
    this.tracks.set(slot, value);
    this.peer.put(slot, value);
  }

  count(kind: Signal["kind"]): number {
    return this.sent.filter((signal) => signal.kind === kind).length;
  }
}

function track(slot: SlotName): MediaStreamTrack {
  return new FakeTrack(slot === "camera" || slot === "screen" ? "video" : "audio") as never;
}

/** Both ends are in the state of a call: agreed with each other's latest connection, four lines, nothing pending. */
function expectAgreed(one: End, other: End): void {
  expect([one.connection.signalingState, other.connection.signalingState]).toEqual(["stable", "stable"]);
  expect(one.connection.currentRemoteDescription?.sdp).toContain(other.connection.fingerprint);
  expect(other.connection.currentRemoteDescription?.sdp).toContain(one.connection.fingerprint);
  expect(one.connection.transceivers.map((line) => line.kind)).toEqual(["audio", "video", "video", "audio"]);
  expect(other.connection.transceivers.map((line) => line.kind)).toEqual(["audio", "video", "video", "audio"]);
}

function pairOf(callerIsPolite = false): { clock: FakeClock; caller: End; callee: End } {
  const clock = new FakeClock();
  const caller = new End(callerIsPolite, clock);
  const callee = new End(!callerIsPolite, clock);
  caller.deliver = (signal) => callee.peer.receive(signal);
  callee.deliver = (signal) => caller.peer.receive(signal);
  return { clock, caller, callee };
}

async function called(callerIsPolite = false): Promise<ReturnType<typeof pairOf>> {
  const pair = pairOf(callerIsPolite);
  pair.caller.peer.call();
  await settled();
  for (const end of [pair.caller, pair.callee]) end.connection.become("connected");
  return pair;
}

describe("first call", () => {
  it.each([true, false])("agrees on four lines with one offer and one answer (caller polite: %s)", async (polite) => {
    const { caller, callee } = await called(polite);
    expectAgreed(caller, callee);
    expect([caller.count("offer"), callee.count("answer"), callee.count("offer")]).toEqual([1, 1, 0]);
  });

  it("settles when the offer is out", async () => {
    const { caller } = pairOf();
    caller.isConnected = false;
    await caller.peer.call();
    expect(caller.sent[0]?.kind).toBe("offer");
    await settled();
    expect(caller.count("offer")).toBe(1);
  });

  it("puts the callee's own tracks on the caller's lines", async () => {
    const { callee } = await called();
    const sent = callee.connection.transceivers.map((line) => line.sender.track);
    expect(sent).toEqual([callee.tracks.get("microphone"), callee.tracks.get("camera"), null, null]);
  });

  it("hands on camera with voice, and the screen line apart", async () => {
    const { caller, callee } = await called();
    for (const end of [caller, callee]) {
      const lines = end.connection.transceivers.map((line) => line.receiver.track);
      expect(new Set(end.streams.camera?.getTracks())).toEqual(new Set([lines[1], lines[0]]));
      expect(new Set(end.streams.screen?.getTracks())).toEqual(new Set([lines[2], lines[3]]));
    }
  });

  it("sends no candidate before its description", async () => {
    const { caller, callee } = await called();
    expect(caller.sent.map((signal) => signal.kind)).toEqual(["offer", "candidate"]);
    expect(callee.sent.map((signal) => signal.kind)).toEqual(["answer", "candidate"]);
  });

  it("keeps candidates that come before the description they belong to", async () => {
    const { caller, callee } = pairOf();
    const held: Signal[] = [];
    callee.deliver = (signal) => held.push(signal);
    caller.peer.call();
    await settled();
    for (const signal of held.reverse()) caller.peer.receive(signal);
    await settled();
    expect(caller.connection.candidates).toHaveLength(1);
    expectAgreed(caller, callee);
  });
});

describe("glare", () => {
  it.each([0, 1, 2, 3, 4, 5])(
    "both calling at once ends in one agreed connection (second call %i turns later)",
    async (turns) => {
      const { caller, callee } = pairOf();
      caller.peer.call();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      callee.peer.call();
      await settled();
      expectAgreed(caller, callee);
    },
  );

  it("both restarting at once keeps the connection and its lines", async () => {
    const { caller, callee } = await called();
    for (const end of [caller, callee]) end.connection.become("failed");
    caller.peer.repair();
    callee.peer.repair();
    await settled();
    expectAgreed(caller, callee);
    expect([caller.connections.length, callee.connections.length]).toEqual([1, 1]);
  });
});

describe("lost signals", () => {
  it("sends an unanswered offer again after 3, 6, 12 and 24 seconds, and then stops", async () => {
    const { clock, caller } = pairOf();
    caller.isConnected = false;
    caller.peer.call();
    await settled();
    const counts = [2999, 1, 6000, 12_000, 24_000, 60_000].map((ms) => {
      clock.advance(ms);
      return caller.count("offer");
    });
    expect(counts).toEqual([1, 2, 3, 4, 5, 5]);
  });

  it("mends a lost offer", async () => {
    const { clock, caller, callee } = pairOf();
    caller.isConnected = false;
    caller.peer.call();
    await settled();
    caller.isConnected = true;
    clock.advance(3000);
    await settled();
    expectAgreed(caller, callee);
  });

  it("mends a lost answer", async () => {
    const { clock, caller, callee } = pairOf();
    callee.isConnected = false;
    caller.peer.call();
    await settled();
    callee.isConnected = true;
    clock.advance(3000);
    await settled();
    expectAgreed(caller, callee);
  });

  it("an impolite side whose offer was lost says it again when the other one calls", async () => {
    const { caller, callee } = pairOf();
    caller.isConnected = false;
    caller.peer.call();
    await settled();
    caller.isConnected = true;
    callee.peer.call();
    await settled();
    expectAgreed(caller, callee);
  });
});

/** The other page was reloaded: a new Peer, no memory, and it calls. */
function reload(pair: ReturnType<typeof pairOf>, side: "caller" | "callee"): ReturnType<typeof pairOf> {
  const stays = side === "caller" ? pair.callee : pair.caller;
  const isPolite = side === "caller" ? stays === pair.caller : true;
  const fresh = new End(side === "callee" ? isPolite : false, pair.clock);
  stays.deliver = (signal) => fresh.peer.receive(signal);
  fresh.deliver = (signal) => stays.peer.receive(signal);
  return side === "caller" ? { ...pair, caller: fresh } : { ...pair, callee: fresh };
}

describe("the other page is new", () => {
  it.each(["caller", "callee"] as const)("a reload of the %s gets a fresh connection", async (side) => {
    const pair = reload(await called(), side);
    pair[side].peer.call();
    await settled();
    expectAgreed(pair.caller, pair.callee);
  });

  it.each(["caller", "callee"] as const)("a reload of the %s that crosses a restart offer converges", async (side) => {
    const before = await called();
    const stays = side === "caller" ? before.callee : before.caller;
    const pair = reload(before, side);
    stays.connection.become("failed");
    stays.peer.repair();
    pair[side].peer.call();
    await settled();
    pair.clock.advance(3000);
    await settled();
    expectAgreed(pair.caller, pair.callee);
  });

  it("an answer to an offer from before the reload is not taken for an answer to the new one", async () => {
    const { caller, callee } = pairOf();
    const stale: Signal[] = [];
    callee.deliver = (signal) => stale.push(signal);
    caller.peer.call();
    await settled();
    const fresh = new End(false, new FakeClock());
    fresh.peer.call();
    await settled();
    for (const signal of stale) fresh.peer.receive(signal);
    await settled();
    expect(fresh.connection.signalingState).toBe("have-local-offer");
  });

  it("a second answer to an offer that was said twice is not taken for an answer to the next one", async () => {
    const { caller, callee } = await called();
    const again = callee.sent.filter(({ kind }) => kind === "answer");
    caller.isConnected = false;
    caller.peer.watchCamera(false);
    await settled();
    for (const signal of again) caller.peer.receive(signal);
    await settled();
    expect(caller.connection.signalingState).toBe("have-local-offer");
    caller.isConnected = true;
    caller.clock.advance(3000);
    await settled();
    expectAgreed(caller, callee);
    expect(caller.connection.transceivers[1]?.currentDirection).toBe("sendonly");
  });
});

describe("repair", () => {
  it.each([
    ["disconnected", false, 2999, 0],
    ["disconnected", false, 3000, 1],
    ["disconnected", true, 3999, 0],
    ["disconnected", true, 4000, 1],
    ["failed", false, 0, 1],
    ["failed", true, 999, 0],
    ["failed", true, 1000, 1],
  ] as const)("%s, polite %s, after %i ms: %i restarts", async (state, polite, ms, restarts) => {
    const { clock, caller } = await called(polite);
    caller.isConnected = false;
    caller.connection.become(state);
    clock.advance(ms);
    expect(caller.connection.restarts).toBe(restarts);
  });

  it("a dip of two seconds restarts nothing", async () => {
    const { clock, caller } = await called();
    caller.connection.become("disconnected");
    clock.advance(2000);
    caller.connection.become("connected");
    clock.advance(60_000);
    expect(caller.connection.restarts).toBe(0);
  });

  it("the signalling coming back leaves a living pair alone", async () => {
    const { caller, callee } = await called();
    caller.peer.returned();
    await settled();
    expect([caller.connection.restarts, caller.count("offer"), callee.connections.length]).toEqual([0, 1, 1]);
  });

  it("a restart is agreed with new credentials on the same connection", async () => {
    const { caller, callee } = await called();
    const before = caller.connection.localDescription?.sdp;
    caller.connection.become("failed");
    caller.peer.repair();
    await settled();
    expectAgreed(caller, callee);
    expect(caller.connection.localDescription?.sdp).not.toBe(before);
  });
});

describe("limits", () => {
  const bitrates = (end: End): unknown[] =>
    end.connection.transceivers.slice(1, 3).map((line) => line.sender.parameters.encodings[0]?.maxBitrate);

  it("of those that change at once the last holds", async () => {
    const { caller } = await called();
    for (const bps of [300_000, 200_000, 100_000]) caller.peer.limit(limits(bps));
    await settled();
    expect(bitrates(caller)).toEqual([100_000, 100_000]);
  });

  it("lines of mine begin with them", async () => {
    const { caller } = pairOf();
    caller.peer.limit(limits(300_000));
    caller.peer.call();
    await settled();
    expect(bitrates(caller)).toEqual([300_000, 300_000]);
  });

  it("lines of the other side get them a moment after the first pictures", async () => {
    const { caller, callee, clock } = pairOf();
    callee.peer.limit(limits(300_000));
    caller.peer.call();
    await settled();
    callee.connection.become("connected");
    expect(bitrates(callee)).toEqual([undefined, undefined]);
    clock.advance(200);
    await settled();
    expect(bitrates(callee)).toEqual([300_000, 300_000]);
  });

  it("a connection that takes another's place has them too", async () => {
    const { caller, callee } = await called();
    caller.peer.limit(limits(300_000));
    await settled();
    caller.peer.renew();
    await settled();
    expect(caller.connections).toHaveLength(2);
    expect(bitrates(caller)).toEqual([300_000, 300_000]);
    expectAgreed(caller, callee);
  });
});

const limits = (cameraBps: number): Share => ({
  cameraBps,
  cameraScaleDownBy: 1,
  cameraMaxFps: 30,
  screenBps: cameraBps,
  isCameraSent: true,
});

describe("tracks", () => {
  it("camera, microphone and screen change without any negotiation", async () => {
    const { caller, callee } = await called();
    const signals = caller.sent.length + callee.sent.length;
    const screen = track("screen");
    caller.put("camera", null);
    caller.put("screen", screen);
    await settled();
    const lines = caller.connection.transceivers.map((line) => line.sender.track);
    expect(lines).toEqual([caller.tracks.get("microphone"), null, screen, null]);
    expect(caller.sent.length + callee.sent.length).toBe(signals);
  });

  it("a share that runs already is on the wire to whoever calls later", async () => {
    const clock = new FakeClock();
    const sharer = new End(true, clock, ["microphone", "screen"]);
    const late = new End(false, clock);
    sharer.deliver = (signal) => late.peer.receive(signal);
    late.deliver = (signal) => sharer.peer.receive(signal);
    late.peer.call();
    await settled();
    expect(sharer.connection.transceivers[2]?.sender.track).toBe(sharer.tracks.get("screen"));
    expect(late.streams.screen).not.toBeNull();
  });

  it("silence holds over a new connection", async () => {
    const pair = await called();
    pair.caller.peer.silence(true);
    const after = reload(pair, "callee");
    after.callee.peer.call();
    await settled();
    expect(pair.caller.connection.transceivers[0]?.receiver.track.enabled).toBe(false);
  });
});

describe("clients that are not ours", () => {
  const foreign = (lines: Parameters<typeof sdp>[2]): Signal => ({
    kind: "offer",
    description: { type: "offer", sdp: sdp("FOREIGN", "fu", lines) },
  });

  it("an offer with voice only is answered, and a camera is then offered on a line of its own", async () => {
    const clock = new FakeClock();
    const me = new End(true, clock);
    me.peer.receive(foreign([{ kind: "audio", mid: "0", direction: "sendrecv" }]));
    await settled();
    expect(me.sent.map((signal) => signal.kind)).toEqual(["answer", "candidate", "offer", "candidate"]);
    expect(linesOf(me.connection.localDescription?.sdp ?? "").map((line) => line.kind)).toEqual(["audio", "video"]);
    expect(me.streams.screen).toBeNull();
  });

  it("video before audio is no trouble", async () => {
    const me = new End(true, new FakeClock());
    me.peer.receive(
      foreign([
        { kind: "video", mid: "v", direction: "sendrecv" },
        { kind: "audio", mid: "a", direction: "sendrecv" },
      ]),
    );
    await settled();
    expect(me.connection.transceivers.map((line) => line.sender.track)).toEqual([
      me.tracks.get("camera"),
      me.tracks.get("microphone"),
    ]);
    expect(me.count("offer")).toBe(0);
  });
});

describe("a camera that is not looked at", () => {
  const cameras = (end: End): string[] =>
    end.connection.transceivers.filter((l) => l.kind === "video").map((l) => String(l.currentDirection));

  it("is no longer sent, and is sent again, for an offer each; the rest goes on", async () => {
    const { caller, callee } = pairOf();
    caller.peer.call();
    await settled();
    const offers = callee.count("offer");
    callee.peer.watchCamera(false);
    await settled();
    expect([cameras(caller), cameras(callee)]).toEqual([
      ["recvonly", "sendrecv"],
      ["sendonly", "sendrecv"],
    ]);
    expect(callee.streams.camera?.getTracks().map((track) => track.kind)).toEqual(["audio"]);
    callee.peer.watchCamera(true);
    await settled();
    expectAgreed(caller, callee);
    expect([cameras(caller), cameras(callee)]).toEqual([
      ["sendrecv", "sendrecv"],
      ["sendrecv", "sendrecv"],
    ]);
    expect(callee.count("offer") - offers).toBe(2);
    expect(
      callee.streams.camera
        ?.getTracks()
        .map((track) => track.kind)
        .sort(),
    ).toEqual(["audio", "video"]);
  });

  it.each([true, false])("both may look away at the same moment (caller polite: %s)", async (isPolite) => {
    const { caller, callee } = pairOf(isPolite);
    caller.peer.call();
    await settled();
    caller.peer.watchCamera(false);
    callee.peer.watchCamera(false);
    await settled();
    expect([cameras(caller)[0], cameras(callee)[0]]).toEqual(["inactive", "inactive"]);
    caller.peer.watchCamera(true);
    callee.peer.watchCamera(true);
    await settled();
    expect([cameras(caller)[0], cameras(callee)[0]]).toEqual(["sendrecv", "sendrecv"]);
    expectAgreed(caller, callee);
  });

  it("stays unwatched on a connection that starts over", async () => {
    const { caller, callee } = pairOf();
    callee.peer.watchCamera(false);
    caller.peer.call();
    await settled();
    expect([cameras(caller)[0], cameras(callee)[0]]).toEqual(["recvonly", "sendonly"]);
  });
});

describe("renew", () => {
  it.each([true, false])("either side may begin again, and the other follows (caller polite: %s)", async (isPolite) => {
    const { caller, callee } = pairOf(isPolite);
    caller.peer.call();
    await settled();
    for (const side of [caller, callee]) {
      const before = [caller.connection.fingerprint, callee.connection.fingerprint];
      side.peer.renew();
      await settled();
      expectAgreed(caller, callee);
      expect(before).not.toContain(caller.connection.fingerprint);
      expect(before).not.toContain(callee.connection.fingerprint);
    }
  });

  it.each([true, false])("both may begin again at once (caller polite: %s)", async (isPolite) => {
    const { caller, callee } = pairOf(isPolite);
    caller.peer.call();
    await settled();
    caller.peer.renew();
    callee.peer.renew();
    await settled();
    expectAgreed(caller, callee);
  });
});

describe("a pair that is made to begin anew", () => {
  /** Calls as a page does that has just been loaded. */
  async function strangerCalls(callee: End): Promise<End> {
    const stranger = new End(false, new FakeClock());
    stranger.deliver = (signal) => callee.peer.receive(signal);
    await stranger.peer.call();
    await settled();
    return stranger;
  }

  it("by every offer does so once a second, with the newest", async () => {
    const { clock, callee } = await called();
    const before = callee.connections.length;
    for (let stranger = 1; stranger < 200; stranger += 1) await strangerCalls(callee);
    const newest = await strangerCalls(callee);
    expect(callee.connections.length - before).toBe(1);
    callee.deliver = (signal) => newest.peer.receive(signal);
    clock.advance(1000);
    await settled();
    expect(callee.connections.length - before).toBe(2);
    expectAgreed(callee, newest);
    expect(callee.connection.candidates.map(({ candidate }) => candidate)).toEqual([
      `candidate:${newest.connection.fingerprint}`,
    ]);
  });

  it("by an offer that fits none of its lines does so once a second", async () => {
    const { callee } = await called();
    const before = callee.connections.length;
    const sdp = callee.connection.currentRemoteDescription?.sdp ?? "";
    for (let sent = 0; sent < 50; sent += 1) {
      callee.connection.setRemoteDescription = async () => {
        throw new Error("InvalidAccessError: the lines do not match");
      };
      callee.peer.receive({ kind: "offer", description: { type: "offer", sdp } });
      await settled();
    }
    expect(callee.connections.length - before).toBe(1);
  });
});

describe("a browser that has no connection to give for a moment", () => {
  it("costs the pair nothing more", async () => {
    const { caller, callee } = await called();
    caller.refusals = 2;
    caller.peer.renew();
    await settled();
    caller.peer.renew();
    await settled();
    expectAgreed(caller, callee);
  });
});
