/**
 * The way into the meeting and back: IDLE -> JOINING [-> WAITING] -> LIVE <-> RECONNECTING -> OVER, or REFUSED.
 *
 * A place in the waiting room belongs to one connection: a socket that comes back asks for it again.
 *
 * Owns the phase, the socket's comings and goings, and the resume token. Knows nothing of media.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Ack, Joined, ServerEvents } from "../protocol/events";
import type { SignalingState } from "../protocol/signaling";
import type { SeatingDeps } from "./ports";
import { phaseOfRefusal } from "./refusal";
import type { JoinRequest, Phase } from "./types";

const UNREACHABLE_AFTER_MS = 15_000;
const RETURN_AFTER_MS = 500;
const CHECK_TAKES_MS = 3000;
/** The last of many need not be called before the meeting is shown. */
const CALLS_TAKE_MS = 150;
/** Timers of a page in the background come once a minute. */
const RENEW_MS = 20_000;

/** Refusals that pass by themselves: somebody who was inside is kept waiting, not thrown out. */
const PASSING = ["rate_limited", "service_unavailable", "internal_error"];
const RETRY_AFTER_S = 3;

type Ending = Extract<Phase, { kind: "refused" | "over" }>;

interface SeatingEvents {
  onEnd(phase: Ending): void;
  /** No seat any more or not yet: somebody who was inside may have to wait like a newcomer. */
  onWait(): void;
}

export class Seating {
  private readonly phaseSignal = signal<Phase>({ kind: "idle" });
  private request: JoinRequest | null = null;
  private seated = false;
  private attempt = 0;
  private isChecking = false;
  private returnAfterMs = RETURN_AFTER_MS;
  private cancelTimer: () => void = () => undefined;
  private cancelReturn: () => void = () => undefined;
  private cancelRenewal: () => void = () => undefined;
  readonly phase: ReadonlySignal<Phase> = this.phaseSignal;

  constructor(
    private readonly deps: SeatingDeps,
    private readonly events: SeatingEvents,
  ) {
    deps.signaling.onState((state) => this.socketChanged(state));
  }

  /** From the server's `joined` until the socket drops: only then do events reach the seat they are meant for. */
  get isSeated(): boolean {
    return this.seated;
  }

  /** "" before anybody asked to join. */
  get meetingId(): string {
    return this.request?.meetingId ?? "";
  }

  get isInside(): boolean {
    const { kind } = this.phaseSignal.peek();
    return kind === "joining" || kind === "waiting" || kind === "live" || kind === "reconnecting";
  }

  join(request: JoinRequest): void {
    this.request = request;
    this.phaseSignal.value = { kind: "joining" };
    this.in(UNREACHABLE_AFTER_MS, () => this.refuse({ code: "unreachable", error: "" }));
    if (this.deps.signaling.state === "open") void this.enter();
    else this.deps.signaling.connect();
  }

  /** The server gave the seat; `show` follows. */
  take(payload: Joined): void {
    this.cancelTimer();
    this.seated = true;
    this.returnAfterMs = RETURN_AFTER_MS;
    if (!this.request || !payload.resumeToken) return;
    this.deps.seats.keep(this.request.meetingId, payload.resumeToken);
    this.renewLater();
  }

  /**
   * Goes live, as soon as my calls to the others are out: the page then draws the meeting, which would hold them up, while
   * they are answered.
   *
   * @param called settles when they are; null when nobody is called.
   */
  show(called: Promise<void> | null): void {
    const { attempt } = this;
    const live = (): void => {
      if (!this.seated || attempt !== this.attempt || this.phaseSignal.peek().kind === "live") return;
      this.cancelTimer();
      this.phaseSignal.value = { kind: "live" };
    };
    if (!called || this.phaseSignal.peek().kind === "reconnecting") {
      live();
      return;
    }
    this.in(CALLS_TAKE_MS, live);
    void called.then(live);
  }

  /** The server put this connection into the queue, or says again that it is there. */
  wait(): void {
    if (!this.request || this.seated) return;
    this.cancelTimer();
    this.returnAfterMs = RETURN_AFTER_MS;
    if (this.phaseSignal.peek().kind !== "waiting") this.events.onWait();
    this.phaseSignal.value = { kind: "waiting", isAdmitted: false, isAway: false };
  }

  /** A host let this connection in: the ticket is good for a minute. */
  admitted(): void {
    if (this.phaseSignal.peek().kind !== "waiting") return;
    this.phaseSignal.value = { kind: "waiting", isAdmitted: true, isAway: false };
    this.in(UNREACHABLE_AFTER_MS, () => this.refuse({ code: "unreachable", error: "" }));
    void this.enter();
  }

