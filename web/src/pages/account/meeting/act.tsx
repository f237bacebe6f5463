/** Buttons that ask the server for something: busy meanwhile, and in words when it was refused. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../../protocol/http";
import { Button } from "../../../ui/Button";
import { say } from "../flash";
import { focusHeading } from "../parts";
import { problemOf } from "../problem";
import { leadsToSignIn } from "../session";

/**
 * Do something, say what went wrong, and look at the meeting again either way.
 *
 * @param gone what to say when its object is not there any more; the look that follows shows it.
 * @returns whether it was done.
 */
export async function attempt(
  act: () => Promise<unknown>,
  refresh: () => Promise<void>,
  gone?: string,
): Promise<boolean> {
  try {
    await act();
  } catch (error) {
    if (leadsToSignIn(error)) return false;
    const isGone = error instanceof ApiError && error.status === 404;
    say((isGone ? gone : undefined) ?? problemOf(error).message, "warning");
    await refresh();
    return false;
  }
  await refresh();
  return true;
}

interface ActButtonProps {
  readonly children: ComponentChildren;
  /** What it does to whom, where the words on it do not say. */
  readonly label?: string;
  readonly look?: "plain" | "quiet";
  act(): Promise<unknown>;
}

/** A button that is busy while it acts. It keeps the focus, or gives it to the heading when its row is gone after. */
export function ActButton({ children, label, look = "plain", act }: ActButtonProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    await act();
    setBusy(false);
    if (document.activeElement === document.body) focusHeading();
  };
  return (
    // Not disabled: a disabled button loses the focus, and whoever works with the keyboard their place.
    <Button size="small" look={look} aria-label={label} aria-disabled={isBusy} onClick={() => void run()}>
      {children}
    </Button>
  );
}
