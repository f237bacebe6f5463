import { effect } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { Memory } from "../media/devices";
import type { Levels } from "../media/levels";
import type { FilteredPicture } from "../media/pictureFilter";
import { FakeClock, settled } from "../testing/clock";
import { FakeStream, FakeTrack } from "../testing/fakePeerConnection";
import { createLocalMedia } from "./localMedia";
import type { LocalMedia } from "./types";

/** Devices that open when the test says so, or refuse. */
class FakeDevices {
  readonly opened: FakeTrack[] = [];
  asked = 0;
  refusal = "";
  /** The system holds back what it gives. */
  areHeld = false;
  gate: Promise<void> = Promise.resolve();
  plugged: [MediaDeviceKind, string][] = [["videoinput", "video-default"]];
  lastAsked: MediaStreamConstraints = {};
  changed: () => void = () => undefined;

  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.asked += 1;
    this.lastAsked = constraints;
    await this.gate;
    if (this.refusal) throw new DOMException("no", this.refusal);
    const kinds = [constraints.video && "video", constraints.audio && "audio"].filter(Boolean) as ("audio" | "video")[];
    const tracks = kinds.map((kind) => new FakeTrack(kind, { deviceId: `${kind}-default` }));
    for (const track of tracks) track.muted = this.areHeld;
    this.opened.push(...tracks);
    return new FakeStream(tracks) as never;
  }
  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return this.plugged.map(([kind, deviceId]) => ({ kind, deviceId, label: deviceId }) as MediaDeviceInfo);
  }
  addEventListener(_type: string, listener: () => void): void {
    this.changed = listener;
  }
}

/** A blur that is ready when the test says so. */
class FakeBlur {
  readonly pictures: { source: unknown; track: FakeTrack; isStopped: boolean }[] = [];
  readonly unwanted: AbortSignal[] = [];
  gate: Promise<void> = Promise.resolve();
  isBroken = false;
  loads = 0;
  isLoadable = true;
  reach: FilteredPicture["reach"] = "background";
  /** The picture that runs ends by itself. */
  end: () => void = () => undefined;

  async load(): Promise<this> {
    this.loads += 1;
    if (!this.isLoadable) throw new Error("no network");
    return this;
  }
  async apply(source: MediaStreamTrack, onBroken: () => void, unwanted: AbortSignal): Promise<FilteredPicture> {
    this.unwanted.push(unwanted);
    this.end = onBroken;
    await this.gate;
    if (this.isBroken) throw new Error("no canvas");
    const picture = { source, track: new FakeTrack("video"), isStopped: false };
    this.pictures.push(picture);
    return {
      track: picture.track as never,
      reach: this.reach,
      stop: () => {
        picture.isStopped = true;
      },
    };
  }
}

/** My voice, as loud as the test says. */
class FakeLevels {
  readonly watched = new Map<string, FakeTrack | undefined>();
  wakes = 0;
  tick: (levels: ReadonlyMap<string, number>) => void = () => undefined;
  onTick(listener: (levels: ReadonlyMap<string, number>) => void): void {
    this.tick = listener;
  }
  watch(key: string, stream: MediaStream): void {
    this.watched.set(key, (stream as never as FakeStream).getAudioTracks()[0]);
  }
  unwatch(key: string): void {
    this.watched.delete(key);
  }
  wake(): void {
    this.wakes += 1;
  }
}

interface SetUp {
  readonly devices: FakeDevices;
  readonly blur: FakeBlur;
  readonly levels: FakeLevels;
  readonly local: LocalMedia;
  readonly clock: FakeClock;
  again(canChooseSpeaker?: boolean): LocalMedia;
  see(): void;
}

function setUp(): SetUp {
  const devices = new FakeDevices();
  const blur = new FakeBlur();
  const levels = new FakeLevels();
  const stored = new Map<string, string>();
  const clock = new FakeClock();
  let see: () => void = () => undefined;
  const store = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  const again = (canChooseSpeaker = true): LocalMedia =>
    createLocalMedia({
      devices: devices as never,
      memory: new Memory(() => store),
      tab: new Memory(() => store),
      levels: levels as never as Levels,
      cores: 2,
      canChooseSpeaker,
      createStream: (tracks) => new FakeStream(tracks) as never,
      loadBlur: () => blur.load(),
      onVisible: (listener) => {
        see = listener;
      },
      after: clock.after,
      now: () => clock.now,
      life: new AbortController().signal,
    });
  return { devices, blur, levels, local: again(), clock, again, see: () => see() };
}

