/** Buttons that ask the server for something: busy meanwhile, and in words when it was refused. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../../protocol/http";
import { Button } from "../../../ui/Button";
import { say } from "../flash";
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
  readonly look?: "primary" | "plain" | "quiet";
  readonly icon?: ComponentChildren;
  readonly isDisabled?: boolean;
  act(): Promise<unknown>;
}

export function ActButton({ children, label, look = "plain", icon, isDisabled, act }: ActButtonProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    await act();
    setBusy(false);
  };
  return (
    <Button
      size="small"
      look={look}
      icon={icon}
      aria-label={label}
      disabled={isBusy || (isDisabled ?? false)}
      onClick={() => void run()}
    >
      {children}
    </Button>
  );
}
