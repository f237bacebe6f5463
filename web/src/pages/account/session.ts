/** Who is signed in, and the ways out of the dashboard. */
import { signal } from "@preact/signals";
import { ApiError } from "../../protocol/http";
import { signOut as callSignOut, fetchMe, type Me } from "../../protocol/restAccount";
import { navigate } from "../../router";
import { noteSignedIn } from "../signedIn";
import { forgetAllAdminTokens } from "./adminTokens";
import { flashes, greeting } from "./flash";
import { signInPath } from "./next";
import { words } from "./words";

export const me = signal<Me | null>(null);

/** Ask the server who this is; also how the shown balance is brought up to date. */
export async function loadMe(): Promise<void> {
  me.value = await fetchMe();
  noteSignedIn(true);
}

export async function signOut(): Promise<void> {
  await callSignOut();
  forget();
  forgetAllAdminTokens();
  greeting.value = words.signIn.signedOut;
  navigate("/sign-in");
}

/** Say whether a call failed because nobody is signed in any more; the sign-in page is then on its way. */
export function leadsToSignIn(error: unknown): boolean {
  if (!(error instanceof ApiError) || error.status !== 401) return false;
  forget();
  navigate(signInPath(window.location.pathname), "replace");
  return true;
}

function forget(): void {
  noteSignedIn(false);
  me.value = null;
  flashes.value = [];
}
