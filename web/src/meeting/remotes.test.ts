import { signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { FakeStream } from "../testing/fakePeerConnection";
import { Remotes } from "./remotes";

const stream = (): MediaStream => new FakeStream() as never;

describe("a shared screen", () => {
  it("has a stream of its own, for picture and sound, while its person shares", () => {
    const sharing = signal<ReadonlySet<string>>(new Set());
    const remotes = new Remotes(sharing);
    const { screen, screenSound } = remotes.media("ada");
    const own = stream();
    remotes.setStreams("ada", { camera: stream(), screen: own });
    expect([screen.value, screenSound.value]).toEqual([null, null]);
    sharing.value = new Set(["ada"]);
    expect(screen.value).toBe(own);
    expect(screenSound.value).toBe(own);
  });

  it("of a client with one video line comes in the camera's place, and the voice there is heard once", () => {
    const remotes = new Remotes(signal(new Set(["ada"])));
    const { camera, screen, screenSound } = remotes.media("ada");
    remotes.setStreams("ada", { camera: stream(), screen: null });
    expect(screen.value).toBe(camera.value);
    expect(screenSound.value).toBeNull();
  });
});
