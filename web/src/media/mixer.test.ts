import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeStream, FakeTrack } from "../testing/fakePeerConnection";
import { Mixer } from "./mixer";

let mixed: unknown[];
beforeEach(() => {
  mixed = [];
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal(
    "AudioContext",
    class {
      readonly state = "running";
      createMediaStreamDestination(): unknown {
        return { stream: new FakeStream([new FakeTrack("audio")]) };
      }
      createMediaStreamSource(stream: FakeStream): unknown {
        const [track] = stream.getAudioTracks();
        if (track?.muted) throw new DOMException("another sample rate", "NotSupportedError");
        return { connect: () => mixed.push(track), disconnect: () => mixed.splice(mixed.indexOf(track), 1) };
      }
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("a voice that the browser cannot mix in is left out, and the others are in", () => {
  const mixer = new Mixer();
  const [ada, ben, cleo] = [new FakeTrack("audio"), new FakeTrack("audio"), new FakeTrack("audio")];
  ben.muted = true;
  const voices = { ada, ben, cleo } as never as Record<string, MediaStreamTrack>;
  mixer.set(new Map(Object.entries(voices)));
  expect(mixed).toEqual([ada, cleo]);
});
