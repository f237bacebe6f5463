/** Reactions under a chat line: one participant counts once for each emoji. */
import type { LineReaction } from "./types";

type Reactor = LineReaction["by"][number];

/** Add the reaction, or take it back when it is there; an emoji that nobody has any more is gone. */
export function toggled(reactions: readonly LineReaction[], emoji: string, who: Reactor): readonly LineReaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  if (!known) return [...reactions, { emoji, by: [who] }];
  const others = known.by.filter(({ id }) => id !== who.id);
  const by = others.length < known.by.length ? others : [...known.by, who];
  return reactions
    .map((reaction) => (reaction === known ? { emoji, by } : reaction))
    .filter((reaction) => reaction.by.length > 0);
}
