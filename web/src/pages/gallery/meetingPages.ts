/** One meeting's page as the fake server answers it, in each of its states. */
import type { Attendee, Overview, Participant, Waiter } from "../../protocol/restMeeting";

const NOW = Date.now();
const MINUTE_MS = 60_000;

const NAMES = ["Ada Lovelace", "Grace Hopper", "Linus", "Maximiliane von Hohenstein-Wartenberg the Younger"];

function person(name: string, index: number, differences: Partial<Participant> = {}): Participant {
  return {
    participantId: `p${index}`,
    name,
    isMuted: index % 2 === 1,
    isVideoOff: index % 3 === 2,
    isScreenSharing: false,
    isHandRaised: false,
    isAdmin: index === 0,
    joinedAt: NOW - (25 - (index % 20)) * MINUTE_MS,
    ...differences,
  };
}

function waiter(name: string, index: number, wasRemoved = false): Waiter {
  return { socketId: `w${index}`, name, waitingSince: NOW - (index + 1) * MINUTE_MS, wasRemoved };
}

export const LIVE: Overview = {
  meetingId: "abc-defg-hij",
  title: "Team Standup",
  status: "active",
  isOwner: true,
  createdAt: NOW - 30 * MINUTE_MS,
  scheduledAt: null,
  startedAt: NOW - 25 * MINUTE_MS,
  endedAt: null,
  peakParticipants: 6,
  isRecording: false,
  participants: NAMES.map((name, index) =>
    person(name, index, index === 2 ? { isHandRaised: true } : index === 1 ? { isScreenSharing: true } : {}),
  ),
  waiting: [waiter("Robin", 1)],
  settings: { muteOnJoin: true, videoOffOnJoin: false, maxParticipants: 50, locked: false, waitingRoom: true },
  cost: { durationMinutes: "25.10", ratePerParticipantMinuteUsd: "0.0040", costUsd: "0.6024" },
};

/** Everything at once: many people, several who wait, one who was removed, locked and being recorded. */
export const BUSY: Overview = {
  ...LIVE,
  title: "Quarterly review with everyone from all of the offices, the partners and the people who could not come",
  isRecording: true,
  peakParticipants: 24,
  participants: Array.from({ length: 24 }, (_, index) => person(NAMES[index % 4] ?? "", index)),
  waiting: [waiter("Robin", 1), waiter("Sam", 2, true), waiter(NAMES[3] ?? "", 3)],
  settings: { ...LIVE.settings, locked: true },
};

export const PLANNED: Overview = {
  ...LIVE,
  status: "scheduled",
  scheduledAt: new Date(Math.ceil((NOW + 20 * 60 * MINUTE_MS) / 3_600_000) * 3_600_000).toISOString(),
  startedAt: null,
  peakParticipants: 0,
  participants: [],
  waiting: [],
  cost: null,
};

export const OVER: Overview = {
  ...LIVE,
  status: "ended",
  startedAt: NOW - 26 * 60 * MINUTE_MS,
  endedAt: NOW - 26 * 60 * MINUTE_MS + 14.5 * MINUTE_MS,
  participants: [],
  waiting: [],
  cost: { durationMinutes: "14.50", ratePerParticipantMinuteUsd: "0.0040", costUsd: "0.3480" },
};

export const STAYS: readonly Attendee[] = [...NAMES, "Grace Hopper"].map((name, index) => ({
  participantId: `p${index}`,
  name,
  isAdmin: index === 0,
  joinedAt: NOW - 26 * 60 * MINUTE_MS + index * MINUTE_MS,
  leftAt: NOW - 26 * 60 * MINUTE_MS + (10 + index) * MINUTE_MS,
  seconds: index === 4 ? 42 : 600 + index,
}));
