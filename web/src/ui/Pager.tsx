import "./pager.css";
import type { JSX } from "preact";
import { IconButton } from "./Button";
import { BackIcon, ForwardIcon } from "./icons";
import { text } from "./text";

interface PagerProps {
  /** From 0. */
  readonly shown: number;
  readonly count: number;
  onTurn(page: number): void;
}

/** Turns the pages of a stage on which not everybody fits. At an end the button keeps the focus and does nothing. */
export function Pager({ shown, count, onTurn }: PagerProps): JSX.Element {
  return (
    <nav class="pager" aria-label={text.view.pages}>
      <IconButton
        label={text.view.pageBack}
        icon={<BackIcon size="small" />}
        aria-disabled={shown === 0}
        onClick={() => onTurn(Math.max(0, shown - 1))}
      />
      <p class="digits" role="status">
        <span class="sr">{text.view.pageOf(shown + 1, count)}</span>
        <span aria-hidden="true">
          {shown + 1} / {count}
        </span>
      </p>
      <IconButton
        label={text.view.pageForward}
        icon={<ForwardIcon size="small" />}
        aria-disabled={shown === count - 1}
        onClick={() => onTurn(Math.min(count - 1, shown + 1))}
      />
    </nav>
  );
}
