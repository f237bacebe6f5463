import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it } from "vitest";
import type { Scene } from "../media/recorder";
import type { Ack } from "../protocol/events";
import { FakeClock, settled } from "../testing/clock";
import { Notices } from "./notices";
import type { Wire } from "./ports";
import { fileName, MeetingRecorder } from "./recording";
import type { RoomEvent } from "./roomState";
import type { Person } from "./types";

const STARTED = "recording:broadcast-started";
const STOPPED = "recording:broadcast-stopped";
const SCENE: Scene = { pictures: [], voices: new Map() };
const joined = (isRecording: boolean): RoomEvent => ({ name: "joined", payload: { isRecording } }) as RoomEvent;

/** What a test holds up, until it opens the gate. */
type Gates = Record<"load" | "announce" | "start" | "stop", Promise<void>>;

class World {
  private readonly gates: Gates = {
    load: Promise.resolve(),
    announce: Promise.resolve(),
    start: Promise.resolve(),
    stop: Promise.resolve(),
  };
  readonly clock = new FakeClock();
  readonly notices = new Notices();
  /** Everything that happened, in order. */
  readonly log: string[] = [];
  answer: Ack = { ok: true };
  blob = new Blob(["pizza"]);
  canLoad = true;
  needs = 0;
  canStart = true;
  loseIt: () => void = () => undefined;
  readonly people = signal<readonly Person[]>([]);
  readonly recorder: MeetingRecorder;

  constructor() {
    const wire: Wire = {
      tell: (event) => void this.log.push(event),
      ask: async (event) => {
        this.log.push(event);
        await this.gates.announce;
        return this.answer;
      },
    };
    this.recorder = new MeetingRecorder(
      {
        canRecord: true,
        loadRecorder: async () => {
          await this.gates.load;
          if (!this.canLoad) throw new Error("offline");
          return {
            start: async (onLost) => {
              if (!this.canStart) throw new Error("no codec");
              this.log.push("first frame");
              await this.gates.start;
              this.loseIt = onLost;
              return {
                show: () => void this.log.push("show"),
                stop: async () => {
                  this.log.push("stop");
                  await this.gates.stop;
                  return { blob: this.blob, extension: "webm" };
                },
              };
            },
            sceneOf: ({ people }) => {
              this.log.push(`scene of ${people.length}`);
              return SCENE;
            },
          };
        },
        save: (file, name) => void this.log.push(`save ${name}: ${file.size} bytes`),
        after: this.clock.after,
        now: () => new Date(2026, 2, 1, 9, 5).getTime() + this.clock.now,
      },
      wire,
      this.notices,
      {
        needAll: () => {
          this.needs += 1;
          return () => {
            this.needs -= 1;
          };
        },
        title: signal("Team"),
        myName: () => "Ada",
        sources: () => ({
          people: this.people.value,
          local: { preview: signal(null), microphone: signal(null) },
          myScreen: null,
          remote: () => ({
            camera: signal(null),
            screen: signal(null),
            screenSound: signal(null),
            quality: signal("good"),
            isPictureComing: signal(true),
          }),
        }),
      },
    );
  }

  close(step: keyof Gates): { open(): void } {
    let open: () => void = () => undefined;
    this.gates[step] = new Promise((resolve) => {
      open = resolve;
    });
    return { open };
  }

