/** Talking while a key is held: MUTED -(press)-> TALKING -(release, blur)-> MUTED. Opens nothing that was open already. */
import { type ReadonlySignal, signal } from "@preact/signals";

export interface TalkedMicrophone {
  isOn(): boolean;
  /** False while it has a problem: a held key is no moment for the browser's question. */
  isUsable(): boolean;
  set(on: boolean): void;
}

export class PushToTalk {
  private readonly talking = signal(false);
  /** Whether the microphone is open because of the key. */
  readonly isTalking: ReadonlySignal<boolean> = this.talking;
  private isHeld = false;

  constructor(private readonly microphone: TalkedMicrophone) {}

  /** The key went down, or repeats. Returns whether it is ours, so that it scrolls and presses nothing. */
  press(): boolean {
    if (this.isHeld) return true;
    if (this.microphone.isOn() || !this.microphone.isUsable()) return false;
    this.isHeld = true;
    this.talking.value = true;
    this.microphone.set(true);
    return true;
  }

  /** The key went up, or the page can no longer see it go up. Returns whether it had been ours. */
  release(): boolean {
    const wasHeld = this.isHeld;
    this.isHeld = false;
    if (this.talking.peek()) {
      this.talking.value = false;
      this.microphone.set(false);
    }
    return wasHeld;
  }

  /** Somebody else decided about the microphone meanwhile (a click, a host): the release leaves it as it is. */
  yieldTo(isOn: boolean): void {
    if (!isOn) this.talking.value = false;
  }
}
