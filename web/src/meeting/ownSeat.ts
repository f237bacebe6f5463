/**
 * Keeps my seat and my devices in step: the server is the truth of the seat, this page of its devices, and whenever
 * they differ it tells the server.
 */
import { effect, type ReadonlySignal } from "@preact/signals";
import type { MediaTransport } from "../media/transport";
import type { Wire } from "./ports";
import type { LocalMedia, Person } from "./types";

export class OwnSeat {
  /** What was said since the seat was taken: the seat itself lags behind by the way to the server and back. */
  private told: { isMuted?: boolean; isVideoOff?: boolean } = {};

  constructor(
    private readonly local: LocalMedia,
    private readonly me: ReadonlySignal<Person | null>,
    private readonly wire: Wire,
  ) {}

  /** My devices go on the wire as they change, and the server hears of every difference from my seat. */
  follow(transport: MediaTransport): void {
    const { local } = this;
    effect(() => transport.send("camera", local.camera.value));
    effect(() => transport.send("microphone", local.microphone.value));
    effect(() => {
      void local.isMicOn.value;
      this.tellMic();
    });
    effect(() => {
      void local.isShowing.value;
      this.tellCamera();
    });
  }

  /**
   * The server gave the seat, or gave it back.
   *
   * @param isHandRaised as this page has it from before an outage: a server that died may have kept an older state.
   */
  taken(isScreenSharing: boolean, isHandRaised?: boolean): void {
    const me = this.me.peek();
    this.told = {};
    // A microphone that the seat has muted (on joining, by a host, before a reload) is never opened by coming back.
    if (me?.isMuted && this.local.isMicOn.peek()) void this.local.setMic(false);
    if (me?.isVideoOff && this.local.isCameraOn.peek()) void this.local.setCamera(false);
    this.tellMic();
    this.tellCamera();
    if (me && me.isScreenSharing !== isScreenSharing) this.wire.tell("media:screen-share", { isScreenSharing });
    if (me && isHandRaised !== undefined && me.isHandRaised !== isHandRaised) {
      this.wire.tell("raise-hand", { isHandRaised });
    }
  }

  private tellMic(): void {
    const isMuted = !this.local.isMicOn.peek();
    if ((this.told.isMuted ?? this.me.peek()?.isMuted) === isMuted) return;
    this.told.isMuted = isMuted;
    this.wire.tell("media:toggle-audio", { isMuted });
  }

  private tellCamera(): void {
    const isVideoOff = !this.local.isShowing.peek();
    if ((this.told.isVideoOff ?? this.me.peek()?.isVideoOff) === isVideoOff) return;
    this.told.isVideoOff = isVideoOff;
    this.wire.tell("media:toggle-video", { isVideoOff });
  }
}
