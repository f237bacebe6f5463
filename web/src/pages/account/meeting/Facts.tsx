import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MeetingCost, Overview } from "../../../protocol/restMeeting";
import { ahead, dayAndTime, exactMinutes, minutes, money } from "../format";
import { words } from "../words";

interface FactsProps {
  readonly meeting: Overview;
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
  readonly detail?: string | null;
}

/** A few numbers about a meeting, side by side. */
function Figures({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <dl class="figures card">{children}</dl>;
}

function Figure({ name, children, detail }: FactProps): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="digits">
        {children}
        {detail ? <span class="figure-detail">{detail}</span> : null}
      </dd>
    </div>
  );
}

export function LiveFacts({ meeting }: FactsProps): JSX.Element {
  const { facts } = words.meeting;
  const { startedAt, peakParticipants, cost } = meeting;
  return (
    <Figures>
      {startedAt === null ? (
        <Figure name={facts.starts}>{facts.nobodyYet}</Figure>
      ) : (
        <Figure name={facts.started}>{dayAndTime(startedAt)}</Figure>
      )}
      {cost ? (
        <>
          <Figure name={facts.soFar}>{minutes(cost.durationMinutes)}</Figure>
          <Figure name={facts.peak}>{peakParticipants}</Figure>
          <Figure name={facts.costSoFar}>{money(cost.costUsd)}</Figure>
        </>
      ) : null}
    </Figures>
  );
}

export function PlannedFacts({ meeting }: FactsProps): JSX.Element {
  const { facts } = words.meeting;
  const at = meeting.scheduledAt ?? "";
  return (
    <Figures>
      <Figure name={facts.starts}>{dayAndTime(at)}</Figure>
      {meeting.status === "scheduled" ? (
        <Figure name={facts.startsIn}>
          <Countdown to={new Date(at).getTime()} />
        </Figure>
      ) : null}
    </Figures>
  );
}

/** What it came to; and why it cost that, for whoever may see the bill. */
export function OverFacts({ meeting }: FactsProps): JSX.Element {
  const { facts } = words.meeting;
  const { startedAt, endedAt, peakParticipants, cost } = meeting;
  return (
    <Figures>
      {startedAt === null ? null : <Figure name={facts.started}>{dayAndTime(startedAt)}</Figure>}
      {endedAt === null ? null : <Figure name={facts.ended}>{dayAndTime(endedAt)}</Figure>}
      {cost ? <Figure name={facts.length}>{exactMinutes(cost.durationMinutes)}</Figure> : null}
      {startedAt === null ? null : <Figure name={facts.peak}>{peakParticipants}</Figure>}
      {cost ? (
        <Figure name={facts.cost} detail={why(cost, peakParticipants)}>
          {money(cost.costUsd)}
        </Figure>
      ) : (
        <Figure name={facts.cost} detail={startedAt === null ? null : facts.companyPays}>
          {startedAt === null ? facts.nothing : null}
        </Figure>
      )}
    </Figures>
  );
}

function why({ durationMinutes, ratePerParticipantMinuteUsd }: MeetingCost, peak: number): string {
  const { facts } = words.meeting;
  return facts.why(exactMinutes(durationMinutes), facts.people(peak), money(ratePerParticipantMinuteUsd));
}

const TICK_MS = 1_000;

function Countdown({ to }: { readonly to: number }): JSX.Element {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <>{to > now ? ahead(to - now) : words.meeting.due}</>;
}
