import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../protocol/http";
import { createHostLink } from "../../protocol/restMeeting";
import { navigate } from "../../router";
import { Button } from "../../ui/Button";
import { keepHostToken } from "../hostToken";
import { adminToken } from "./adminTokens";
import { say } from "./flash";
import { problemOf } from "./problem";
import { leadsToSignIn } from "./session";
import { words as catalogue } from "./words";

interface JoinAsHostProps {
  readonly meetingId: string;
  readonly words: string;
  readonly busy: string;
  readonly look?: "primary" | "plain";
  readonly size?: "normal" | "small";
  /** It turned out to be over. */
  onGone(): void;
}

/** Goes in with the admin token where this tab has it, else with a host link made for this one visit. */
export function JoinAsHost(props: JoinAsHostProps): JSX.Element {
  const { meetingId, words, busy, look = "plain", size = "small", onGone } = props;
  const [isBusy, setBusy] = useState(false);
  const open = async (): Promise<void> => {
    const token = adminToken(meetingId);
    if (token) {
      keepHostToken(meetingId, token);
      navigate(`/join/${meetingId}`);
      return;
    }
    setBusy(true);
    try {
      const { hostUrl } = await createHostLink(meetingId);
      const url = new URL(hostUrl, window.location.origin);
      navigate(url.pathname + url.hash);
    } catch (error) {
      if (leadsToSignIn(error)) return;
      setBusy(false);
      const isGone = error instanceof ApiError && error.status === 404;
      say(isGone ? catalogue.meetings.gone : problemOf(error).message, "warning");
      if (isGone) onGone();
    }
  };
  return (
    <Button size={size} look={look} disabled={isBusy} onClick={() => void open()}>
      {isBusy ? busy : words}
    </Button>
  );
}
