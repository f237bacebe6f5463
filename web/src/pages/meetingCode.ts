/** Read a meeting's id out of what somebody typed or pasted. */

const CODE = /^(?:[a-z]{3}-[a-z]{4}-[a-z]{3}|[a-z]{6}-[a-z]{3})$/u;
const IN_LINK = /\/join\/([a-z-]+)/iu;

export interface Destination {
  readonly meetingId: string;
  /** The invite and the host token of a pasted link, as they stood in it: `?invite=…#host=…`, or empty. */
  readonly carried: string;
}

/** Return where a code ("qwerty-abc", with or without dashes) or a link leads, or null when it is neither. */
export function destinationOf(typed: string): Destination | null {
  const trimmed = typed.trim();
  const linked = IN_LINK.exec(trimmed);
  const carried = linked ? (/[?#]\S*$/u.exec(trimmed)?.[0] ?? "") : "";
  const code = dashed((linked?.[1] ?? trimmed).toLowerCase().replace(/\s+/gu, ""));
  return CODE.test(code) ? { meetingId: code, carried } : null;
}

/** People read codes out loud and leave out the dashes. */
function dashed(code: string): string {
  if (/^[a-z]{9}$/u.test(code)) return `${code.slice(0, 6)}-${code.slice(6)}`;
  if (/^[a-z]{10}$/u.test(code)) return `${code.slice(0, 3)}-${code.slice(3, 7)}-${code.slice(7)}`;
  return code;
}
