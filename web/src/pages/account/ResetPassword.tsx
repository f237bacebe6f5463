import type { ComponentChildren, JSX } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../protocol/http";
import { checkResetToken, resetPassword } from "../../protocol/restAccount";
import { navigate } from "../../router";
import { Button, LinkButton } from "../../ui/Button";
import { LoadingMark } from "../../ui/Mark";
import { useFocus } from "../../ui/useFocus";
import { noteSignedIn } from "../signedIn";
import { greeting } from "./flash";
import { Note, PasswordField } from "./parts";
import { type Problem, problemOf } from "./problem";
import { useForm } from "./useForm";
import { checkNewPassword } from "./validate";
import { words } from "./words";

type State =
  | { readonly kind: "checking" | "good" | "dead" | "missing" }
  | { readonly kind: "failed"; problem: Problem };

/**
 * Sets a new password with the token of a mailed link.
 *
 * `missing | checking -> good | dead | failed`, and `failed -> checking` on a further try.
 */
export function ResetPassword(): JSX.Element {
  const [token, setToken] = useState(takeToken);
  const [state, setState] = useState<State>({ kind: token ? "checking" : "missing" });
  const check = useCallback(async (): Promise<void> => {
    if (!token) return;
    setState({ kind: "checking" });
    try {
      await checkResetToken(token);
      setState({ kind: "good" });
    } catch (error) {
      setState(stateAfter(error));
    }
  }, [token]);
  useEffect(() => void check(), [check]);
  useEffect(() => {
    // A second link opened in the same tab changes the fragment only: no page is loaded for it.
    const onHash = (): void => setToken((before) => takeToken() ?? before);
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
  switch (state.kind) {
    case "checking":
      return <LoadingMark label={words.reset.checking} />;
    case "good":
      return <ResetForm token={token ?? ""} onDead={() => setState({ kind: "dead" })} />;
    case "dead":
      return <Dead title={words.reset.deadTitle} body={words.reset.deadBody} />;
    case "missing":
      return <Dead title={words.reset.missingTitle} body={words.reset.missingBody} />;
    case "failed":
      return (
        <Dead title={words.problem.loadTitle} body={state.problem.message}>
          <Button look="primary" onClick={() => void check()}>
            {words.problem.again}
          </Button>
        </Dead>
      );
  }
}

/** Read the token and take it out of the address bar and the history, where others could find it. */
function takeToken(): string | null {
  const { hash, pathname, search } = window.location;
  const token = new URLSearchParams(hash.slice(1)).get("token");
  if (hash) window.history.replaceState(window.history.state, "", pathname + search);
  return token || null;
}

function isDead(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return [400, 404, 410].includes(error.status) && !error.details.some(({ field }) => field === "password");
}

function stateAfter(error: unknown): State {
  return isDead(error) ? { kind: "dead" } : { kind: "failed", problem: problemOf(error) };
}

function ResetForm({ token, onDead }: { readonly token: string; onDead(): void }): JSX.Element {
  const form = useForm({
    initial: { password: "" },
    check: ({ password }) => ({ password: checkNewPassword(password) }),
    submit: async ({ password }) => {
      try {
        await resetPassword(token, password);
      } catch (error) {
        if (!isDead(error)) throw error;
        onDead();
        return;
      }
      noteSignedIn(false);
      greeting.value = words.signIn.changed;
      navigate("/sign-in", "replace");
    },
  });
  return (
    <>
      <div class="entrance-words">
        <h1>{words.reset.title}</h1>
        <p>{words.reset.lead}</p>
      </div>
      <form ref={form.element} class="form" noValidate onSubmit={form.onSubmit}>
        <PasswordField {...form.bind("password")} label={words.fields.newPassword} isNew hasFocus />
        {form.message ? <Note tone="error">{form.message}</Note> : null}
        <Button type="submit" look="primary" isWide disabled={form.isBusy}>
          {form.isBusy ? words.reset.busy : words.reset.submit}
        </Button>
      </form>
    </>
  );
}

interface DeadProps {
  readonly title: string;
  readonly body: string;
  readonly children?: ComponentChildren;
}

/** The link leads nowhere: why, and what to do. */
function Dead({ title, body, children }: DeadProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useFocus(heading);
  return (
    <>
      <div class="entrance-words">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{body}</p>
      </div>
      <div class="entrance-actions">
        {children ?? (
          <LinkButton href="/forgot-password" look="primary">
            {words.reset.again}
          </LinkButton>
        )}
        <LinkButton href="/sign-in" look="quiet">
          {words.forgot.back}
        </LinkButton>
      </div>
    </>
  );
}
