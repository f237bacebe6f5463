/** Two soft notes: up when somebody knocks or one is let in. Made on the spot, so that nothing has to be loaded. */

const SILENT_KEY = "onepizza.silent";
const NOTES: readonly (readonly [hertz: number, atS: number])[] = [
  [659, 0],
  [880, 0.13],
];
const LOUDNESS = 0.08;
const LENGTH_S = 0.5;

/** Whether this browser plays the sound; people may switch it off. */
export function isChimeOn(): boolean {
  try {
    return window.localStorage.getItem(SILENT_KEY) === null;
  } catch {
    return true;
  }
}

export function setChimeOn(isOn: boolean): void {
  try {
    if (isOn) window.localStorage.removeItem(SILENT_KEY);
    else window.localStorage.setItem(SILENT_KEY, "1");
  } catch {
    // Storage is switched off: the sound stays on.
  }
}

/** Plays, unless it is switched off or the browser holds sound back until a click. */
export function chime(): void {
  if (!isChimeOn() || typeof AudioContext === "undefined") return;
  const context = new AudioContext();
  const start = context.currentTime + 0.02;
  for (const [hertz, atS] of NOTES) note(context, hertz, start + atS);
  window.setTimeout(() => void context.close().catch(() => undefined), (LENGTH_S + 0.5) * 1000);
}

function note(context: AudioContext, hertz: number, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH_S);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + LENGTH_S);
}
