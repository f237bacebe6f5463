import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../../protocol/http";
import { fetchOverview, type Overview } from "../../../protocol/restMeeting";
import { Following } from "../follow";
import { type Problem, problemOf } from "../problem";
import { leadsToSignIn } from "../session";

export interface Followed {
  readonly meeting: Overview | null;
  /** Nothing like that for this account. */
  readonly isMissing: boolean;
  /** Why the last look failed; what is shown may be old then. */
  readonly problem: Problem | null;
  /** Look at once. */
  refresh(): Promise<void>;
}

const LIVE_MS = 3_000;
const PLANNED_MS = 30_000;
/** The server opens a planned meeting within two seconds. */
const OPENS_AFTER_MS = 2_000;

/** Follow one meeting while the page is looked at; the end of the meeting is the last word. */
export function useOverview(id: string): Followed {
  const [meeting, setMeeting] = useState<Overview | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isMissing, setMissing] = useState(false);
  const following = useRef<Following<Overview> | null>(null);
  useEffect(() => {
    const follows = new Following<Overview>({
      ask: () => fetchOverview(id),
      onAnswer: (answer) => {
        setMeeting(answer);
        setProblem(null);
      },
      onFailure: (error) => {
        if (leadsToSignIn(error)) return true;
        const isGone = error instanceof ApiError && error.status === 404;
        setMissing(isGone);
        if (!isGone) setProblem(problemOf(error));
        return isGone;
      },
      pauseAfter: (answer) => pauseAfter(answer, Date.now()),
      sight: document,
    });
    following.current = follows;
    follows.start();
    return () => follows.stop();
  }, [id]);
  const refresh = useCallback(async () => following.current?.now(), []);
  return { meeting, problem, isMissing, refresh };
}

/** Milliseconds until the next look; null for a meeting that is over. */
export function pauseAfter(meeting: Overview, now: number): number | null {
  const { status, scheduledAt } = meeting;
  if (status === "active") return LIVE_MS;
  if (status !== "scheduled") return null;
  const opensIn = new Date(scheduledAt ?? "").getTime() + OPENS_AFTER_MS - now;
  // Once it is due it may open with every look; a clock that runs ahead makes that wait a little longer.
  return Number.isFinite(opensIn) && opensIn > 0 ? Math.min(opensIn, PLANNED_MS) : LIVE_MS;
}
