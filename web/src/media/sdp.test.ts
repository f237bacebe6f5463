import { describe, expect, it } from "vitest";
import { isAnswerTo, markAnswer, withoutMark, withoutOrphans } from "./sdp";

const sdp = (...lines: string[]): string => `${lines.join("\r\n")}\r\n`;

const OFFER = sdp(
  "v=0",
  "o=- 7 1 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 109",
  "a=ice-ufrag:first",
);
const ANSWER = sdp("v=0", "s=-", "t=0 0", "m=audio 9 UDP/TLS/RTP/SAVPF 109", "a=ice-ufrag:mine");

describe("marks of answers", () => {
  it("belong to one offer and leave without a trace", () => {
    const marked = markAnswer(ANSWER, OFFER);
    expect(isAnswerTo(marked, OFFER)).toBe(true);
    expect(isAnswerTo(marked, OFFER.replace("first", "second"))).toBe(false);
    expect(isAnswerTo(marked, OFFER.replace("7 1 IN", "7 2 IN"))).toBe(false);
    expect(withoutMark(marked)).toBe(ANSWER);
  });

  it("are not asked of other clients", () => {
    expect(isAnswerTo(ANSWER, OFFER)).toBe(true);
  });
});

describe("withoutOrphans", () => {
  it("drops what Firefox leaves of codecs that are not offered, line by line", () => {
    const line = (kind: string, codec: string): string[] => [
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec}`,
      `a=rtcp-fb:${codec} nack pli`,
      "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid",
      `a=fmtp:${codec} max-fs=12288`,
      `a=rtpmap:${codec} VP8/90000`,
    ];
    const firefox = sdp("v=0", ...line("video", "120"), "a=rtcp-fb:121 nack", ...line("video", "121"), "a=fmtp:99 x=1");
    expect(withoutOrphans(firefox)).toBe(sdp("v=0", ...line("video", "120"), ...line("video", "121")));
  });

  it("leaves feedback for all codecs and a whole description alone", () => {
    const whole = sdp("v=0", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtcp-fb:* nack", "a=rtpmap:96 VP8/90000");
    expect(withoutOrphans(whole)).toBe(whole);
  });
});
