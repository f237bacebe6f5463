import "./state.css";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, LinkButton } from "../ui/Button";
import { Mark } from "../ui/Mark";
import { text } from "../ui/text";
import { useFocus } from "../ui/useFocus";

interface StatePageProps {
  readonly title: string;
  readonly body: string;
  /** The host's own words, or another detail that stands apart. */
  readonly detail?: string | null;
  readonly action?: { readonly label: string; run(): void } | null;
  readonly hasHome?: boolean;
  /** What it is about, at a glance. */
  readonly sign?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** A page that says where you stand and what to do next. */
export function StatePage({ title, body, detail, action, hasHome, sign, children }: StatePageProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  // The focus was on something that is gone; a screen reader hears the new page's title.
  useFocus(heading);
  useEffect(() => {
    document.title = `${title} · ${text.brand}`;
  }, [title]);
  return (
    <main class="state">
      <div class="state-mark">
        <Mark />
        {sign ? <span class="state-sign">{sign}</span> : null}
      </div>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <p class="state-body">{body}</p>
      {detail ? <p class="state-detail">{detail}</p> : null}
      {children}
      <div class="state-actions">
        {action ? (
          <Button look="primary" size="large" onClick={action.run}>
            {action.label}
          </Button>
        ) : null}
        {hasHome ? (
          <LinkButton href="/" look={action ? "plain" : "primary"} size="large">
            {text.common.home}
          </LinkButton>
        ) : null}
      </div>
    </main>
  );
}