/** A promise and what fulfils it. */
function gate(): { readonly promise: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open: () => open() };
}

describe("start", () => {
  it("asks once for both, however often it is called", async () => {
    const { devices, local } = setUp();
    await Promise.all([local.start(), local.start()]);
    expect([devices.asked, local.isCameraOn.value, local.isMicOn.value]).toEqual([1, true, true]);
    expect(local.cameras.value.map((device) => device.label)).toEqual(["video-default"]);
  });

  it("says what is wrong and shows both as off", async () => {
    const { devices, local } = setUp();
    devices.refusal = "NotAllowedError";
    await local.start();
    expect([local.cameraProblem.value, local.microphoneProblem.value]).toEqual(["blocked", "blocked"]);
    expect([local.isCameraOn.value, local.isMicOn.value]).toEqual([false, false]);
  });

  it("a retry asks once for both, and later only for what is still missing", async () => {
    const { devices, local } = setUp();
    devices.refusal = "NotAllowedError";
    await local.start();
    const asked = devices.asked;
    devices.refusal = "";
    await local.retry();
    expect(devices.asked - asked).toBe(1);
    expect([local.cameraProblem.value, local.microphoneProblem.value]).toEqual([null, null]);
    expect([local.isCameraOn.value, local.isMicOn.value]).toEqual([true, true]);
    await local.retry();
    expect(devices.asked - asked).toBe(1);
  });

  it("a retry leaves a camera alone that is off, and what works", async () => {
    const { devices, local } = setUp();
    await local.start();
    await local.setCamera(false);
    devices.refusal = "NotReadableError";
    await local.chooseMicrophone("another");
    expect(local.microphoneProblem.value).toBe("busy");
    devices.refusal = "";
    await local.retry();
    expect([local.camera.value, local.isMicOn.value, local.microphoneProblem.value]).toEqual([null, true, null]);
  });

  it("leaves the camera off when it was off the last time", async () => {
    const { local, again, devices } = setUp();
    await local.start();
    await local.setCamera(false);
    const next = again();
    await next.start();
    expect([next.camera.value, next.isCameraOn.value]).toEqual([null, false]);
    expect(devices.opened.map((track) => track.kind)).toEqual(["video", "audio", "audio"]);
  });
});

describe("coverCamera", () => {
  it("stops the device and leaves the wish for the next meeting as it was", async () => {
    const { devices, local, again } = setUp();
    await local.start();
    local.coverCamera();
    expect([devices.opened[0]?.readyState, local.isCameraOn.value]).toEqual(["ended", false]);
    expect(again().isCameraOn.value).toBe(true);
  });

  it("is undone by hand", async () => {
    const { local } = setUp();
    await local.start();
    local.coverCamera();
    await local.setCamera(true);
    expect(local.isShowing.value).toBe(true);
  });
});

describe("setCamera", () => {
  it("off stops the device, on opens it anew", async () => {
    const { devices, local } = setUp();
    await local.start();
    await local.setCamera(false);
    expect([devices.opened[0]?.readyState, local.preview.value]).toEqual(["ended", null]);
    await local.setCamera(true);
    expect(local.camera.value).toBe(devices.opened[2]);
  });

  it("off while the device still opens leaves nothing open", async () => {
    const { devices, local } = setUp();
    const opening = gate();
    devices.gate = opening.promise;
    const starting = local.start();
    await local.setCamera(false);
    opening.open();
    await starting;
    expect([devices.opened[0]?.readyState, local.camera.value]).toEqual(["ended", null]);
    expect(local.microphone.value).toBe(devices.opened[1]);
  });
});

describe("setMic", () => {
  it("off disables the track and keeps the device", async () => {
    const { devices, local } = setUp();
    await local.start();
    await local.setMic(false);
    expect([devices.opened[1]?.enabled, devices.opened[1]?.readyState, local.isMicOn.value]).toEqual([
      false,
      "live",
      false,
    ]);
    await local.setMic(true);
    expect([devices.opened[1]?.enabled, devices.asked]).toEqual([true, 1]);
  });

  it("a muted microphone stays muted when another one is chosen", async () => {
    const { local } = setUp();
    await local.start();
    await local.setMic(false);
    await local.chooseMicrophone("other");
    expect(local.microphone.value?.enabled).toBe(false);
  });

  it("off is still off after a reload", async () => {
    const { local, again } = setUp();
    await local.setMic(false);
    const next = again();
    await next.start();
    expect([next.isMicOn.value, next.microphone.value?.enabled]).toEqual([false, false]);
  });

  it("on asks again after a refusal", async () => {
    const { devices, local } = setUp();
    devices.refusal = "NotReadableError";
    await local.start();
    devices.refusal = "";
    await local.setMic(true);
    expect([local.isMicOn.value, local.microphoneProblem.value]).toEqual([true, null]);
  });
});

