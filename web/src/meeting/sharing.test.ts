import { beforeEach, describe, expect, it } from "vitest";
import type { CaptureApi } from "../media/capture";
import type { MediaTransport } from "../media/transport";
import { settled } from "../testing/clock";
import { FakeStream, FakeTrack } from "../testing/fakePeerConnection";
import { Sharing } from "./sharing";

/** The browser's question for a screen, answered when the test says so. */
class Picker {
  readonly asked: ((stream: FakeStream | Promise<never>) => void)[] = [];
  readonly capture = {
    getDisplayMedia: () => new Promise((resolve) => void this.asked.push(resolve)),
  } as unknown as CaptureApi;
}

let picker: Picker;
let said: boolean[];
let sent: string[];
let problems: string[];
let sharing: Sharing;
beforeEach(() => {
  picker = new Picker();
  said = [];
  sent = [];
  problems = [];
  const transport = { send: (slot: string, track: unknown) => void sent.push(`${slot} ${track ? "on" : "off"}`) };
  sharing = new Sharing(
    picker.capture,
    transport as unknown as MediaTransport,
    (isSharing) => void said.push(isSharing),
    (problem) => void problems.push(problem),
  );
});

const screen = (): FakeStream => new FakeStream([new FakeTrack("video"), new FakeTrack("audio")]);
const states = (stream: FakeStream): string[] => (stream.getTracks() as FakeTrack[]).map((track) => track.readyState);

describe("a screen that is still being chosen", () => {
  it("is not shared and not kept open when the meeting is over by then", async () => {
    const stream = screen();
    const starting = sharing.start();
    sharing.stop();
    picker.asked[0]?.(stream);
    await starting;
    expect([sharing.isSharing.value, states(stream), sent, said]).toEqual([false, ["ended", "ended"], [], []]);
  });

  it("is asked for once, however often the button is pressed, and again after a change of mind", async () => {
    const starting = Promise.all([sharing.start(), sharing.start()]);
    expect(picker.asked).toHaveLength(1);
    picker.asked[0]?.(new FakeStream());
    await starting;
    void sharing.start();
    picker.asked[1]?.(screen());
    await settled();
    expect([sharing.isSharing.value, said]).toEqual([true, [true]]);
  });

  it("may be asked for again by who came back meanwhile; the first choice then counts for nothing", async () => {
    const [first, second] = [screen(), screen()];
    const starting = sharing.start();
    sharing.stop();
    const again = sharing.start();
    picker.asked[1]?.(second);
    picker.asked[0]?.(first);
    await Promise.all([starting, again]);
    expect([sharing.screen.value, states(first), said]).toEqual([second, ["ended", "ended"], [true]]);
  });

  it("and is refused by the system is said to be, and may be asked for again", async () => {
    const starting = sharing.start();
    picker.asked[0]?.(Promise.reject(new DOMException("Permission denied by system", "NotAllowedError")));
    await starting;
    expect([sharing.isSharing.value, problems, said]).toEqual([false, ["blocked"], []]);
    void sharing.start();
    expect(picker.asked).toHaveLength(2);
  });

  it("and is refused after the meeting is nobody's news", async () => {
    const starting = sharing.start();
    sharing.stop();
    picker.asked[0]?.(Promise.reject(new DOMException("no", "NotReadableError")));
    await starting;
    expect(problems).toEqual([]);
  });
});
