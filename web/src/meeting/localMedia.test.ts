import { describe, expect, it } from "vitest";
import { Memory } from "../media/devices";
import { Levels } from "../media/levels";
import { settled } from "../testing/clock";
import { FakeStream, FakeTrack } from "../testing/fakePeerConnection";
import { createLocalMedia } from "./localMedia";
import type { LocalMedia } from "./types";

/** Devices that open when the test says so, or refuse. */
class FakeDevices {
  readonly opened: FakeTrack[] = [];
  asked = 0;
  refusal = "";
  gate: Promise<void> = Promise.resolve();

  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.asked += 1;
    await this.gate;
    if (this.refusal) throw new DOMException("no", this.refusal);
    const kinds = [constraints.video && "video", constraints.audio && "audio"].filter(Boolean) as ("audio" | "video")[];
    const tracks = kinds.map((kind) => new FakeTrack(kind, { deviceId: `${kind}-default` }));
    this.opened.push(...tracks);
    return new FakeStream(tracks) as never;
  }
  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return [{ kind: "videoinput", deviceId: "video-default", label: "Cam" } as MediaDeviceInfo];
  }
  addEventListener(): void {}
}

function setUp(): { devices: FakeDevices; local: LocalMedia; stored: Map<string, string>; again(): LocalMedia } {
  const devices = new FakeDevices();
  const stored = new Map<string, string>();
  const store = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
  const again = (): LocalMedia =>
    createLocalMedia({
      devices: devices as never,
      memory: new Memory(() => store),
      tab: new Memory(() => store),
      levels: new Levels({ createContext: () => null, every: () => () => undefined, onGesture: () => undefined }),
      cores: 2,
      createStream: (tracks) => new FakeStream(tracks) as never,
    });
  return { devices, local: again(), stored, again };
}

describe("start", () => {
  it("asks once for both, however often it is called", async () => {
    const { devices, local } = setUp();
    await Promise.all([local.start(), local.start()]);
    expect([devices.asked, local.isCameraOn.value, local.isMicOn.value]).toEqual([1, true, true]);
    expect(local.cameras.value.map((device) => device.label)).toEqual(["Cam"]);
  });

  it("says what is wrong and shows both as off", async () => {
    const { devices, local } = setUp();
    devices.refusal = "NotAllowedError";
    await local.start();
    expect([local.cameraProblem.value, local.microphoneProblem.value]).toEqual(["blocked", "blocked"]);
    expect([local.isCameraOn.value, local.isMicOn.value]).toEqual([false, false]);
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
    let open: () => void = () => undefined;
    devices.gate = new Promise((resolve) => {
      open = resolve;
    });
    const starting = local.start();
    await local.setCamera(false);
    open();
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