describe("devices that go", () => {
  it("an unplugged camera is replaced by what is left", async () => {
    const { devices, local } = setUp();
    await local.start();
    devices.opened[0]?.onended?.();
    await settled();
    expect(local.camera.value).toBe(devices.opened[2]);
  });

  it("stop turns everything off", async () => {
    const { devices, local } = setUp();
    await local.start();
    local.stop();
    expect(devices.opened.map((track) => track.readyState)).toEqual(["ended", "ended"]);
  });
});

describe("what the page sees of the system", () => {
  it("a device that is held back for a while is said to be paused, and is on again when it is given back", async () => {
    const { clock, devices, local } = setUp();
    await local.start();
    const [camera, microphone] = devices.opened;
    camera?.hold(true);
    microphone?.hold(true);
    clock.advance(1900);
    expect([local.isCameraOn.value, local.isMicOn.value]).toEqual([true, true]);
    clock.advance(100);
    expect([local.cameraProblem.value, local.microphoneProblem.value]).toEqual(["paused", "paused"]);
    expect([local.isShowing.value, local.isMicOn.value, devices.asked]).toEqual([false, false, 1]);
    camera?.hold(false);
    microphone?.hold(false);
    expect([local.isShowing.value, local.isMicOn.value]).toEqual([true, true]);
    expect([local.camera.value, local.microphone.value]).toEqual([camera, microphone]);
  });

  it("a hiccup is no pause, nor what becomes of a track that is used no more", async () => {
    const { clock, devices, local } = setUp();
    await local.start();
    const [camera, microphone] = devices.opened;
    camera?.hold(true);
    clock.advance(1000);
    camera?.hold(false);
    microphone?.hold(true);
    await local.chooseMicrophone("other");
    clock.advance(5000);
    expect([local.cameraProblem.value, local.microphoneProblem.value]).toEqual([null, null]);
  });

  it("a paused device is asked for anew by a click, and one that is given silent says so again", async () => {
    const { clock, devices, local } = setUp();
    await local.start();
    devices.opened[1]?.hold(true);
    clock.advance(2000);
    devices.areHeld = true;
    await local.retry();
    expect([local.microphone.value, local.microphoneProblem.value]).toEqual([devices.opened[2], null]);
    clock.advance(2000);
    expect(local.microphoneProblem.value).toBe("paused");
  });

  it("a track that a locked phone has ended is opened again when the page is seen", async () => {
    const { devices, local, levels, see } = setUp();
    await local.start();
    const [camera, microphone] = devices.opened;
    if (!camera || !microphone) throw new Error("nothing opened");
    camera.readyState = "ended";
    microphone.muted = true;
    see();
    await settled();
    expect([local.camera.value, local.microphone.value]).toEqual([devices.opened[3], devices.opened[2]]);
    expect(levels.wakes).toBe(1);
  });

  it("tracks that are well are left alone, and a camera that is off stays off", async () => {
    const { devices, local, see } = setUp();
    await local.start();
    await local.setCamera(false);
    see();
    await settled();
    expect(devices.asked).toBe(1);
  });

  it("a device that was chosen by hand is used again when it is plugged in again", async () => {
    const { devices, local } = setUp();
    devices.plugged = [["audioinput", "headset"]];
    await local.start();
    await local.chooseMicrophone("headset");
    expect(local.microphoneId.value).toBe("audio-default");
    devices.changed();
    await settled();
    expect(devices.lastAsked.audio).toMatchObject({ deviceId: { exact: "headset" } });
  });

  it("nothing is asked for again because some device without a name changed after the permission was taken away", async () => {
    const { devices, local } = setUp();
    await local.start();
    devices.refusal = "NotAllowedError";
    devices.opened.find(({ kind }) => kind === "video")?.onended?.();
    await settled();
    devices.plugged = [
      ["videoinput", ""],
      ["audioinput", ""],
    ];
    const { asked } = devices;
    devices.changed();
    await settled();
    expect([local.cameraProblem.value, devices.asked]).toEqual(["blocked", asked]);
  });

  it("a device that announces itself several times is asked for once", async () => {
    const { devices, local } = setUp();
    devices.plugged = [];
    devices.refusal = "NotFoundError";
    await local.start();
    devices.refusal = "";
    devices.plugged = [["videoinput", "new"]];
    await local.setMic(false);
    const { asked } = devices;
    const opening = gate();
    devices.gate = opening.promise;
    for (let times = 0; times < 5; times += 1) devices.changed();
    await settled();
    opening.open();
    await settled();
    expect([local.isCameraOn.value, devices.asked - asked]).toEqual([true, 1]);
  });

  it("a missing camera is tried when one is plugged in, not before", async () => {
    const { devices, local } = setUp();
    devices.plugged = [];
    devices.refusal = "NotFoundError";
    await local.start();
    devices.changed();
    await settled();
    const asked = devices.asked;
    devices.refusal = "";
    devices.plugged = [["videoinput", "new"]];
    devices.changed();
    await settled();
    expect([local.cameraProblem.value, local.camera.value?.readyState, devices.asked - asked]).toEqual([
      null,
      "live",
      1,
    ]);
  });
});

