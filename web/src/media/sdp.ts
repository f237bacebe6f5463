/** The few facts that negotiation needs from a session description; nothing else in the client reads SDP. */

const ANSWERS_TO = "a=x-answers-to:";

/** The DTLS fingerprint: it stays the same for the life of a connection and differs in every other one. */
export function fingerprintOf(sdp: string): string {
  return /^a=fingerprint:(.+?)\s*$/m.exec(sdp)?.[1] ?? "";
}

function ufragOf(sdp: string): string {
  return /^a=ice-ufrag:(.+?)\s*$/m.exec(sdp)?.[1] ?? "";
}

export function hasUfrag(sdp: string, ufrag: string): boolean {
  return sdp.split(/\r?\n/).includes(`a=ice-ufrag:${ufrag}`);
}

export function candidateUfrag(candidate: RTCIceCandidateInit): string {
  return candidate.usernameFragment ?? / ufrag (\S+)/.exec(candidate.candidate ?? "")?.[1] ?? "";
}

/** What no other offer has: the credentials are new with every restart, the version (RFC 3264 §8) with every offer between. */
function nameOf(offerSdp: string): string {
  const version = /^o=\S+ \S+ (\d+)/m.exec(offerSdp)?.[1] ?? "";
  return `${ufragOf(offerSdp)} ${version}`;
}

/**
 * Marks an answer with the offer it belongs to, as a session-level attribute that other clients skip.
 *
 * Without it an answer to an offer from before a reload is applied to the offer after it: both sides then believe
 * to be connected and hear nothing until the connectivity checks give up. So is the second answer to an offer that was
 * said twice, if the next offer is out by then.
 */
export function markAnswer(answerSdp: string, offerSdp: string): string {
  return answerSdp.replace(/^t=.*\r?\n/m, (line) => `${line}${ANSWERS_TO}${nameOf(offerSdp)}\r\n`);
}

/** False only if the answer names another offer; clients that mark nothing are believed. */
export function isAnswerTo(answerSdp: string, offerSdp: string): boolean {
  const marked = answerSdp.split(/\r?\n/).find((line) => line.startsWith(ANSWERS_TO));
  return marked === undefined || marked.slice(ANSWERS_TO.length) === nameOf(offerSdp);
}

export function withoutMark(sdp: string): string {
  return sdp.replace(new RegExp(`^${ANSWERS_TO}.*\\r?\\n`, "m"), "");
}

const OF_A_CODEC = /^a=(?:rtcp-fb|rtpmap|fmtp):(\d+)[ ]/;

/**
 * Drops attributes of codecs that their media line does not offer.
 *
 * Firefox (ESR 153) leaves the feedback lines of the codecs that `setCodecPreferences` took out, and Chromium refuses
 * such a description as a whole: "Failed to parse codecs correctly".
 */
export function withoutOrphans(sdp: string): string {
  let offered: readonly string[] = [];
  const kept = sdp.split("\r\n").filter((line) => {
    if (line.startsWith("m=")) offered = line.split(" ").slice(3);
    const codec = OF_A_CODEC.exec(line)?.[1];
    return codec === undefined || offered.includes(codec);
  });
  return kept.join("\r\n");
}
