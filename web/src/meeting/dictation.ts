/**
 * Writes my own speech along as captions. OFF -> ON <-> OFF; while I am muted nothing is heard, as the recognition has a
 * microphone of its own that the mute button does not reach.
 */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { browserSpeech, type CreateSpeech, type Speech, type SpeechProblem } from "../media/speech";
import { type After, afterTimeout } from "../media/transport";
import type { LocalMedia, MeetingCaptions } from "./types";

/** The recognition ends after every longer silence; the pause keeps a broken one from spinning. */
const PAUSE_MS = 300;
/** As many ends at once without a word heard, and something is wrong. */
const MAX_EMPTY_ENDS = 20;
/** What listens for this long works, and has ended because nobody spoke. */
const WORKS_AFTER_MS = 2000;

interface DictationDeps {
  readonly createSpeech: CreateSpeech;
  readonly captions: Pick<MeetingCaptions, "publish">;
  readonly isMicOn: ReadonlySignal<boolean>;
  readonly after: After;
}

export class Dictation {
  private readonly onSignal = signal(false);
  private readonly problemSignal = signal<SpeechProblem | null>(null);
  private readonly speech: Speech;
  private readonly stopFollowing: () => void;
  private cancelPause: () => void = () => undefined;
  private cancelProof: () => void = () => undefined;
  private emptyEnds = 0;
  private lang = "";
  readonly isOn: ReadonlySignal<boolean> = this.onSignal;
  readonly problem: ReadonlySignal<SpeechProblem | null> = this.problemSignal;

  constructor(private readonly deps: DictationDeps) {
    this.speech = deps.createSpeech({
      heard: (text, isFinal) => {
        this.emptyEnds = 0;
        deps.captions.publish(text, isFinal, this.lang);
      },
      failed: (problem) => this.fail(problem),
      ended: () => this.goOn(),
    });
    this.stopFollowing = effect(() => {
      const isListening = this.onSignal.value && deps.isMicOn.value;
      this.cancelPause();
      this.cancelProof();
      if (isListening) this.listen();
      else this.speech.stop();
    });
  }

  /** Only ever from a click. @param lang BCP 47 tag; another one than before starts anew. */
  start(lang: string): void {
    this.problemSignal.value = null;
    this.emptyEnds = 0;
    const isOther = this.lang !== lang;
    this.lang = lang;
    if (!this.onSignal.peek()) this.onSignal.value = true;
    else if (isOther && this.deps.isMicOn.peek()) this.listen();
  }

  stop(): void {
    this.onSignal.value = false;
  }

  /** After the meeting; it cannot be started again. */
  close(): void {
    this.stop();
    this.stopFollowing();
  }

  private listen(): void {
    this.cancelProof();
    this.cancelProof = this.deps.after(WORKS_AFTER_MS, () => {
      this.emptyEnds = 0;
    });
    try {
      this.speech.start(this.lang);
    } catch {
      this.fail("other");
    }
  }

  private goOn(): void {
    this.cancelProof();
    if (!this.onSignal.peek() || !this.deps.isMicOn.peek()) return;
    this.emptyEnds += 1;
    if (this.emptyEnds > MAX_EMPTY_ENDS) this.fail("other");
    else this.cancelPause = this.deps.after(PAUSE_MS, () => this.listen());
  }

  private fail(problem: SpeechProblem): void {
    this.problemSignal.value = problem;
    this.stop();
  }
}

/** Return a dictation over this browser's speech recognition, or null where there is none. */
export function createDictation(captions: MeetingCaptions, local: LocalMedia): Dictation | null {
  const createSpeech = browserSpeech();
  return createSpeech && new Dictation({ createSpeech, captions, isMicOn: local.isMicOn, after: afterTimeout });
}
