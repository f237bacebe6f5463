import type { JSX } from "preact";
import { Button } from "./Button";
import { CheckIcon, CopyIcon, LinkIcon } from "./icons";
import { text } from "./text";
import { useCopied } from "./useCopied";

interface CopyButtonProps {
  readonly value: string;
  readonly label: string;
  readonly done?: string;
  readonly look?: "primary" | "plain" | "quiet";
  readonly size?: "normal" | "small";
  readonly isLink?: boolean;
}

/** Copies a text and says so on itself for a moment. */
export function CopyButton({
  value,
  label,
  done = text.common.copied,
  look,
  size,
  isLink,
}: CopyButtonProps): JSX.Element {
  const { outcome, copy } = useCopied();
  const words = outcome === "copied" ? done : outcome === "failed" ? text.common.copyFailed : label;
  const idle = isLink ? <LinkIcon size="small" /> : <CopyIcon size="small" />;
  return (
    <Button
      look={look ?? "plain"}
      size={size ?? "normal"}
      icon={outcome === "copied" ? <CheckIcon size="small" /> : idle}
      onClick={() => void copy(value)}
    >
      <span aria-live="polite">{words}</span>
    </Button>
  );
}
