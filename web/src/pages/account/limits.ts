/** The server's limits (API §1 to §3, §14), so that a form can refuse before it asks; a contract test compares them. */
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 200;
/** Of one that exists: the administrator's comes from the environment. */
export const KNOWN_PASSWORD_MAX = 1024;
export const EMAIL_MAX = 254;
export const LABEL_MAX = 64;
export const COMPANY_MAX = 100;
export const INVITE_CODE_MAX = 64;
export const TITLE_MAX = 200;
export const NAME_MAX = 64;
export const REASON_MAX = 200;
export const PARTICIPANTS_MAX = 500;
export const AHEAD_MIN_S = 30;
export const AHEAD_MAX_DAYS = 365;