describe("speakers", () => {
  it("the chosen one is remembered, and stands back while it is unplugged", async () => {
    const { devices, local, again } = setUp();
    devices.plugged = [["audiooutput", "desk"]];
    await local.start();
    local.chooseSpeaker("desk");
    expect(local.speakerId.value).toBe("desk");
    devices.plugged = [];
    devices.changed();
    await settled();
    expect(local.speakerId.value).toBe("");
    devices.plugged = [["audiooutput", "desk"]];
    const next = again();
    await next.start();
    expect(next.speakerId.value).toBe("desk");
  });

  it("there is no choice where the browser has none", async () => {
    const { devices, again } = setUp();
    devices.plugged = [["audiooutput", "desk"]];
    const local = again(false);
    await local.start();
    expect(local.speakers.value).toEqual([]);
  });
});

describe("setNoiseSuppression", () => {
  it("asks for the microphone anew and is remembered", async () => {
    const { devices, local, again } = setUp();
    await local.start();
    expect(devices.lastAsked.audio).toMatchObject({ noiseSuppression: { ideal: true } });
    await local.setNoiseSuppression(false);
    expect(devices.lastAsked).toEqual({
      audio: {
        deviceId: { exact: "audio-default" },
        echoCancellation: { ideal: true },
        noiseSuppression: { ideal: false },
        autoGainControl: { ideal: true },
      },
    });
    expect(again().isNoiseSuppressed.value).toBe(false);
  });
});

describe("talksMuted", () => {
  it("hears the voice through the mute, on a copy that is stopped with the microphone", async () => {
    const { local, levels, clock } = setUp();
    await local.start();
    await local.setMic(false);
    const copy = levels.watched.get("");
    expect([copy?.enabled, local.microphone.value?.enabled]).toEqual([true, false]);
    const talk = (): void => {
      for (let tick = 0; tick < 10; tick += 1) {
        clock.now += 100;
        levels.tick(new Map([["", 0.9]]));
      }
    };
    talk();
    expect([local.talksMuted.value, local.level.value]).toEqual([true, 0]);
    local.dismissTalksMuted();
    talk();
    expect(local.talksMuted.value).toBe(false);
    local.stop();
    expect([copy?.readyState, levels.watched.size]).toEqual(["ended", 0]);
  });
});

