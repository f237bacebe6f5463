/** The REST calls that the meeting pages make, typed as the API document writes them (§4, §13). */
import { type Fetch, requestJson } from "./http";

export interface GuestMeeting {
  readonly meetingId: string;
  readonly adminToken: string;
  readonly joinUrl: string;
  readonly title: string;
}

export function createGuestMeeting(title?: string, fetcher?: Fetch): Promise<GuestMeeting> {
  return requestJson("POST", "/api/meetings/guest", title ? { title } : {}, fetcher);
}
