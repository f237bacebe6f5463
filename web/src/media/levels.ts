/** How loud everybody is: one AudioContext and one timer for the whole page, an analyser for each voice. */
import { sourceOf } from "./audioSource";

export interface LevelsPlatform {
  createContext(): AudioContext | null;
  every(ms: number, action: () => void): () => void;
  /** Calls once, a moment later. */
  soon(action: () => void): void;
  /** Calls once at the next click or key: contexts made before one are suspended. */
  onGesture(action: () => void): void;
}

export const browserLevelsPlatform: LevelsPlatform = {
  createContext: () => (typeof AudioContext === "undefined" ? null : new AudioContext({ latencyHint: "interactive" })),
  every: (ms, action) => {
    const timer = setInterval(action, ms);
    return () => clearInterval(timer);
  },
  // A context takes some 20 ms of the very time in which the first call goes out and the first picture comes.
  soon: (action) => void setTimeout(action, 400),
  onGesture: (action) => {
    for (const name of ["pointerdown", "keydown"]) addEventListener(name, action, { once: true, capture: true });
  },
};

export const TICK_MS = 100;
const QUIETEST_DB = -60;
const LOUDEST_DB = -15;

/** 0 (quieter than -60 dBFS) to 1 (-15 dBFS or louder), linear in decibels as ears are. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, (decibels - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)));
}

interface Watched {
  readonly source: MediaStreamAudioSourceNode;
  readonly analyser: AnalyserNode;
  readonly samples: Float32Array<ArrayBuffer>;
}

export class Levels {
  private readonly wanted = new Map<string, MediaStream>();
  private readonly watched = new Map<string, Watched>();
  private readonly listeners: ((levels: ReadonlyMap<string, number>) => void)[] = [];
  private context: AudioContext | null = null;
  private stopTimer: (() => void) | null = null;
  private isOpening = false;

  constructor(private readonly platform: LevelsPlatform = browserLevelsPlatform) {}

  /** Called every 100 ms while anybody is watched. */
  onTick(listener: (levels: ReadonlyMap<string, number>) => void): void {
    this.listeners.push(listener);
  }

  /** Listens to the sound of a stream under a key, in place of what that key had. */
  watch(key: string, stream: MediaStream): void {
    this.unwatch(key);
    if (stream.getAudioTracks().length === 0) return;
    this.wanted.set(key, stream);
    if (this.context) this.listen(this.context, key, stream);
    else if (!this.isOpening) {
      this.isOpening = true;
      this.platform.soon(() => this.begin());
    }
  }

  private begin(): void {
    this.isOpening = false;
    const context = this.wanted.size > 0 ? this.open() : null;
    for (const [key, stream] of this.wanted) {
      // Its voice may have gone meanwhile.
      if (context && stream.getAudioTracks().length > 0) this.listen(context, key, stream);
    }
  }

  private listen(context: AudioContext, key: string, stream: MediaStream): void {
    const source = sourceOf(context, stream);
    if (!source) return;
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    // Not connected onwards: measuring must never play anybody's voice.
    source.connect(analyser);
    this.watched.set(key, { source, analyser, samples: new Float32Array(analyser.fftSize) });
    this.stopTimer ??= this.platform.every(TICK_MS, () => this.tick());
  }

  unwatch(key: string): void {
    this.wanted.delete(key);
    const entry = this.watched.get(key);
    if (!entry) return;
    entry.source.disconnect();
    this.watched.delete(key);
    if (this.watched.size > 0) return;
    this.stopTimer?.();
    this.stopTimer = null;
    for (const listener of this.listeners) listener(new Map());
  }

  /** Goes on after the system took the sound away: a phone call, sleep, another output device. */
  wake(): void {
    if (this.context && this.context.state !== "running") void this.context.resume().catch(() => undefined);
  }

  close(): void {
    for (const key of [...this.wanted.keys()]) this.unwatch(key);
    void this.context?.close().catch(() => undefined);
    this.context = null;
  }

  private open(): AudioContext | null {
    if (this.context) return this.context;
    const context = this.platform.createContext();
    this.context = context;
    if (!context) return null;
    const resume = (): void => void context.resume().catch(() => undefined);
    if (context.state === "suspended") this.platform.onGesture(resume);
    // iOS says "interrupted" and does not always allow to go on before the next touch.
    context.onstatechange = () => {
      if (context.state !== "running" && context.state !== "closed") this.platform.onGesture(resume);
    };
    return context;
  }

  private tick(): void {
    const levels = new Map<string, number>();
    for (const [key, { analyser, samples }] of this.watched) {
      analyser.getFloatTimeDomainData(samples);
      levels.set(key, levelOf(samples));
    }
    for (const listener of this.listeners) listener(levels);
  }
}
