import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "../../protocol/http";
import { type Company, fetchCompany, leaveCompany } from "../../protocol/restAccount";
import { Button } from "../../ui/Button";
import { Skeleton } from "../../ui/Skeleton";
import { say } from "./flash";
import { JoinCompany } from "./JoinCompany";
import { OwnedCompany } from "./OwnedCompany";
import { Confirm, Failure, focusHeading, PageHead } from "./parts";
import { loadMe, me } from "./session";
import { useList } from "./useList";
import { words } from "./words";

/**
 * The workspace: a way in for who has none, and for the others what their role may do.
 *
 * One heading for all of them: it has the focus while the answer comes, and would lose it with each heading of its own.
 */
export function CompanyPage(): JSX.Element {
  const companyId = me.value?.company_id ?? null;
  const list = useList(async () => ({ items: companyId === null ? [] : [await myCompany()], next: null }), companyId);
  const company = list.items[0]?.companyId === companyId ? list.items[0] : undefined;
  return (
    <>
      <PageHead title={words.company.title} lead={words.company.none} />
      {companyId === null ? (
        <JoinCompany />
      ) : company?.role === "owner" ? (
        <OwnedCompany name={company.companyName} />
      ) : company ? (
        <Membership name={company.companyName} />
      ) : (
        <div class="card">
          {list.problem ? (
            <Failure problem={list.problem} onRetry={list.reload} />
          ) : (
            <Skeleton label={words.shell.loading} />
          )}
        </div>
      )}
    </>
  );
}

/** What the server says; or, when somebody was removed meanwhile, a look at the account, which leads to joining. */
async function myCompany(): Promise<Company> {
  try {
    return await fetchCompany();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) await loadMe();
    throw error;
  }
}

/** A member sees where they are and how to get out. */
function Membership({ name }: { readonly name: string }): JSX.Element {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <div class="card card-body">
        <h2 class="breaks">{words.company.memberOf(name)}</h2>
        <p>{words.company.memberBody}</p>
        <div>
          <Button size="small" onClick={() => setAsking(true)}>
            {words.company.leave}
          </Button>
        </div>
      </div>
      {isAsking ? (
        <Confirm
          title={words.company.leaveTitle(name)}
          body={words.company.leaveBody}
          yes={words.company.leaveYes}
          no={words.company.stay}
          act={async () => {
            await leaveCompany();
            await loadMe();
            say(words.company.left);
            focusHeading();
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
