import "./notices.css";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { WarningIcon } from "./icons";

interface Notice {
  readonly key: number;
  readonly text: string;
  readonly tone: "info" | "warning";
}

const SHOWN_FOR_MS = 4000;
const AT_ONCE = 2;

/** Short notices that come and go by themselves; of many at once only the newest two are shown. */
export function Notices({ notices }: { readonly notices: readonly Notice[] }): JSX.Element {
  const newest = notices[notices.length - 1]?.key ?? -1;
  const [goneUpTo, setGoneUpTo] = useState(-1);
  useEffect(() => {
    if (newest < 0) return undefined;
    const timer = window.setTimeout(() => setGoneUpTo(newest), SHOWN_FOR_MS);
    return () => window.clearTimeout(timer);
  }, [newest]);
  const shown = notices.filter((notice) => notice.key > goneUpTo).slice(-AT_ONCE);
  return (
    <div class="notices" role="status">
      {shown.map((notice) => (
        <p key={notice.key} class={`notice is-${notice.tone}`}>
          {notice.tone === "warning" ? <WarningIcon size="small" /> : null}
          <span>{notice.text}</span>
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

/** A state that stays until it is over: reconnecting, sharing, sound held back. */
export function Banner({ icon, tone, children, action }: BannerProps): JSX.Element {
  return (
    <div class={`banner is-${tone}`} role="status">
      {icon}
      <span>{children}</span>
      {action}
    </div>
  );
}
