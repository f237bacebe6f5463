import "./notices.css";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { WarningIcon } from "./icons";
import type { NoticeLine } from "./noticeLines";

interface NoticesProps<N> {
  readonly notices: readonly N[];
  linesOf(notices: readonly N[]): readonly NoticeLine[];
}

const SHOWN_FOR_MS = 4000;
const AT_ONCE = 2;

/** Short notices that come and go by themselves; who comes or goes with others shares a line, and two lines are shown. */
export function Notices<N extends { readonly key: number }>({ notices, linesOf }: NoticesProps<N>): JSX.Element {
  const newest = notices[notices.length - 1]?.key ?? -1;
  const [goneUpTo, setGoneUpTo] = useState(-1);
  useEffect(() => {
    if (newest < 0) return undefined;
    const timer = window.setTimeout(() => setGoneUpTo(newest), SHOWN_FOR_MS);
    return () => window.clearTimeout(timer);
  }, [newest]);
  const shown = linesOf(notices.filter((notice) => notice.key > goneUpTo)).slice(-AT_ONCE);
  return (
    <div class="notices" role="status">
      {shown.map((line) => (
        <p key={line.key} class={`notice is-${line.tone}`}>
          {line.tone === "warning" ? <WarningIcon size="small" /> : null}
          <span>{line.words}</span>
        </p>
      ))}
    </div>
  );
}

interface BannerProps {
  readonly icon?: ComponentChildren;
  readonly tone: "calm" | "warning" | "on";
  readonly children: ComponentChildren;
  readonly action?: ComponentChildren;
}

/** A state that stays until it is over: reconnecting, sharing, sound held back. Said by the live region around it. */
export function Banner({ icon, tone, children, action }: BannerProps): JSX.Element {
  return (
    <div class={`banner is-${tone}`}>
      {icon}
      <span>{children}</span>
      {action}
    </div>
  );
}
