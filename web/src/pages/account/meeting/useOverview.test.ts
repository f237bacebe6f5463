import { describe, expect, it, vi } from "vitest";
import type { Overview } from "../../../protocol/restMeeting";

vi.stubGlobal("window", { location: { pathname: "/" } });
const { pauseAfter } = await import("./useOverview");

const NOW = Date.UTC(2026, 2, 1, 12);

const overview = (differences: Partial<Overview>): Overview => ({
  meetingId: "abc-defg-hij",
  title: "Team Standup",
  status: "active",
  isOwner: true,
  createdAt: NOW,
  scheduledAt: null,
  startedAt: null,
  endedAt: null,
  peakParticipants: 0,
  isRecording: false,
  participants: [],
  waiting: [],
  settings: { muteOnJoin: false, videoOffOnJoin: false, maxParticipants: 50, locked: false, waitingRoom: true },
  cost: null,
  ...differences,
});

const startsIn = (ms: number): Partial<Overview> => ({
  status: "scheduled",
  scheduledAt: new Date(NOW + ms).toISOString(),
});

describe("pauseAfter", () => {
  it.each<[string, Partial<Overview>, number | null]>([
    ["live", {}, 3_000],
    ["a day ahead", startsIn(86_400_000), 30_000],
    ["ten seconds ahead", startsIn(10_000), 12_000],
    ["due", startsIn(-2_000), 3_000],
    ["without a readable time", { status: "scheduled", scheduledAt: "soon" }, 3_000],
    ["ended", { status: "ended" }, null],
    ["cancelled", { status: "cancelled" }, null],
  ])("%s", (_, differences, pause) => {
    expect(pauseAfter(overview(differences), NOW)).toBe(pause);
  });
});
