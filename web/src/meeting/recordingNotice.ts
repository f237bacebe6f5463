/** Who records the meeting, by the server's word: a pure reducer. */
import type { RoomEvent } from "./roomState";

export interface RecordingNotice {
  readonly names: readonly string[];
  /** False from a new seat until the server has named the first one again: the names are of before. */
  readonly isFresh: boolean;
}

export const NOBODY_RECORDS: RecordingNotice = { names: [], isFresh: true };

export function reduceNotice(notice: RecordingNotice, event: RoomEvent): RecordingNotice {
  switch (event.name) {
    case "joined":
      // Kept over an outage: the notice must not come up a second time for a recording that went on.
      return event.payload.isRecording ? { names: notice.names, isFresh: false } : NOBODY_RECORDS;
    case "recording:started": {
      const names = notice.isFresh ? notice.names : [];
      const { hostName } = event.payload;
      return { names: names.includes(hostName) ? names : [...names, hostName], isFresh: true };
    }
    case "recording:stopped":
      return NOBODY_RECORDS;
    default:
      return notice;
  }
}
