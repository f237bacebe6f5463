import type { JSX } from "preact";
import { ApiError } from "../../protocol/http";
import { joinCompany } from "../../protocol/restAccount";
import { Button } from "../../ui/Button";
import { Field } from "../../ui/Field";
import { say } from "./flash";
import { money, moneyOf } from "./format";
import { focusHeading, Note } from "./parts";
import { leadsToSignIn, loadMe, me } from "./session";
import { useForm } from "./useForm";
import { checkInviteCode } from "./validate";
import { words } from "./words";

/** Joining by invite code, with what it does to the balance told before. */
export function JoinCompany(): JSX.Element {
  const form = useForm({
    initial: { inviteCode: "" },
    check: ({ inviteCode }) => ({ inviteCode: checkInviteCode(inviteCode) }),
    submit: async ({ inviteCode }) => {
      const { companyName } = await joinCompany(inviteCode.trim());
      say(words.company.joined(companyName));
      await loadMe();
      focusHeading();
    },
    explain: (error) => {
      if (leadsToSignIn(error)) return {};
      const isUnknown = error instanceof ApiError && error.status === 404;
      return isUnknown ? { fields: { inviteCode: words.company.unknownCode } } : null;
    },
  });
  return (
    <section class="card card-body">
      <h2>{words.company.joinTitle}</h2>
      <p>{words.company.joinBody}</p>
      <form ref={form.element} class="form narrow" noValidate onSubmit={form.onSubmit}>
        <Field
          {...form.bind("inviteCode")}
          label={words.company.code}
          placeholder={words.company.codePlaceholder}
          autocomplete="off"
          isCode
          enterkeyhint="done"
        />
        <Merge balance={me.value?.balance ?? "0"} />
        {form.message ? <Note tone="error">{form.message}</Note> : null}
        <div>
          <Button type="submit" look="primary" disabled={form.isBusy}>
            {form.isBusy ? words.company.busy : words.company.submit}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Merge({ balance }: { readonly balance: string }): JSX.Element {
  const { isNegative, isZero } = moneyOf(balance);
  if (isNegative) return <Note tone="warning">{words.company.debt(money(balance))}</Note>;
  return (
    <Note tone="calm">
      <strong>{words.company.mergeTitle}</strong>
      {isZero ? words.company.mergeNothing : words.company.mergeBody(money(balance))}
    </Note>
  );
}
