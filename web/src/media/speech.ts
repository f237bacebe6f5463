/** The browser's speech recognition, where it has one; its maker's service may do the listening. */

/** What the recognition says, in plain values. */
export interface SpeechEvents {
  /** `text` is the whole unfinished piece, or one finished piece. */
  heard(text: string, isFinal: boolean): void;
  failed(problem: SpeechProblem): void;
  /** It stopped by itself (silence, time); it may be started again. */
  ended(): void;
}

export type SpeechProblem = "blocked" | "offline" | "language" | "other";

export interface Speech {
  /** @param lang BCP 47 tag. */
  start(lang: string): void;
  /** Nothing is heard after this. */
  stop(): void;
}

export type CreateSpeech = (events: SpeechEvents) => Speech;

interface Alternative {
  readonly transcript: string;
}
interface Result {
  readonly isFinal: boolean;
  readonly length: number;
  readonly [index: number]: Alternative;
}
interface ResultEvent {
  readonly resultIndex: number;
  readonly results: ArrayLike<Result>;
}
/** The part of the Web Speech API that is used; TypeScript does not describe it. */
export interface Recognition {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  onresult: ((event: ResultEvent) => void) | null;
  onerror: ((event: { readonly error: string }) => void) | null;
  onend: (() => void) | null;
  start(): void;
  abort(): void;
}

const PROBLEMS: Readonly<Record<string, SpeechProblem | null>> = {
  // Silence, and our own stop, are no problems.
  "no-speech": null,
  aborted: null,
  "not-allowed": "blocked",
  "service-not-allowed": "blocked",
  network: "offline",
  "language-not-supported": "language",
};

/** Return how to recognise speech in this browser, or null where it cannot. */
export function browserSpeech(): CreateSpeech | null {
  const names = window as unknown as Record<string, (new () => Recognition) | undefined>;
  const Recogniser = names["SpeechRecognition"] ?? names["webkitSpeechRecognition"];
  return Recogniser ? speechOver(() => new Recogniser()) : null;
}

export function speechOver(create: () => Recognition): CreateSpeech {
  return (events) => {
    let running: Recognition | null = null;
    const stop = (): void => {
      const old = running;
      running = null;
      old?.abort();
    };
    return {
      stop,
      start(lang) {
        stop();
        const recognition = create();
        running = recognition;
        const ifRunning = (action: () => void) => () => {
          if (running === recognition) action();
        };
        recognition.lang = lang;
        recognition.continuous = true;
        recognition.interimResults = true;
        recognition.onresult = (event) => ifRunning(() => tell(event, events))();
        recognition.onerror = ({ error }) =>
          ifRunning(() => {
            const problem = Object.hasOwn(PROBLEMS, error) ? PROBLEMS[error] : "other";
            if (problem) events.failed(problem);
          })();
        recognition.onend = ifRunning(() => {
          running = null;
          events.ended();
        });
        recognition.start();
      },
    };
  };
}

function tell({ results, resultIndex }: ResultEvent, events: SpeechEvents): void {
  let unfinished = "";
  for (const result of Array.from(results).slice(resultIndex)) {
    const words = result[0]?.transcript ?? "";
    if (result.isFinal) events.heard(words, true);
    else unfinished += words;
  }
  if (unfinished) events.heard(unfinished, false);
}
