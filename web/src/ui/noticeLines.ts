/** The words of notices; people who come (or go) one after another share a line. */
import type { News, Notice } from "../meeting/types";
import { serverWords } from "./serverWords";
import { text } from "./text";

export interface NoticeLine {
  /** Of its first notice, so that a line which grows stays the same element. */
  readonly key: number;
  readonly tone: Notice["tone"];
  readonly words: string;
}

type Coming = Extract<News, { kind: "joined" | "left" }>;

/** Return the lines, oldest first. */
export function linesOf(notices: readonly Notice[]): readonly NoticeLine[] {
  return groupsOf(notices).map(([first, ...others]) => ({
    key: first.key,
    tone: first.tone,
    words: isComing(first.news) ? crowdWords(first.news, others) : wordsOf(first.news),
  }));
}

type Group = readonly [Notice, ...Notice[]];

function groupsOf(notices: readonly Notice[]): readonly Group[] {
  const groups: Group[] = [];
  for (const notice of notices) {
    const last = groups[groups.length - 1];
    if (last && isComing(notice.news) && last[0].news.kind === notice.news.kind) {
      groups[groups.length - 1] = [...last, notice];
    } else {
      groups.push([notice]);
    }
  }
  return groups;
}

function isComing(news: News): news is Coming {
  return news.kind === "joined" || news.kind === "left";
}

function crowdWords(first: Coming, others: readonly Notice[]): string {
  const names = [first.name, ...others.flatMap(({ news }) => (isComing(news) ? [news.name] : []))];
  return text.notices[first.kind](names);
}

function wordsOf(news: Exclude<News, Coming>): string {
  if (news.kind === "refused") return serverWords(news.code, news.message);
  return text.notices[news.kind];
}
