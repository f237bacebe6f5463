/**
 * Keeps my seat and my devices in step: the server is the truth of the seat, this page of its devices, and whenever
 * they differ it tells the server.
 */
import { effect, type ReadonlySignal } from "@preact/signals";
import type { After, MediaTransport } from "../media/transport";
import type { Wire } from "./ports";
import type { Seat } from "./roomState";
import type { LocalMedia, Person } from "./types";

/** The server drops what comes too fast and says nothing of it here; its echo takes less than this. */
const AGREED_WITHIN_MS = 3000;

export class OwnSeat {
  /** What was said since the seat was taken: the seat itself lags behind by the way to the server and back. */
  private told: { isMuted?: boolean; isVideoOff?: boolean } = {};
  /** The last word about the microphone was its person's, while this page had no seat: "open". */
  private isMicOpenedAway = false;
  /** The last word about the hand, until the seat agrees: what is said over a line that is dead already is lost. */
  private wishedHand: boolean | null = null;
  private cancelCheck: () => void = () => undefined;

  constructor(
    private readonly local: LocalMedia,
    private readonly me: ReadonlySignal<Person | null>,
    private readonly wire: Wire,
    private readonly isSeated: () => boolean,
    private readonly after: After,
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
    effect(() => {
      if (this.me.value?.isHandRaised === this.wishedHand) this.wishedHand = null;
    });
  }

  raiseHand(isHandRaised: boolean): void {
    this.wishedHand = isHandRaised;
    this.wire.tell("raise-hand", { isHandRaised });
  }

  /**
   * The server gave the seat, or gave it back.
   *
   * @param before the seat as this page has it from before an outage: a server that died may have kept an older state.
   */
  taken(isScreenSharing: boolean, before?: Seat): void {
    const me = this.me.peek();
    this.told = {};
    // Off on the same seat before already, and on here: its person may have switched it on while away.
    const same = before && before.id === me?.id ? before : undefined;
    // A microphone that the seat has muted (on joining, by a host, before a reload) is never opened by coming back.
    const isMicOpened = same?.isMuted && this.isMicOpenedAway;
    if (me?.isMuted && this.local.isMicOn.peek() && !isMicOpened) void this.local.setMic(false);
    // One that only waits for its blur is off on the seat by this page's own word, and no reason to switch it off.
    const isHeldBack = before !== undefined && !this.local.isShowing.peek();
    if (me?.isVideoOff && this.local.isCameraOn.peek() && !same?.isVideoOff && !isHeldBack) {
      this.local.coverCamera();
    }
    this.tellMic();
    this.tellCamera();
    if (me && me.isScreenSharing !== isScreenSharing) this.wire.tell("media:screen-share", { isScreenSharing });
    if (me) this.agreeOnHand(me, before);
  }

  private agreeOnHand(me: Person, before: Seat | undefined): void {
    // Somebody who comes in, also by the waiting room, has the hand down.
    if (!before) this.wishedHand = null;
    const isHandRaised = this.wishedHand ?? before?.isHandRaised ?? me.isHandRaised;
    if (me.isHandRaised !== isHandRaised) this.wire.tell("raise-hand", { isHandRaised });
  }

  private tellMic(): void {
    const isMuted = !this.local.isMicOn.peek();
    this.isMicOpenedAway = !isMuted && !this.isSeated();
    if ((this.told.isMuted ?? this.me.peek()?.isMuted) === isMuted) return;
    this.told.isMuted = isMuted;
    this.wire.tell("media:toggle-audio", { isMuted });
    this.checkLater();
  }

  private tellCamera(): void {
    const isVideoOff = !this.local.isShowing.peek();
    if ((this.told.isVideoOff ?? this.me.peek()?.isVideoOff) === isVideoOff) return;
    this.told.isVideoOff = isVideoOff;
    this.wire.tell("media:toggle-video", { isVideoOff });
    this.checkLater();
  }

  /** A seat that says otherwise for long has missed something: an open microphone would be heard by nobody. */
  private checkLater(): void {
    this.cancelCheck();
    this.cancelCheck = this.after(AGREED_WITHIN_MS, () => {
      if (!this.isSeated()) return;
      this.told = {};
      this.tellMic();
      this.tellCamera();
    });
  }
}
