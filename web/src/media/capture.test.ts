import { describe, expect, it } from "vitest";
import { FakeStream, FakeTrack } from "../testing/fakePeerConnection";
import {
  type CaptureApi,
  captureBoth,
  captureCamera,
  captureMicrophone,
  captureScreen,
  pictureFor,
  problemOf,
} from "./capture";

const choice = { cameraId: "", microphoneId: "", isNoiseSuppressed: true, size: pictureFor(8) };

/** Devices that refuse by kind, and remember what they were asked. */
function devices(refusals: { video?: string; audio?: string }): CaptureApi & { asked: MediaStreamConstraints[] } {
  const asked: MediaStreamConstraints[] = [];
  return {
    asked,
    async getUserMedia(constraints) {
      asked.push(constraints);
      const refusal = (constraints.video && refusals.video) || (constraints.audio && refusals.audio);
      if (refusal) throw new DOMException("no", refusal);
      const tracks = [constraints.video && new FakeTrack("video"), constraints.audio && new FakeTrack("audio")];
      return new FakeStream(tracks.filter(Boolean)) as never;
    },
  };
}

describe("problemOf", () => {
  it.each([
    ["NotAllowedError", "blocked"],
    ["SecurityError", "blocked"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "busy"],
    ["AbortError", "busy"],
    ["TypeError", "unsupported"],
  ])("%s is %s", (name, problem) => {
    expect(problemOf(new DOMException("no", name))).toBe(problem);
  });
});

describe("captureBoth", () => {
  it("asks once for both", async () => {
    const api = devices({});
    const { camera, microphone } = await captureBoth(api, choice);
    expect([camera.track?.kind, microphone.track?.kind, api.asked.length]).toEqual(["video", "audio", 1]);
  });

  it.each([
    [{ video: "NotFoundError" }, "missing", null],
    [{ audio: "NotReadableError" }, null, "busy"],
    [{ video: "NotAllowedError", audio: "NotAllowedError" }, "blocked", "blocked"],
  ])("one device does not cost the other: %o", async (refusals, cameraProblem, microphoneProblem) => {
    const { camera, microphone } = await captureBoth(devices(refusals), choice);
    expect([camera.problem, microphone.problem]).toEqual([cameraProblem, microphoneProblem]);
    expect([camera.track === null, microphone.track === null]).toEqual([
      cameraProblem !== null,
      microphoneProblem !== null,
    ]);
  });

  it("says unsupported where the page may not capture at all", async () => {
    const { camera, microphone } = await captureBoth(undefined, choice);
    expect([camera.problem, microphone.problem]).toEqual(["unsupported", "unsupported"]);
  });
});

describe("a chosen device", () => {
  const chosen = { ...choice, cameraId: "cam2", microphoneId: "mic2" };
  const idsAsked = (api: { asked: MediaStreamConstraints[] }): unknown[] =>
    api.asked.map(({ video, audio }) =>
      [video, audio].flatMap((one) => (typeof one === "object" && one.deviceId ? [one.deviceId] : [])),
    );

  it("is insisted on: a wish is passed over by Chromium", async () => {
    const api = devices({});
    await captureCamera(api, chosen);
    expect(api.asked[0]?.video).toEqual({
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 30 },
      deviceId: { exact: "cam2" },
    });
    await captureMicrophone(api, chosen);
    await captureBoth(api, chosen);
    expect(idsAsked(api)).toEqual([[{ exact: "cam2" }], [{ exact: "mic2" }], [{ exact: "cam2" }, { exact: "mic2" }]]);
  });

  it("that is not there is only wished for, still in one question for both", async () => {
    const api = devices({});
    const getUserMedia = api.getUserMedia.bind(api);
    api.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      if (JSON.stringify(constraints).includes("exact")) throw new DOMException("unplugged", "OverconstrainedError");
      return stream;
    };
    const { camera, microphone } = await captureBoth(api, chosen);
    expect([camera.track?.kind, microphone.track?.kind]).toEqual(["video", "audio"]);
    expect(idsAsked(api)).toEqual([
      [{ exact: "cam2" }, { exact: "mic2" }],
      [{ ideal: "cam2" }, { ideal: "mic2" }],
    ]);
  });
});

describe("captureScreen", () => {
  it("asks for the sound of a whole screen without the meeting's own voices", async () => {
    const asked: DisplayMediaStreamOptions[] = [];
    const stream = new FakeStream([new FakeTrack("video")]) as never;
    const getDisplayMedia = async (options: DisplayMediaStreamOptions) => {
      asked.push(options);
      return stream;
    };
    expect(await captureScreen({ ...devices({}), getDisplayMedia })).toEqual({ stream, problem: null });
    expect(asked).toEqual([{ video: { frameRate: { ideal: 15 } }, audio: { restrictOwnAudio: true } }]);
  });

  it.each([
    ["the person changes their mind", "Permission denied by user", "NotAllowedError", null],
    ["the system forbids it", "Permission denied by system", "NotAllowedError", "blocked"],
    ["the system fails", "Could not start video source", "NotReadableError", "failed"],
    ["there is no screen", "Requested device not found", "NotFoundError", "failed"],
  ])("has no stream when %s", async (_, message, name, problem) => {
    const getDisplayMedia = () => Promise.reject(new DOMException(message, name));
    expect(await captureScreen({ ...devices({}), getDisplayMedia })).toEqual({ stream: null, problem });
  });

  it("has no stream where the browser cannot", async () => {
    expect(await captureScreen(devices({}))).toEqual({ stream: null, problem: null });
  });
});
