import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { askForReset } from "../../protocol/restAccount";
import { Button, LinkButton } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { useFocus } from "../../ui/useFocus";
import { Note } from "./parts";
import { useForm } from "./useForm";
import { checkKnownEmail } from "./validate";
import { words } from "./words";

export function ForgotPassword(): JSX.Element {
  const [sentTo, setSentTo] = useState<string | null>(null);
  if (sentTo !== null) return <Sent email={sentTo} onAgain={() => setSentTo(null)} />;
  return <AskForm onSent={setSentTo} />;
}

function AskForm({ onSent }: { onSent(email: string): void }): JSX.Element {
  const form = useForm({
    initial: { email: "" },
    check: ({ email }) => ({ email: checkKnownEmail(email) }),
    submit: async ({ email }) => {
      await askForReset(email.trim());
      onSent(email.trim());
    },
  });
  return (
    <>
      <div class="entrance-words">
        <h1>{words.forgot.title}</h1>
        <p>{words.forgot.lead}</p>
      </div>
      <form ref={form.element} class="form" noValidate onSubmit={form.onSubmit}>
        <Field
          {...form.bind("email")}
          label={words.fields.email}
          type="email"
          autocomplete="username"
          isCode
          hasFocus
          enterkeyhint="send"
        />
        {form.message ? <Note tone="error">{form.message}</Note> : null}
        <Button type="submit" look="primary" isWide disabled={form.isBusy}>
          {form.isBusy ? words.forgot.busy : words.forgot.submit}
        </Button>
      </form>
      <p class="entrance-other">
        <a href="/sign-in">{words.forgot.back}</a>
      </p>
    </>
  );
}

/** The same words whether there is such an account or not. */
export function Sent({ email, onAgain }: { readonly email: string; onAgain(): void }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useFocus(heading);
  return (
    <>
      <div class="entrance-words">
        <h1 ref={heading} tabIndex={-1}>
          {words.forgot.sentTitle}
        </h1>
        <p class="breaks">{words.forgot.sentBody(email)}</p>
      </div>
      <Note tone="calm">{words.forgot.sentHint}</Note>
      <div class="entrance-actions">
        <LinkButton href="/sign-in" look="primary">
          {words.forgot.back}
        </LinkButton>
        <Button look="quiet" onClick={onAgain}>
          {words.forgot.again}
        </Button>
      </div>
    </>
  );
}
