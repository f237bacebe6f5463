/**
 * The REST calls of a meeting's own page (API §3, §6 to §8 and extensions).
 *
 * They go with the session of the meeting's owner, which stands for the admin token.
 */
import { requestJson } from "./http";
import type { Page } from "./restAccount";

export interface MeetingSettings {
  readonly muteOnJoin: boolean;
  readonly videoOffOnJoin: boolean;
  readonly maxParticipants: number;
  readonly locked: boolean;
  readonly waitingRoom: boolean;
}

export interface Participant {
  readonly participantId: string;
  readonly name: string;
  readonly isMuted: boolean;
  readonly isVideoOff: boolean;
  readonly isScreenSharing: boolean;
  readonly isHandRaised: boolean;
  readonly isAdmin: boolean;
  /** Epoch milliseconds, like all times of these calls but `scheduledAt`. */
  readonly joinedAt: number;
}

export interface Waiter {
  readonly socketId: string;
  readonly name: string;
  readonly waitingSince: number;
  /** A host removed this person from this meeting before. */
  readonly wasRemoved: boolean;
}

/** Minutes × most people at once × rate; of a live meeting, if it ended now. Decimal strings. */
export interface MeetingCost {
  readonly durationMinutes: string;
  readonly ratePerParticipantMinuteUsd: string;
  readonly costUsd: string;
}

/** One meeting in whatever state. */
export interface Overview {
  readonly meetingId: string;
  readonly title: string;
  readonly status: "scheduled" | "active" | "ended" | "cancelled";
  /** Otherwise a member of the company that paid, who sees no more than the history shows. */
  readonly isOwner: boolean;
  readonly createdAt: number;
  readonly scheduledAt: string | null;
  /** The first join; null while, or when, nobody came. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly peakParticipants: number;
  readonly isRecording: boolean;
  readonly participants: readonly Participant[];
  readonly waiting: readonly Waiter[];
  readonly settings: MeetingSettings;
  readonly cost: MeetingCost | null;
}

export interface Attendee {
  readonly participantId: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly joinedAt: number;
  readonly leftAt: number | null;
  readonly seconds: number;
}

export type SettingsChange = Partial<MeetingSettings> & { readonly title?: string };

const part = encodeURIComponent;
const meetingPath = (id: string): string => `/api/meetings/${part(id)}`;

/** Where a browser loads the file from; its session goes along. */
export const calendarPath = (id: string): string => `${meetingPath(id)}/calendar.ics`;
export const attendanceFilePath = (id: string): string => `${meetingPath(id)}/attendance?format=csv`;

export const fetchOverview = (id: string): Promise<Overview> => requestJson("GET", `${meetingPath(id)}/overview`);

export async function fetchAttendance(id: string, cursor: string | null): Promise<Page<Attendee>> {
  const query = cursor ? `?cursor=${part(cursor)}` : "";
  const answer = await requestJson<{ attendance: readonly Attendee[]; nextCursor?: string | null }>(
    "GET",
    `${meetingPath(id)}/attendance${query}`,
  );
  return { items: answer.attendance, next: answer.nextCursor ?? null };
}

export const changeSettings = (id: string, change: SettingsChange): Promise<unknown> =>
  requestJson("PATCH", `${meetingPath(id)}/settings`, change);

export const endMeeting = (id: string): Promise<unknown> => requestJson("DELETE", meetingPath(id));

export const createHostLink = (id: string): Promise<{ readonly hostUrl: string }> =>
  requestJson("POST", `${meetingPath(id)}/host-link`, {});

export const createInvite = (id: string, name: string): Promise<{ readonly joinUrl: string }> =>
  requestJson("POST", `${meetingPath(id)}/invite`, name ? { name } : {});

const participant = (id: string, participantId: string, order: string, body: object): Promise<unknown> =>
  requestJson("POST", `${meetingPath(id)}/participants/${part(participantId)}/${order}`, body);

export const muteParticipant = (id: string, participantId: string): Promise<unknown> =>
  participant(id, participantId, "mute", {});

export const askToUnmute = (id: string, participantId: string): Promise<unknown> =>
  participant(id, participantId, "unmute", {});

export const removeParticipant = (id: string, participantId: string, reason: string): Promise<unknown> =>
  participant(id, participantId, "kick", reason ? { reason } : {});

export const muteAll = (id: string): Promise<unknown> => requestJson("POST", `${meetingPath(id)}/mute-all`, {});

export const admitWaiter = (id: string, waiterId: string): Promise<unknown> =>
  requestJson("POST", `${meetingPath(id)}/waiting/${part(waiterId)}/admit`, {});

export const denyWaiter = (id: string, waiterId: string): Promise<unknown> =>
  requestJson("POST", `${meetingPath(id)}/waiting/${part(waiterId)}/deny`, {});

export const admitEveryone = (id: string): Promise<{ readonly admitted: number }> =>
  requestJson("POST", `${meetingPath(id)}/waiting/admit-all`, {});
