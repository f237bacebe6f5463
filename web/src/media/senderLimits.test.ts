import { expect, it } from "vitest";
import { divide } from "./budget";
import { changeSenders, SenderLimits } from "./senderLimits";
import type { SlotName } from "./transport";

it("sets camera, screen and voice, and leaves alone what is not negotiated", async () => {
  const sender = (): RTCRtpSender & { parameters: unknown } => {
    const fake = {
      parameters: { encodings: [{}] },
      getParameters: () => structuredClone(fake.parameters),
      setParameters: async (parameters: never) => {
        fake.parameters = parameters;
      },
    };
    return fake as never;
  };
  const [camera, voice] = [sender(), sender()];
  const senders = new Map<SlotName, RTCRtpSender>([
    ["camera", camera],
    ["microphone", voice],
  ]);
  await changeSenders(
    { ...divide({ peers: 1, isSharing: false, isSpeaking: false, bps: 3_000_000 }).share, isCameraSent: false },
    (slot) => senders.get(slot),
  );
  expect(camera.parameters).toEqual({
    encodings: [{ active: false, maxBitrate: 1_200_000, maxFramerate: 30, scaleResolutionDownBy: 1 }],
  });
  expect(voice.parameters).toEqual({ encodings: [{ priority: "high", networkPriority: "high" }] });
});

it("sets again what was refused, when it is applied next", async () => {
  const tries: unknown[] = [];
  const camera = {
    getParameters: () => ({ encodings: [{}] }),
    setParameters: async (parameters: unknown) => {
      tries.push(parameters);
      if (tries.length === 1) throw new DOMException("busy", "InvalidStateError");
    },
  };
  const limits = new SenderLimits();
  limits.limit(divide({ peers: 1, isSharing: false, isSpeaking: false, bps: 3_000_000 }).share);
  const senderOf = (slot: SlotName): RTCRtpSender | undefined => (slot === "camera" ? (camera as never) : undefined);
  for (const expected of [1, 2, 2]) {
    await limits.apply(senderOf);
    expect(tries).toHaveLength(expected);
  }
});
