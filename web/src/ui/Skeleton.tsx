import "./skeleton.css";
import type { JSX } from "preact";

interface SkeletonProps {
  readonly label: string;
  readonly rows?: number;
}

/** Grey lines where a list will be; they appear only after 300 ms, and hold the place from the first moment. */
export function Skeleton({ label, rows = 3 }: SkeletonProps): JSX.Element {
  return (
    <div class="skeleton" role="status">
      <span class="sr">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="skeleton-row" aria-hidden="true">
          <span class="skeleton-line is-long" />
          <span class="skeleton-line" />
        </div>
      ))}
    </div>
  );
}
