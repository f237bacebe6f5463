import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiError } from "../../protocol/http";
import { type AccountType, type Registered, register } from "../../protocol/restAccount";
import { navigate } from "../../router";
import { Button } from "../../ui/Button";
import { Choice } from "../../ui/Choice";
import { Field } from "../../ui/Field";
import { useFocus } from "../../ui/useFocus";
import { noteSignedIn } from "../signedIn";
import { keepingNext, nextPath } from "./next";
import { Note, PasswordField, Secret } from "./parts";
import { useForm } from "./useForm";
import { checkCompanyName, checkEmail, checkNewPassword, visible } from "./validate";
import { words } from "./words";

export function SignUp(): JSX.Element {
  const [made, setMade] = useState<Registered | null>(null);
  return made ? <Ready made={made} /> : <SignUpForm onMade={setMade} />;
}

const types = () =>
  [
    { value: "personal", label: words.signUp.personal, hint: words.signUp.personalHint },
    { value: "company", label: words.signUp.company, hint: words.signUp.companyHint },
  ] as const;

function SignUpForm({ onMade }: { onMade(made: Registered): void }): JSX.Element {
  const [type, setType] = useState<AccountType>("personal");
  const [isTaken, setTaken] = useState(false);
  const { search } = window.location;
  const isCompany = type === "company";
  const form = useForm({
    initial: { companyName: "", email: "", password: "" },
    check: ({ companyName, email, password }) => ({
      companyName: isCompany ? checkCompanyName(companyName) : null,
      email: checkEmail(email),
      password: checkNewPassword(password),
    }),
    submit: async ({ companyName, email, password }) => {
      setTaken(false);
      const company = isCompany ? { companyName: visible(companyName) } : {};
      const made = await register({ email: email.trim(), password, accountType: type, ...company });
      noteSignedIn(true);
      onMade(made);
    },
    explain: (error) => {
      if (!(error instanceof ApiError) || error.status !== 409) return null;
      setTaken(true);
      return { fields: { email: words.signUp.taken } };
    },
  });
  return (
    <>
      <div class="entrance-words">
        <h1>{words.signUp.title}</h1>
        <p>{words.signUp.lead}</p>
      </div>
      <form ref={form.element} class="form" noValidate onSubmit={form.onSubmit}>
        <Choice label={words.signUp.type} value={type} options={types()} onChoose={(chosen) => setType(chosen)} />
        {isCompany ? (
          <Field {...form.bind("companyName")} label={words.fields.companyName} autocomplete="organization" />
        ) : null}
        <Field
          {...form.bind("email")}
          label={words.fields.email}
          type="email"
          autocomplete="email"
          isCode
          enterkeyhint="next"
        />
        <PasswordField {...form.bind("password")} label={words.fields.password} isNew />
        {isTaken ? (
          <Note tone="calm">
            <a href={keepingNext("/sign-in", search)}>{words.signUp.takenLink}</a>
          </Note>
        ) : null}
        {form.message ? <Note tone="error">{form.message}</Note> : null}
        <Button type="submit" look="primary" isWide disabled={form.isBusy}>
          {form.isBusy ? words.signUp.busy : words.signUp.submit}
        </Button>
      </form>
      <p class="entrance-other">
        {words.signUp.other} <a href={keepingNext("/sign-in", search)}>{words.signUp.otherLink}</a>
      </p>
    </>
  );
}

/** The key, and a company's invite code: this answer is the only one that ever shows them. */
export function Ready({ made }: { readonly made: Registered }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useFocus(heading);
  const { search, origin } = window.location;
  return (
    <>
      <div class="entrance-words">
        <h1 ref={heading} tabIndex={-1}>
          {words.signUp.readyTitle}
        </h1>
        <p>{words.signUp.readyBody}</p>
      </div>
      <Secret title={words.signUp.keyTitle} body={words.signUp.keyBody} value={made.apiKey} copy={words.keys.copy} />
      {made.inviteCode ? (
        <Secret
          title={words.signUp.inviteTitle}
          body={words.signUp.inviteBody}
          value={made.inviteCode}
          copy={words.company.copy}
        />
      ) : null}
      <Button look="primary" isWide onClick={() => navigate(nextPath(search, origin))}>
        {words.signUp.go}
      </Button>
    </>
  );
}