  /** A host sent this connection away, or none came for too long. */
  denied({ message, retryAfter }: ServerEvents["waiting-room:denied"]): void {
    if (this.phaseSignal.peek().kind !== "waiting") return;
    this.refuse({ code: "entry_denied", error: message, ...(retryAfter === undefined ? {} : { retryAfter }) });
  }

  leave(): void {
    if (this.seated) this.deps.signaling.emit("leave-meeting", {});
    this.end({ kind: "over", why: "left", reason: "" });
  }

  end(phase: Ending): void {
    this.cancelTimer();
    this.cancelReturn();
    this.cancelRenewal();
    this.attempt += 1;
    this.seated = false;
    if (this.request && phase.kind === "over") this.deps.seats.forget(this.request.meetingId);
    this.request = null;
    this.phaseSignal.value = phase;
    this.events.onEnd(phase);
  }

  /** The server announced a restart: come back when it says so, not before. */
  comeBackIn(ms: number): void {
    this.returnAfterMs = ms;
  }

  /** Media to somebody broke off. If my own network did, the socket would notice only when a heartbeat fails to come. */
  async check(): Promise<void> {
    const { signaling, local } = this.deps;
    if (!this.seated || this.isChecking) return;
    this.isChecking = true;
    // Says what the server knows already: it answers, and nobody is told.
    const answer = await signaling.request(
      "media:toggle-video",
      { isVideoOff: !local.isShowing.peek() },
      CHECK_TAKES_MS,
    );
    this.isChecking = false;
    if (answer.code === "unreachable" && signaling.state === "open") signaling.refresh();
  }

  networkReturned(): void {
    if (this.request) this.deps.signaling.refresh();
  }

  /** Until the end, also while the page is cut off or must wait: its person sees that it is there. */
  private renewLater(): void {
    this.cancelRenewal();
    this.cancelRenewal = this.deps.after(RENEW_MS, () => {
      this.deps.seats.renew(this.meetingId);
      this.renewLater();
    });
  }

  private in(ms: number, action: () => void): void {
    this.cancelTimer();
    this.cancelTimer = this.deps.after(ms, action);
  }

  private socketChanged(state: SignalingState): void {
    if (state === "open") {
      void this.enter();
      return;
    }
    const wasSeated = this.seated;
    this.seated = false;
    if (!this.request) return;
    const { kind } = this.phaseSignal.peek();
    if (kind === "live" || wasSeated) this.phaseSignal.value = { kind: "reconnecting", sinceMs: this.deps.now() };
    else if (kind === "waiting") {
      this.cancelTimer();
      this.phaseSignal.value = { kind: "waiting", isAdmitted: false, isAway: true };
    }
    // The server said goodbye, for a restart as a rule; the socket does not come back by itself then.
    this.cancelReturn();
    if (state === "closed") {
      this.cancelReturn = this.deps.after(this.returnAfterMs, () => this.deps.signaling.connect());
    }
  }

  private async enter(): Promise<void> {
    const { request } = this;
    if (!request) return;
    this.attempt += 1;
    const { attempt } = this;
    const { signaling, seats, local } = this.deps;
    const resumeToken = seats.token(request.meetingId);
    const ack = await signaling.request("join-meeting", {
      meetingId: request.meetingId,
      name: request.name,
      isAdmin: request.adminToken !== null,
      adminToken: request.adminToken,
      clientId: seats.clientId(),
      isMuted: !local.isMicOn.peek(),
      isVideoOff: !local.isCameraOn.peek(),
      ...(request.inviteToken ? { inviteToken: request.inviteToken } : {}),
      ...(resumeToken ? { resumeToken } : {}),
    });
    if (attempt !== this.attempt || this.seated) return;
    if (ack.error !== undefined) this.turnedAway(ack);
    else if (ack.isWaiting) this.wait();
  }

  private turnedAway(ack: Ack): void {
    const { signaling } = this.deps;
    if (ack.code === "unreachable") {
      // Still connected and yet no answer: that connection is dead. If it dropped, coming back asks again.
      if (signaling.state === "open") signaling.refresh();
    } else if (PASSING.includes(ack.code ?? "") && this.isKnown) {
      this.in((ack.retryAfter ?? RETRY_AFTER_S) * 1000, () => void this.enter());
    } else if (ack.code === "bad_invite" && this.request?.inviteToken) {
      // Used up or expired: the ordinary door may still be open.
      this.request = { ...this.request, inviteToken: null };
      void this.enter();
    } else {
      this.refuse(ack);
    }
  }

  private refuse(ack: Ack): void {
    this.end(phaseOfRefusal(ack, this.isKnown));
  }

  /** Whether this page was in the meeting or in its queue already. */
  private get isKnown(): boolean {
    const { kind } = this.phaseSignal.peek();
    return kind === "reconnecting" || kind === "waiting";
  }
}
