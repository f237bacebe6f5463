/** Which words go with a device that does not work. */
import type { DeviceProblem } from "../meeting/types";
import { text } from "./text";

interface Words {
  readonly badge: string;
  readonly help: string;
}

const CAMERA: Readonly<Record<DeviceProblem, Words>> = {
  blocked: text.problems.blockedCamera,
  missing: text.problems.missingCamera,
  busy: text.problems.busyCamera,
  unsupported: text.problems.unsupported,
};

const MICROPHONE: Readonly<Record<DeviceProblem, Words>> = {
  blocked: text.problems.blockedMicrophone,
  missing: text.problems.missingMicrophone,
  busy: text.problems.busyMicrophone,
  unsupported: text.problems.unsupported,
};

const BOTH: Readonly<Record<DeviceProblem, Words>> = {
  blocked: text.problems.blockedBoth,
  missing: text.problems.missingBoth,
  busy: text.problems.busyBoth,
  unsupported: text.problems.unsupported,
};

/** One word for the badge under a control. */
export function problemShort(problem: DeviceProblem): string {
  return text.problems.short[problem];
}

/** Return what is wrong, once when it is the same for both. */
export function problemWords(camera: DeviceProblem | null, microphone: DeviceProblem | null): readonly Words[] {
  if (camera !== null && camera === microphone) return [BOTH[camera]];
  const words: Words[] = [];
  if (camera) words.push(CAMERA[camera]);
  if (microphone) words.push(MICROPHONE[microphone]);
  return words;
}