  news(): string[] {
    return this.notices.list.value.map((notice) => notice.news.kind);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe("my recording", () => {
  it("tells everybody before the first frame, and saves under title and time", async () => {
    await world.recorder.start("Recording");
    expect(world.log).toEqual(["recording:broadcast-started", "first frame", "scene of 0", "show"]);
    expect(world.recorder.mine.value).toEqual({ kind: "running", sinceMs: new Date(2026, 2, 1, 9, 5).getTime() });
    world.log.length = 0;
    await world.recorder.stop();
    expect(world.log).toEqual(["recording:broadcast-stopped", "stop", "save Team 2026-03-01 09.05.webm: 5 bytes"]);
    expect([world.recorder.mine.value.kind, world.news()]).toEqual(["idle", ["recordingSaved"]]);
  });

  it("follows the people at once, looks again each second, and no longer after the end", async () => {
    await world.recorder.start("Recording");
    world.log.length = 0;
    world.people.value = [{} as Person];
    expect(world.log).toEqual(["scene of 1", "show"]);
    world.clock.advance(1000);
    expect(world.log).toHaveLength(4);
    await world.recorder.stop();
    world.log.length = 0;
    world.people.value = [];
    world.clock.advance(5000);
    expect(world.log).toEqual([]);
  });

  it.each<[string, (world: World) => void, string[], string[]]>([
    [
      "the server refuses",
      (w) => (w.answer = { error: "No", code: "not_host" }),
      ["recording:broadcast-started"],
      ["refused"],
    ],
    ["the code does not load", (w) => (w.canLoad = false), [], ["recordingFailed"]],
    [
      "the browser cannot",
      (w) => (w.canStart = false),
      ["recording:broadcast-started", "recording:broadcast-stopped"],
      ["recordingFailed"],
    ],
  ])("is none when %s", async (_, spoil, log, news) => {
    spoil(world);
    await world.recorder.start("Recording");
    expect([world.log, world.news(), world.recorder.mine.value.kind]).toEqual([log, news, "idle"]);
  });

  it("needs the pictures of everybody as long as it runs", async () => {
    await world.recorder.start("Recording");
    expect(world.needs).toBe(1);
    await world.recorder.stop();
    expect(world.needs).toBe(0);
  });

  it("an empty file is no recording", async () => {
    world.blob = new Blob([]);
    await world.recorder.start("Recording");
    await world.recorder.stop();
    expect(world.news()).toEqual(["recordingFailed"]);
    expect(world.log.some((line) => line.startsWith("save"))).toBe(false);
  });

  it("that the browser gives up is saved", async () => {
    await world.recorder.start("Recording");
    world.loseIt();
    await settled();
    expect(world.log.at(-1)).toBe("save Team 2026-03-01 09.05.webm: 5 bytes");
  });

  it.each<[string, keyof Gates, string[]]>([
    ["the recorder loads: nobody hears of it", "load", []],
    ["it is announced: that is taken back", "announce", [STARTED, STOPPED]],
    ["the browser starts it: that is taken back", "start", [STARTED, "first frame", STOPPED, "stop"]],
  ])("stopped while %s, and keeps nothing", async (_, step, log) => {
    const gate = world.close(step);
    const starting = world.recorder.start("Recording");
    await settled();
    await world.recorder.stop();
    gate.open();
    await starting;
    expect([world.log, world.news(), world.recorder.mine.value.kind]).toEqual([log, [], "idle"]);
  });

  it("stopped twice is saved once", async () => {
    await world.recorder.start("Recording");
    await Promise.all([world.recorder.stop(), world.recorder.stop()]);
    expect(world.log.filter((line) => line.startsWith("save"))).toHaveLength(1);
  });

  it("is announced again with a new seat", async () => {
    await world.recorder.start("Recording");
    world.log.length = 0;
    world.recorder.follow(joined(false));
    expect(world.log).toEqual(["recording:broadcast-started"]);
  });

  it("ends, and is saved, when the new seat is no host's: nobody could be told of it", async () => {
    await world.recorder.start("Recording");
    world.answer = { error: "Only hosts", code: "not_host" };
    world.recorder.follow(joined(false));
    await settled();
    expect([world.recorder.mine.value.kind, world.log.at(-1)]).toEqual([
      "idle",
      "save Team 2026-03-01 09.05.webm: 5 bytes",
    ]);
  });
});

describe("a seat that is taken again", () => {
  const resumed = (isRecording: boolean): RoomEvent =>
    ({ name: "joined", payload: { isRecording, isResumed: true } }) as RoomEvent;

  it("takes back a recording that ended while this page was away, or with a reload", () => {
    world.recorder.follow(resumed(true));
    expect(world.log).toEqual([STOPPED]);
  });

  it.each([
    ["nobody records", resumed(false)],
    ["the seat is a new one, on which nobody has recorded", joined(true)],
  ])("takes nothing back where %s", (_, event) => {
    world.recorder.follow(event);
    expect(world.log).toEqual([]);
  });

  it("leaves a recording that went on, and one that begins just now", async () => {
    const gate = world.close("start");
    const starting = world.recorder.start("Recording");
    await settled();
    world.recorder.follow(resumed(true));
    gate.open();
    await starting;
    world.recorder.follow(resumed(true));
    expect([world.log.filter((line) => line === STOPPED), world.recorder.mine.value.kind]).toEqual([[], "running"]);
  });

  it("takes it back also while the file is being saved", async () => {
    await world.recorder.start("Recording");
    const gate = world.close("stop");
    const stopping = world.recorder.stop();
    world.log.length = 0;
    world.recorder.follow(resumed(true));
    expect(world.log).toContain(STOPPED);
    gate.open();
    await stopping;
  });
});

describe("the others' recording", () => {
  it("ends with a notice, once", () => {
    world.recorder.follow({ name: "recording:started", payload: { hostName: "Ben" } });
    expect(world.recorder.by.value).toEqual(["Ben"]);
    world.recorder.follow({ name: "recording:stopped", payload: {} });
    world.recorder.follow({ name: "recording:stopped", payload: {} });
    expect([world.recorder.by.value, world.news()]).toEqual([[], ["recordingStopped"]]);
  });
});

describe("fileName", () => {
  const at = new Date(2026, 10, 24, 9, 3);
  it.each([
    ["Friday planning", "Friday planning 2026-11-24 09.03"],
    ['a/b\\c: <d> "e" | f? *', "a b c d e f 2026-11-24 09.03"],
    ["..", "Aufnahme 2026-11-24 09.03"],
    ["", "Aufnahme 2026-11-24 09.03"],
    ["Größe\n李", "Größe 李 2026-11-24 09.03"],
    ["x".repeat(200), `${"x".repeat(80)} 2026-11-24 09.03`],
  ])("%s", (title, name) => {
    expect(fileName(title, at, "Aufnahme")).toBe(name);
  });
});
