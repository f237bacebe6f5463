/** What a host has typed into the settings and not saved: only what was touched. */
import type { MeetingSettings, SettingsChange } from "../meeting/types";

export type Draft = Partial<Omit<MeetingSettings, "maxParticipants">> & {
  readonly title?: string;
  /** As typed. */
  readonly maxParticipants?: string;
};

type Live = MeetingSettings & { readonly title: string };

const MOST_PARTICIPANTS = 500;

/** Return the first field that cannot be saved. */
export function problemOf({ title, maxParticipants }: Draft): "title" | "maxParticipants" | null {
  if (title?.trim() === "") return "title";
  if (maxParticipants === undefined) return null;
  const cap = Number(maxParticipants);
  const isGood = /^\d+$/u.test(maxParticipants.trim()) && cap >= 1 && cap <= MOST_PARTICIPANTS;
  return isGood ? null : "maxParticipants";
}

/** Return what differs from the live settings, or null when nothing does. */
export function changeOf(draft: Draft, live: Live): SettingsChange | null {
  const wanted: SettingsChange = {
    ...draft,
    ...(draft.title === undefined ? {} : { title: draft.title.trim() }),
    ...(draft.maxParticipants === undefined ? {} : { maxParticipants: Number(draft.maxParticipants) }),
  } as SettingsChange;
  const entries = Object.entries(wanted).filter(([key, value]) => live[key as keyof Live] !== value);
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}
