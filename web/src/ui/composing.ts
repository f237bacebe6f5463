/**
 * Whether a key press belongs to an input method, which takes Enter and Escape to end or to drop what it converts.
 *
 * Safari ends the composition before it tells of the key that did so: `isComposing` is false then, and only the key code
 * of a key that an input method has taken says it.
 */
export function isComposing({ isComposing, keyCode }: Pick<KeyboardEvent, "isComposing" | "keyCode">): boolean {
  return isComposing || keyCode === TAKEN_BY_INPUT_METHOD;
}

const TAKEN_BY_INPUT_METHOD = 229;
