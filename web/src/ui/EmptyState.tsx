import "./empty.css";
import type { ComponentChildren, JSX } from "preact";

interface EmptyStateProps {
  readonly icon: ComponentChildren;
  readonly title: string;
  readonly body?: string;
  readonly children?: ComponentChildren;
}

/** A list with nothing in it yet: what will be here, and what to do. */
export function EmptyState({ icon, title, body, children }: EmptyStateProps): JSX.Element {
  return (
    <div class="empty">
      <span class="empty-icon">{icon}</span>
      <p class="empty-title">{title}</p>
      {body ? <p class="empty-body">{body}</p> : null}
      {children}
    </div>
  );
}
