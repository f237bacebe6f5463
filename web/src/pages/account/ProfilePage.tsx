import type { JSX } from "preact";
import { ApiError } from "../../protocol/http";
import { changePassword, type Me } from "../../protocol/restAccount";
import { Button } from "../../ui/Button";
import { LanguageSelect } from "../../ui/LanguageSelect";
import { text } from "../../ui/text";
import { say } from "./flash";
import { day } from "./format";
import { Note, PageHead, PasswordField, Section } from "./parts";
import { leadsToSignIn, me } from "./session";
import { useForm } from "./useForm";
import { checkNewPassword, checkPassword } from "./validate";
import { words } from "./words";

export function ProfilePage(): JSX.Element | null {
  const account = me.value;
  if (!account) return null;
  return (
    <>
      <PageHead title={words.profile.title} />
      <Facts account={account} />
      <Section title={text.common.language}>
        <div class="card-body">
          <div class="narrow">
            <LanguageSelect />
          </div>
        </div>
      </Section>
      <Section title={words.profile.passwordTitle}>
        <div class="card-body">
          <p>{words.profile.passwordBody}</p>
          <ChangePassword email={account.email} />
        </div>
      </Section>
    </>
  );
}

function Facts({ account }: { readonly account: Me }): JSX.Element {
  const { profile } = words;
  const type = profile.types[account.accountType];
  const rows = [
    [profile.email, account.email],
    [profile.type, account.is_admin ? `${type}, ${profile.admin}` : type],
    [profile.since, day(account.created_at)],
  ] as const;
  return (
    <dl class="card facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="breaks digits">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ChangePassword({ email }: { readonly email: string }): JSX.Element {
  const form = useForm({
    initial: { currentPassword: "", newPassword: "" },
    check: ({ currentPassword, newPassword }) => ({
      currentPassword: checkPassword(currentPassword),
      newPassword: checkNewPassword(newPassword),
    }),
    submit: async ({ currentPassword, newPassword }) => {
      await changePassword(currentPassword, newPassword);
      form.reset();
      say(words.profile.changed);
    },
    explain: (error) => {
      if (error instanceof ApiError && error.code === "wrong_password") {
        return { fields: { currentPassword: words.profile.wrongCurrent } };
      }
      return leadsToSignIn(error) ? {} : null;
    },
  });
  return (
    <form ref={form.element} class="form narrow" noValidate onSubmit={form.onSubmit}>
      {/* Tells a password manager whose password this is. */}
      <input type="email" name="username" autocomplete="username" value={email} readOnly hidden />
      <PasswordField {...form.bind("currentPassword")} label={words.fields.currentPassword} />
      <PasswordField {...form.bind("newPassword")} label={words.fields.newPassword} isNew />
      {form.message ? <Note tone="error">{form.message}</Note> : null}
      <div>
        <Button type="submit" look="primary" disabled={form.isBusy}>
          {form.isBusy ? words.profile.busy : words.profile.submit}
        </Button>
      </div>
    </form>
  );
}
