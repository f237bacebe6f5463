import "../ui/controls.css";
import "./prejoin.css";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { LocalMedia } from "../meeting/types";
import { Button } from "../ui/Button";
import { DeviceHelp, DevicePicker } from "../ui/DevicePicker";
import { LanguageSelect } from "../ui/LanguageSelect";
import { TurningMark, Wordmark } from "../ui/Mark";
import { text } from "../ui/text";
import { useFocus } from "../ui/useFocus";
import { Preview } from "./PreJoin";

interface WaitingProps {
  readonly local: LocalMedia;
  readonly name: string;
  readonly isAdmitted: boolean;
  /** The connection is lost; the place is asked for again when it is back. */
  readonly isAway: boolean;
  onLeave(): void;
}

/** In the queue: what happens next, and a last look at oneself. */
export function Waiting({ local, name, isAdmitted, isAway, onLeave }: WaitingProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const { waiting } = text;
  const now = isAdmitted ? waiting.admitted : isAway ? waiting.away : waiting.now;
  useEffect(() => {
    document.title = `${waiting.short} · ${text.brand}`;
  }, [waiting.short]);
  // The join button is gone; a screen reader hears where it is now.
  useFocus(heading);
  return (
    <div class="door">
      <header class="door-head">
        <Wordmark />
        <LanguageSelect />
      </header>
      <main class="door-main">
        <Preview local={local} name={name} />
        <section class="door-form">
          <div class="door-words" role="status">
            <div class="door-turning">
              <TurningMark />
            </div>
            <h1 ref={heading} tabIndex={-1}>
              {now.title}
            </h1>
            <p>{now.body}</p>
          </div>
          <Button size="large" isWide onClick={onLeave}>
            {waiting.leave}
          </Button>
          <DeviceHelp local={local} />
          <DevicePicker local={local} />
        </section>
      </main>
    </div>
  );
}
