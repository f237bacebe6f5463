import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Page } from "../../protocol/restAccount";
import { type Problem, problemOf } from "./problem";
import { leadsToSignIn } from "./session";

export interface List<T, P extends Page<unknown> = Page<T>> {
  readonly state: "loading" | "ready" | "failed";
  readonly items: readonly T[];
  /** The page loaded last, for what it carries beside its items. */
  readonly page: P | null;
  readonly problem: Problem | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** Start over; what is shown stays until the answer is there. */
  reload(): Promise<void>;
  more(): Promise<void>;
}

/**
 * A list that the server gives in pages; a lost session leads to the sign-in page.
 *
 * @param about whose list it is: another one is loaded anew.
 */
export function useList<P extends Page<unknown>>(
  load: (cursor: string | null) => Promise<P>,
  about: string | number | null = null,
): List<P["items"][number], P> {
  type T = P["items"][number];
  const [items, setItems] = useState<readonly T[]>([]);
  const [page, setPage] = useState<P | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isLoadingMore, setLoadingMore] = useState(false);
  const isGone = useRef(false);
  const latest = useRef(load);
  latest.current = load;

  const ask = useCallback(async (cursor: string | null, before: readonly T[]): Promise<void> => {
    try {
      const answer = await latest.current(cursor);
      if (isGone.current) return;
      setItems([...before, ...answer.items]);
      setPage(answer);
      setProblem(null);
    } catch (error) {
      if (!isGone.current && !leadsToSignIn(error)) setProblem(problemOf(error));
    }
  }, []);
  const reload = useCallback(() => ask(null, []), [ask]);
  useEffect(() => {
    isGone.current = false;
    void reload();
    return () => {
      isGone.current = true;
    };
  }, [reload, about]);
  return {
    state: problem ? "failed" : page ? "ready" : "loading",
    items,
    page,
    problem,
    hasMore: Boolean(page?.next),
    isLoadingMore,
    reload,
    more: async () => {
      if (!page?.next || isLoadingMore) return;
      setLoadingMore(true);
      await ask(page.next, items);
      if (!isGone.current) setLoadingMore(false);
    },
  };
}
