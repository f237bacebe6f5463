import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../protocol/http";
import { signIn } from "../../protocol/restAccount";
import { navigate } from "../../router";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { noteSignedIn } from "../signedIn";
import { greeting } from "./flash";
import { keepingNext, nextPath } from "./next";
import { Note, PasswordField } from "./parts";
import { useForm } from "./useForm";
import { checkKnownEmail, checkPassword } from "./validate";
import { words } from "./words";

export function SignIn(): JSX.Element {
  const [hello] = useState(() => greeting.peek());
  useEffect(() => {
    greeting.value = null;
  }, []);
  const { search, origin } = window.location;
  const form = useForm({
    initial: { email: "", password: "" },
    check: ({ email, password }) => ({ email: checkKnownEmail(email), password: checkPassword(password) }),
    submit: async ({ email, password }) => {
      await signIn(email.trim(), password);
      noteSignedIn(true);
      navigate(nextPath(search, origin), "replace");
    },
    explain: (error) =>
      error instanceof ApiError && error.status === 401 ? { fields: { password: words.signIn.wrong } } : null,
  });
  return (
    <>
      <div class="entrance-words">
        <h1>{words.signIn.title}</h1>
        <p>{words.signIn.lead}</p>
      </div>
      {hello ? <Note tone="good">{hello}</Note> : null}
      <form ref={form.element} class="form" noValidate onSubmit={form.onSubmit}>
        <Field
          {...form.bind("email")}
          label={words.fields.email}
          type="email"
          autocomplete="username"
          isCode
          hasFocus
          enterkeyhint="next"
        />
        <PasswordField
          {...form.bind("password")}
          label={words.fields.password}
          aside={<a href="/forgot-password">{words.signIn.forgot}</a>}
        />
        {form.message ? <Note tone="error">{form.message}</Note> : null}
        <Button type="submit" look="primary" isWide disabled={form.isBusy}>
          {form.isBusy ? words.signIn.busy : words.signIn.submit}
        </Button>
      </form>
      <p class="entrance-other">
        {words.signIn.other} <a href={keepingNext("/sign-up", search)}>{words.signIn.otherLink}</a>
      </p>
    </>
  );
}