describe("setBackground", () => {
  it("never lets the camera's own picture out, and nothing before the first blurred frame", async () => {
    const { devices, blur, local } = setUp();
    await local.setBackground("blur");
    const loading = gate();
    blur.gate = loading.promise;
    const seen: unknown[] = [];
    effect(() => void seen.push(local.camera.value));
    const starting = local.start();
    await settled();
    expect([local.isCameraOn.value, local.isShowing.value, local.backgroundState.value]).toEqual([
      true,
      false,
      "starting",
    ]);
    loading.open();
    await starting;
    expect(seen).toEqual([null, blur.pictures[0]?.track]);
    expect([blur.pictures[0]?.source, local.isShowing.value]).toEqual([devices.opened[0], true]);
  });

  it("takes the clear picture off at once when it is switched on in the call", async () => {
    const { blur, local } = setUp();
    await local.start();
    const loading = gate();
    blur.gate = loading.promise;
    const switching = local.setBackground("blur");
    expect([local.camera.value, local.isShowing.value]).toEqual([null, false]);
    loading.open();
    await switching;
    expect(local.camera.value).toBe(blur.pictures[0]?.track);
  });

  it("survives another camera, and camera off and on, and lets go of every device", async () => {
    const { devices, blur, local } = setUp();
    await local.setBackground("blur");
    await local.start();
    await local.chooseCamera("other");
    expect([devices.opened[0]?.readyState, blur.pictures[0]?.isStopped]).toEqual(["ended", true]);
    expect(local.camera.value).toBe(blur.pictures[1]?.track);
    await local.setCamera(false);
    expect([devices.opened[2]?.readyState, blur.pictures[1]?.isStopped, local.camera.value]).toEqual([
      "ended",
      true,
      null,
    ]);
    await local.setCamera(true);
    expect(local.camera.value).toBe(blur.pictures[2]?.track);
  });

  it("is loaded once, however often the camera goes off and on and the blur breaks", async () => {
    const { blur, local } = setUp();
    await local.setBackground("blur");
    await local.start();
    await local.setCamera(false);
    await local.setCamera(true);
    await local.chooseCamera("other");
    blur.end();
    await settled();
    expect([blur.pictures.length, blur.loads]).toEqual([4, 1]);
  });

  it("is loaded again after it did not load", async () => {
    const { blur, local } = setUp();
    blur.isLoadable = false;
    await local.setBackground("blur");
    await local.start();
    expect(local.backgroundState.value).toBe("failed");
    blur.isLoadable = true;
    await local.setBackground("blur");
    expect([local.backgroundState.value, blur.loads]).toEqual(["background", 2]);
  });

  it("is loaded again for who was blurred whole and chooses anew", async () => {
    const { blur, local } = setUp();
    blur.reach = "all";
    await local.setBackground("blur");
    await local.start();
    await local.setBackground("none");
    blur.reach = "background";
    await local.setBackground("blur");
    expect([local.backgroundState.value, blur.loads]).toEqual(["background", 2]);
  });

  it("off gives the camera's own track back and is remembered like on", async () => {
    const { devices, blur, local, again } = setUp();
    await local.setBackground("blur");
    expect(again().background.value).toBe("blur");
    await local.start();
    await local.setBackground("none");
    expect([local.camera.value, blur.pictures[0]?.isStopped]).toEqual([devices.opened[0], true]);
    expect([local.backgroundState.value, again().background.value]).toEqual(["off", "none"]);
  });

  it("stays dark where blurring fails, until it is no longer wanted", async () => {
    const { devices, blur, local } = setUp();
    blur.isBroken = true;
    await local.setBackground("blur");
    await local.start();
    expect([local.camera.value, local.isShowing.value, local.backgroundState.value]).toEqual([null, false, "failed"]);
    await local.setBackground("none");
    expect([local.camera.value, local.isShowing.value]).toEqual([devices.opened[0], true]);
  });

  it("may be chosen while the camera still opens", async () => {
    const { devices, blur, local } = setUp();
    const opening = gate();
    devices.gate = opening.promise;
    const starting = local.start();
    await local.setBackground("blur");
    opening.open();
    await starting;
    expect([local.camera.value, blur.pictures[0]?.source]).toEqual([blur.pictures[0]?.track, devices.opened[0]]);
  });

  it("a blur that is ready too late is thrown away", async () => {
    const { blur, local, devices } = setUp();
    await local.start();
    const loading = gate();
    blur.gate = loading.promise;
    const switching = local.setBackground("blur");
    await settled();
    await local.setBackground("none");
    loading.open();
    await switching;
    expect([local.camera.value, blur.pictures[0]?.isStopped]).toEqual([devices.opened[0], true]);
  });

  it("a blur that loads while the camera goes off leaves nothing running", async () => {
    const { blur, local, devices } = setUp();
    await local.setBackground("blur");
    const loading = gate();
    blur.gate = loading.promise;
    const starting = local.start();
    await settled();
    expect(blur.unwanted.map((signal) => signal.aborted)).toEqual([false]);
    await local.setCamera(false);
    expect(blur.unwanted.map((signal) => signal.aborted)).toEqual([true]);
    loading.open();
    await starting;
    expect([local.camera.value, blur.pictures[0]?.isStopped, devices.opened[0]?.readyState]).toEqual([
      null,
      true,
      "ended",
    ]);
  });
});
