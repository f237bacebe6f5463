/** Which words go with a device that does not work. */
import type { DeviceProblem } from "../meeting/types";
import { text } from "./text";

interface Words {
  readonly badge: string;
  readonly help: string;
}

type WordsOf = Readonly<Record<DeviceProblem, Words>>;

const camera = (): WordsOf => ({
  blocked: text.problems.blockedCamera,
  missing: text.problems.missingCamera,
  busy: text.problems.busyCamera,
  unsupported: text.problems.unsupported,
  paused: text.problems.pausedCamera,
});

const microphone = (): WordsOf => ({
  blocked: text.problems.blockedMicrophone,
  missing: text.problems.missingMicrophone,
  busy: text.problems.busyMicrophone,
  unsupported: text.problems.unsupported,
  paused: text.problems.pausedMicrophone,
});

const both = (): WordsOf => ({
  blocked: text.problems.blockedBoth,
  missing: text.problems.missingBoth,
  busy: text.problems.busyBoth,
  unsupported: text.problems.unsupported,
  paused: text.problems.pausedBoth,
});

/** One word for the badge under a control. */
export function problemShort(problem: DeviceProblem): string {
  return text.problems.short[problem];
}

/** Return what is wrong, once when it is the same for both. */
export function problemWords(ofCamera: DeviceProblem | null, ofMicrophone: DeviceProblem | null): readonly Words[] {
  if (ofCamera !== null && ofCamera === ofMicrophone) return [both()[ofCamera]];
  const words: Words[] = [];
  if (ofCamera) words.push(camera()[ofCamera]);
  if (ofMicrophone) words.push(microphone()[ofMicrophone]);
  return words;
}
