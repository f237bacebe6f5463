/**
 * Which language the client speaks, and the catalogues of words that follow it.
 *
 * English is part of the client; another language is asked for only by who speaks it. A catalogue's sections are read
 * through signals, so that a switch draws every word anew without mounting anything again: a call goes on.
 */
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";

export type Language = "en" | "de";

/** By its own name: who looks for it can read it. */
export const LANGUAGES: readonly { readonly value: Language; readonly label: string }[] = [
  { value: "en", label: "English" },
  { value: "de", label: "Deutsch" },
];

/** Fetches the words of one catalogue, and gives the step that puts them in place. */
type Load = (to: Language) => Promise<() => void>;
type Loaders<T> = Readonly<Record<Exclude<Language, "en">, () => Promise<T>>>;

const KEY = "onepizza.language";

const spoken = signal<Language>("en");
const signals = new WeakMap<object, Signal<object>>();
const loads: Load[] = [];
let wanted: Language = "en";
let arriving: Promise<void> = Promise.resolve();

/** The language of every word now on the page. */
export const language: ReadonlySignal<Language> = spoken;

/**
 * Make a catalogue that can follow the language. Its sections may only be read while something is drawn or done: what
 * a module keeps from its loading stays English.
 */
export function catalogue<T extends object>(english: T): T {
  const words = signal<object>(english);
  const sections = Object.keys(english).map((name) => [
    name,
    { enumerable: true, get: () => (words.value as T)[name as keyof T] },
  ]);
  const view = Object.defineProperties({}, Object.fromEntries(sections)) as T;
  signals.set(view, words);
  return view;
}

/** Say where the other words of a catalogue are. Apart from it, so that they may name its shape. */
export function translate<T extends object>(view: T, loaders: Loaders<T>): void {
  const words = signals.get(view);
  if (!words) throw new TypeError("not a catalogue");
  const english = words.peek();
  const load: Load = async (to) => {
    const next = to === "en" ? english : await loaders[to]();
    return () => {
      words.value = next;
    };
  };
  loads.push(load);
  // A page that comes later brings its own words; `languageReady` waits for them.
  if (wanted !== "en") arriving = Promise.all([arriving, bring([load], wanted)]).then(() => undefined);
}

/** Settles when every word of the pages loaded so far is in the language; at once for English. Never fails. */
export function languageReady(): Promise<void> {
  return arriving;
}

/** Speak the language chosen on this machine, else the first one of the browser's that we have. */
export function startLanguage(): void {
  speak(languageOf(chosen(), navigator.languages));
}

/** Speak this language from now on, here and on the next visit. */
export function chooseLanguage(to: Language): void {
  try {
    window.localStorage.setItem(KEY, to);
  } catch {
    // Storage is switched off; the choice holds for this page.
  }
  speak(to);
}

/** Return the choice if we have it, else the first of the browser's languages that we have, else English. */
export function languageOf(choice: string | null, preferred: readonly string[]): Language {
  for (const tag of [choice ?? "", ...preferred]) {
    const [primary] = tag.toLowerCase().split("-");
    const known = LANGUAGES.find(({ value }) => value === primary);
    if (known) return known.value;
  }
  return "en";
}

function speak(to: Language): void {
  if (to === wanted) return;
  wanted = to;
  arriving = bring(loads, to);
}

/** All words change at once, or none: a half translated page would be worse than the old language. */
async function bring(which: readonly Load[], to: Language): Promise<void> {
  const uses = await Promise.all(which.map((load) => load(to))).catch(() => null);
  if (to !== wanted) return;
  if (!uses) {
    wanted = spoken.peek();
    return;
  }
  batch(() => {
    for (const use of uses) use();
    spoken.value = to;
  });
  document.documentElement.lang = to;
}

function chosen(): string | null {
  try {
    return window.localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
