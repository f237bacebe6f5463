import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { fetchLedger, type Transaction } from "../../protocol/restAccount";
import { ReceiptIcon } from "../../ui/accountIcons";
import { type Column, DataTable } from "../../ui/DataTable";
import { EmptyState } from "../../ui/EmptyState";
import { dayAndTime, money, moneyOf } from "./format";
import { Amount, ListBody, Note, PageHead, Section } from "./parts";
import { me } from "./session";
import { whatItWas } from "./transaction";
import { useList } from "./useList";
import { words } from "./words";

const transactions = ({ columns }: typeof words.billing): readonly Column<Transaction>[] => [
  { key: "what", head: columns.what, kind: "name", cell: whatItWas },
  { key: "when", head: columns.when, cell: (row) => dayAndTime(row.created_at) },
  { key: "amount", head: columns.amount, kind: "number", cell: (row) => <Amount value={row.amount_usd} isSigned /> },
];

export function BillingPage(): JSX.Element {
  const list = useList(fetchLedger);
  const account = me.value;
  const balance = list.page?.balance ?? account?.balance ?? "0";
  useEffect(() => {
    // The side shows the same balance; the newer answer is right.
    if (list.page && me.value) me.value = { ...me.value, balance: list.page.balance };
  }, [list.page]);
  const { isNegative } = moneyOf(balance);
  return (
    <>
      <PageHead title={words.billing.title} />
      <section class="card card-body balance">
        <h2>{account?.company_id === null ? words.billing.balance : words.billing.companyBalance}</h2>
        <p class={isNegative ? "balance-amount digits is-negative" : "balance-amount digits"}>{money(balance)}</p>
        {isNegative ? <Note tone="warning">{words.billing.negative}</Note> : null}
        <p>{words.billing.rule}</p>
      </section>
      <Section title={words.billing.transactions}>
        <ListBody
          list={list}
          empty={<EmptyState icon={<ReceiptIcon />} title={words.billing.emptyTitle} body={words.billing.emptyBody} />}
        >
          <DataTable
            label={words.billing.transactions}
            columns={transactions(words.billing)}
            rows={list.items}
            rowKey={(row) => row.id}
          />
        </ListBody>
      </Section>
    </>
  );
}
