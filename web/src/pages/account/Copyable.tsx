import type { JSX } from "preact";
import { CopyButton } from "../../ui/CopyButton";
import { words } from "./words";

interface CopyableProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  /** Cut where the line ends, or kept as it is written. */
  readonly look?: "long" | "code";
  /** It has just been made: a screen reader says so. */
  readonly isNews?: boolean;
}

/** A value to give away, with its button. */
export function Copyable({ label, hint, value, look, isNews }: CopyableProps): JSX.Element {
  return (
    <div class="copyable">
      <div role={isNews ? "status" : undefined}>
        <h3>{label}</h3>
      </div>
      {hint ? <p>{hint}</p> : null}
      <div class="copyable-row">
        <code class={`copyable-value${look ? ` is-${look}` : ""}`}>{look ? value : <Link value={value} />}</code>
        <CopyButton value={value} label={words.share.copy} size="small" />
      </div>
    </div>
  );
}

/** A link that breaks before its last part: the meeting's code stays readable. */
function Link({ value }: { readonly value: string }): JSX.Element {
  const last = value.lastIndexOf("/") + 1;
  return (
    <>
      {value.slice(0, last)}
      <wbr />
      <span class="copyable-whole">{value.slice(last)}</span>
    </>
  );
}

interface DownloadLinkProps {
  readonly href: string;
  readonly label: string;
  /** What it is, for whoever hears only the link. */
  readonly of?: string;
}

/** A file of the server's; it names the file itself. */
export function DownloadLink({ href, label, of }: DownloadLinkProps): JSX.Element {
  return (
    <a class="button button-plain button-small" href={href} download aria-label={of ? `${label}: ${of}` : undefined}>
      <span>{label}</span>
    </a>
  );
}
