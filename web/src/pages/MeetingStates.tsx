import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Phase, RefusalCode } from "../meeting/types";
import { CheckIcon, ClockIcon, HandIcon, LeaveIcon, LockIcon, PeopleIcon, PlugIcon, RemoveIcon } from "../ui/icons";
import { language } from "../ui/language";
import { serverWords } from "../ui/serverWords";
import { text } from "../ui/text";
import { useNow } from "../ui/useNow";
import { StatePage } from "./StatePage";

interface OverProps {
  readonly why: Extract<Phase, { kind: "over" }>["why"];
  readonly reason: string;
  onRestart(): void;
}

/** After the meeting: left, ended, removed, or taken over by another tab. */
export function Over({ why, reason, onRestart }: OverProps): JSX.Element {
  const { states } = text;
  switch (why) {
    case "left":
      return (
        <StatePage
          {...words(states.left)}
          sign={<LeaveIcon size="small" />}
          action={{ label: states.left.again, run: onRestart }}
          hasHome
        />
      );
    case "ended":
      return <StatePage {...words(states.ended)} sign={<CheckIcon size="small" />} hasHome />;
    case "removed":
      return (
        <StatePage
          {...words(states.removed)}
          sign={<RemoveIcon size="small" />}
          detail={reason ? states.removedReason(reason) : null}
          action={{ label: states.removed.again, run: onRestart }}
          hasHome
        />
      );
    case "replaced":
      return (
        <StatePage {...words(states.replaced)} action={{ label: states.replaced.again, run: onRestart }} hasHome />
      );
  }
}

interface RefusedProps {
  readonly code: RefusalCode;
  readonly message: string;
  readonly scheduledAt: string | null;
  /** Whole seconds until another try may work. */
  readonly retryAfterS: number | null;
  onRestart(): void;
}

/** Before the meeting: why the door stayed shut, and what opens it. */
export function Refused({ code, message, scheduledAt, retryAfterS, onRestart }: RefusedProps): JSX.Element {
  const { states, common } = text;
  const again = { label: common.tryAgain, run: onRestart };
  switch (code) {
    case "meeting_not_found":
      return <StatePage {...words(states.notFound)} hasHome />;
    case "meeting_ended":
      return <StatePage {...words(states.alreadyEnded)} sign={<CheckIcon size="small" />} hasHome />;
    case "meeting_scheduled":
      return <Scheduled at={scheduledAt} onJoin={onRestart} />;
    case "room_locked":
      return <StatePage {...words(states.locked)} sign={<LockIcon size="small" />} action={again} hasHome />;
    case "room_full":
      return <StatePage {...words(states.full)} sign={<PeopleIcon size="small" />} action={again} hasHome />;
    case "bad_admin_token":
      return <StatePage {...words(states.badHost)} action={{ label: states.badHost.again, run: onRestart }} hasHome />;
    case "entry_denied":
      return <Denied retryAfterS={retryAfterS} onAsk={onRestart} />;
    case "waiting_room_full":
      return <StatePage {...words(states.queueFull)} sign={<PeopleIcon size="small" />} action={again} hasHome />;
    case "insufficient_credits":
      return <StatePage {...words(states.noCredit)} action={again} hasHome />;
    case "rate_limited":
      return <StatePage {...words(states.rateLimited)} sign={<ClockIcon size="small" />} action={again} hasHome />;
    case "unreachable":
      return <StatePage {...words(states.unreachable)} sign={<PlugIcon size="small" />} action={again} hasHome />;
    case "other":
      return <StatePage {...words(states.other)} detail={serverWords(code, message) || null} action={again} hasHome />;
  }
}

/** Sent away from the queue: for now, or for this meeting. No host at all counts for nothing, so asking again is free. */
function Denied({ retryAfterS, onAsk }: { readonly retryAfterS: number | null; onAsk(): void }): JSX.Element {
  const { states, common } = text;
  const [mayAskAt] = useState(() => Date.now() + (retryAfterS ?? 0) * 1000);
  const left = Math.ceil((mayAskAt - useNow()) / 1000);
  if (retryAfterS === null)
    return <StatePage {...words(states.deniedForGood)} sign={<HandIcon size="small" />} hasHome />;
  if (retryAfterS === 0) {
    return (
      <StatePage
        {...words(states.nobodyCame)}
        sign={<ClockIcon size="small" />}
        action={{ label: common.tryAgain, run: onAsk }}
        hasHome
      />
    );
  }
  return (
    <StatePage
      title={states.denied.title}
      sign={<HandIcon size="small" />}
      body={left > 0 ? states.deniedSoon(left) : states.denied.body}
      action={left > 0 ? null : { label: states.denied.again, run: onAsk }}
      hasHome
    />
  );
}

/** Counts down to the start; the button comes when the time has come. */
function Scheduled({ at, onJoin }: { readonly at: string | null; onJoin(): void }): JSX.Element {
  const { scheduled } = text.states;
  const startsAt = at === null ? Number.NaN : Date.parse(at);
  const now = useNow();
  if (Number.isNaN(startsAt)) {
    return (
      <StatePage
        title={scheduled.title}
        sign={<ClockIcon size="small" />}
        body={scheduled.bodyUnknown}
        action={{ label: text.common.tryAgain, run: onJoin }}
        hasHome
      />
    );
  }
  const left = startsAt - now;
  return (
    <StatePage
      title={scheduled.title}
      sign={<ClockIcon size="small" />}
      body={left > 0 ? scheduled.body(dateWords(startsAt)) : scheduled.soon}
      action={left > 0 ? null : { label: scheduled.again, run: onJoin }}
      hasHome
    >
      {left > 0 ? <Countdown leftMs={left} /> : null}
    </StatePage>
  );
}

function Countdown({ leftMs }: { readonly leftMs: number }): JSX.Element {
  const { scheduled } = text.states;
  const total = Math.ceil(leftMs / 1000);
  const days = Math.floor(total / 86_400);
  if (days > 0) return <p class="state-detail">{`${scheduled.countdown} ${scheduled.days(days)}`}</p>;
  const parts: readonly (readonly [string, number])[] = [
    [scheduled.hours, Math.floor(total / 3600)],
    [scheduled.minutes, Math.floor(total / 60) % 60],
    [scheduled.seconds, total % 60],
  ];
  return (
    <dl class="countdown">
      {parts.map(([unit, value]) => (
        <div key={unit}>
          <dt>{unit}</dt>
          <dd>{String(value).padStart(2, "0")}</dd>
        </div>
      ))}
    </dl>
  );
}

function dateWords(at: number): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "full", timeStyle: "short" }).format(at);
}

function words({ title, body }: { readonly title: string; readonly body: string }): { title: string; body: string } {
  return { title, body };
}
