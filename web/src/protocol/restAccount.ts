/** The REST calls of the account pages, typed as the API document writes them (§1 to §3, §5, §8, §14, §15). */
import { requestJson } from "./http";

export type AccountType = "personal" | "company";

export interface Registered {
  readonly email: string;
  readonly apiKey: string;
  readonly accountType: AccountType;
  readonly inviteCode?: string;
}

export interface Me {
  readonly id: number;
  readonly email: string;
  readonly accountType: AccountType;
  readonly balance: string;
  readonly company_id: number | null;
  readonly is_admin: boolean;
  readonly created_at: string;
}

export interface ApiKey {
  readonly id: number;
  /** Masked in lists, whole in the one answer that creates it. */
  readonly key: string;
  readonly label: string | null;
  readonly created_at: string;
}

/** Without the waiting room and the lock, which a creation does not set (API §3). */
export interface NewMeeting {
  readonly muteOnJoin: boolean;
  readonly videoOffOnJoin: boolean;
  readonly maxParticipants: number;
  readonly title?: string;
  readonly scheduledAt?: string;
}

export interface CreatedMeeting {
  readonly meetingId: string;
  readonly adminToken: string;
  readonly joinUrl: string;
  readonly title: string;
  readonly status: "active" | "scheduled";
  readonly scheduledAt?: string;
}

export interface ListedMeeting {
  readonly meetingId: string;
  readonly title: string;
  readonly status: "active" | "scheduled";
  readonly scheduledAt?: string;
  readonly participantCount: number;
  readonly createdAt?: number;
}

export interface PastMeeting {
  readonly id: number;
  readonly meeting_id: string;
  readonly title: string;
  readonly started_at: string | null;
  readonly ended_at: string;
  readonly duration_minutes: string;
  readonly peak_participants: number;
  readonly cost_usd: string;
}

export interface Company {
  readonly companyId: number;
  readonly companyName: string;
  readonly role: "owner" | "member";
}

export interface Member {
  readonly id: number;
  readonly email: string;
  readonly role: "owner" | "member";
  readonly joined_at: string;
}

export interface Transaction {
  readonly id: number;
  readonly amount_usd: string;
  readonly type: string;
  readonly description: string;
  readonly created_at: string;
}

export interface Ledger extends Page<Transaction> {
  readonly balance: string;
}

/** One page of a list, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly accountType: AccountType;
  readonly companyName?: string;
}

const at = (path: string, cursor?: string | null): string =>
  cursor ? `${path}?cursor=${encodeURIComponent(cursor)}` : path;

export const register = (account: NewAccount): Promise<Registered> =>
  requestJson("POST", "/api/auth/register", account);

export const signIn = (email: string, password: string): Promise<unknown> =>
  requestJson("POST", "/api/auth/login", { email, password });

export const signOut = (): Promise<unknown> => requestJson("POST", "/api/auth/logout", {});

export const fetchMe = (): Promise<Me> => requestJson("GET", "/api/auth/me");

export const askForReset = (email: string): Promise<unknown> =>
  requestJson("POST", "/api/auth/forgot-password", { email });

export const checkResetToken = (token: string): Promise<unknown> =>
  requestJson("GET", `/api/auth/reset-password?token=${encodeURIComponent(token)}`);

export const resetPassword = (token: string, password: string): Promise<unknown> =>
  requestJson("POST", "/api/auth/reset-password", { token, password });

export const changePassword = (currentPassword: string, newPassword: string): Promise<unknown> =>
  requestJson("POST", "/api/auth/change-password", { currentPassword, newPassword });

export async function fetchKeys(cursor?: string | null): Promise<Page<ApiKey>> {
  const answer = await requestJson<{ keys: readonly ApiKey[]; nextCursor?: string | null }>(
    "GET",
    at("/api/user/keys", cursor),
  );
  return { items: answer.keys, next: answer.nextCursor ?? null };
}

export const createKey = (label: string): Promise<ApiKey> =>
  requestJson("POST", "/api/user/keys", label ? { label } : {});

export const deleteKey = (id: number): Promise<unknown> => requestJson("DELETE", `/api/user/keys/${id}`);

export async function fetchMeetings(cursor?: string | null): Promise<Page<ListedMeeting>> {
  const answer = await requestJson<{ meetings: readonly ListedMeeting[]; nextCursor?: string | null }>(
    "GET",
    at("/api/meetings", cursor),
  );
  return { items: answer.meetings, next: answer.nextCursor ?? null };
}

export async function fetchHistory(cursor?: string | null): Promise<Page<PastMeeting>> {
  const answer = await requestJson<{ meetings: readonly PastMeeting[]; nextCursor?: string | null }>(
    "GET",
    at("/api/meetings/history", cursor),
  );
  return { items: answer.meetings, next: answer.nextCursor ?? null };
}

export const createMeeting = (meeting: NewMeeting): Promise<CreatedMeeting> =>
  requestJson("POST", "/api/meetings", meeting);

export const joinCompany = (inviteCode: string): Promise<{ readonly companyName: string }> =>
  requestJson("POST", "/api/company/join", { inviteCode });

export const leaveCompany = (): Promise<unknown> => requestJson("POST", "/api/company/leave", {});

export const fetchCompany = (): Promise<Company> => requestJson("GET", "/api/company");

export async function fetchMembers(cursor?: string | null): Promise<Page<Member>> {
  const answer = await requestJson<{ members: readonly Member[]; nextCursor?: string | null }>(
    "GET",
    at("/api/company/members", cursor),
  );
  return { items: answer.members, next: answer.nextCursor ?? null };
}

export const removeMember = (id: number): Promise<unknown> => requestJson("DELETE", `/api/company/members/${id}`);

export const rotateInviteCode = (): Promise<{ readonly inviteCode: string }> =>
  requestJson("POST", "/api/company/invite-code", {});

export async function fetchLedger(cursor?: string | null): Promise<Ledger> {
  const answer = await requestJson<{
    balance: string;
    transactions: readonly Transaction[];
    nextCursor?: string | null;
  }>("GET", at("/api/billing/history", cursor));
  return { balance: answer.balance, items: answer.transactions, next: answer.nextCursor ?? null };
}
