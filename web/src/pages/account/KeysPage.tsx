import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { type ApiKey, createKey, deleteKey, fetchKeys } from "../../protocol/restAccount";
import { KeyIcon, PlusIcon, TrashIcon } from "../../ui/accountIcons";
import { Button, IconButton } from "../../ui/Button";
import { type Column, DataTable } from "../../ui/DataTable";
import { Dialog } from "../../ui/Dialog";
import { EmptyState } from "../../ui/EmptyState";
import { Field } from "../../ui/Field";
import { say } from "./flash";
import { day } from "./format";
import { LABEL_MAX } from "./limits";
import { Confirm, focusHeading, ListBody, Note, PageHead, Secret } from "./parts";
import { leadsToSignIn } from "./session";
import { useForm } from "./useForm";
import { useList } from "./useList";
import { checkLabel, visible } from "./validate";
import { words } from "./words";

type Open = { readonly kind: "new" } | { readonly kind: "delete"; readonly key: ApiKey };

export function KeysPage(): JSX.Element {
  const list = useList(fetchKeys);
  const [dialog, setDialog] = useState<Open | null>(null);
  const [made, setMade] = useState<ApiKey | null>(null);
  const close = (): void => setDialog(null);
  const create = (
    <Button look="primary" icon={<PlusIcon size="small" />} onClick={() => setDialog({ kind: "new" })}>
      {words.keys.create}
    </Button>
  );
  const isEmpty = list.state === "ready" && list.items.length === 0;
  return (
    <>
      <PageHead title={words.keys.title} lead={words.keys.lead} action={isEmpty ? null : create} />
      {made ? (
        <Secret
          key={made.id}
          title={words.keys.newTitle(made.label ?? "")}
          body={words.keys.newBody}
          value={made.key}
          copy={words.keys.copy}
          done={{
            label: words.keys.done,
            run: () => {
              setMade(null);
              focusHeading();
            },
          }}
        />
      ) : null}
      <div class={isEmpty ? "card empty-card" : "card"}>
        <ListBody
          list={list}
          empty={
            <EmptyState icon={<KeyIcon />} title={words.keys.emptyTitle} body={words.keys.emptyBody}>
              <div class="empty-actions">{create}</div>
            </EmptyState>
          }
        >
          <DataTable
            label={words.keys.title}
            columns={columnsWith((key) => setDialog({ kind: "delete", key }))}
            rows={list.items}
            rowKey={(key) => key.id}
          />
        </ListBody>
      </div>
      <p class="page-foot">
        <a href="/docs">{words.keys.docs}</a>
      </p>
      {dialog?.kind === "new" ? (
        <NewKeyDialog
          onClose={close}
          onMade={(key) => {
            close();
            setMade(key);
            void list.reload();
          }}
        />
      ) : null}
      {dialog?.kind === "delete" ? (
        <Confirm
          title={words.keys.removeTitle(nameOf(dialog.key))}
          body={words.keys.removeBody}
          yes={words.keys.removeYes}
          no={words.keys.keep}
          act={async () => {
            await deleteKey(dialog.key.id);
            if (made?.id === dialog.key.id) setMade(null);
            await list.reload();
            close();
            say(words.keys.removed);
            focusHeading();
          }}
          onClose={close}
        />
      ) : null}
    </>
  );
}

/** Return what tells a key from the others: its label, or how it begins. */
function nameOf(key: ApiKey): string {
  return key.label ? `“${key.label}”` : key.key;
}

function columnsWith(onDelete: (key: ApiKey) => void): readonly Column<ApiKey>[] {
  const { columns, removeOf, unlabelled } = words.keys;
  return [
    {
      key: "label",
      head: columns.label,
      kind: "name",
      cell: (key) => key.label || <span class="is-quiet">{unlabelled}</span>,
    },
    { key: "key", head: columns.key, cell: (key) => <code>{key.key}</code> },
    { key: "created", head: columns.created, cell: (key) => day(key.created_at) },
    {
      key: "actions",
      head: columns.actions,
      kind: "actions",
      cell: (key) => (
        <IconButton label={removeOf(nameOf(key))} icon={<TrashIcon size="small" />} onClick={() => onDelete(key)} />
      ),
    },
  ];
}

interface NewKeyDialogProps {
  onMade(key: ApiKey): void;
  onClose(): void;
}

function NewKeyDialog({ onMade, onClose }: NewKeyDialogProps): JSX.Element {
  const id = useId();
  const form = useForm({
    initial: { label: "" },
    check: ({ label }) => ({ label: checkLabel(label) }),
    submit: async ({ label }) => onMade(await createKey(visible(label))),
    explain: (error) => (leadsToSignIn(error) ? {} : null),
  });
  return (
    <Dialog
      title={words.keys.dialogTitle}
      onClose={onClose}
      actions={
        <Button type="submit" form={id} look="primary" disabled={form.isBusy}>
          {form.isBusy ? words.keys.busy : words.keys.submit}
        </Button>
      }
    >
      <form id={id} ref={form.element} class="form" noValidate onSubmit={form.onSubmit}>
        <Field
          {...form.bind("label")}
          label={words.fields.optional(words.keys.label)}
          placeholder={words.keys.labelPlaceholder}
          hint={words.keys.labelHint}
          maxLength={LABEL_MAX}
          autocomplete="off"
          hasFocus
          enterkeyhint="done"
        />
        {form.message ? <Note tone="error">{form.message}</Note> : null}
      </form>
    </Dialog>
  );
}
