import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { fetchMembers, type Member, removeMember, rotateInviteCode } from "../../protocol/restAccount";
import { Button } from "../../ui/Button";
import { type Column, DataTable } from "../../ui/DataTable";
import { EmptyState } from "../../ui/EmptyState";
import { PeopleIcon, RemoveIcon } from "../../ui/icons";
import { say } from "./flash";
import { day } from "./format";
import { Confirm, focusHeading, ListBody, Secret, Section } from "./parts";
import { me } from "./session";
import { useList } from "./useList";
import { words } from "./words";

type Asking = { readonly kind: "remove"; readonly member: Member } | { readonly kind: "rotate" };

/** The owner's view: who belongs to it, and the code that lets others in. */
export function OwnedCompany({ name }: { readonly name: string }): JSX.Element {
  const list = useList(fetchMembers);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const isAlone = list.items.length === 1 && !list.hasMore;
  return (
    <>
      {code ? (
        <Secret
          key={code}
          title={words.company.newTitle}
          body={words.company.newBody}
          value={code}
          copy={words.company.copy}
          done={{
            label: words.company.done,
            run: () => {
              setCode(null);
              focusHeading();
            },
          }}
        />
      ) : null}
      <Section
        title={words.company.membersOf(name)}
        detail={list.state === "ready" && !list.hasMore ? list.items.length : null}
      >
        <ListBody list={list} empty={null}>
          <DataTable
            label={words.company.membersOf(name)}
            columns={columnsWith((member) => setAsking({ kind: "remove", member }))}
            rows={list.items}
            rowKey={(member) => member.id}
          />
          {isAlone ? (
            <div class="card-below">
              <EmptyState icon={<PeopleIcon />} title={words.company.aloneTitle} body={words.company.aloneBody} />
            </div>
          ) : null}
        </ListBody>
      </Section>
      <Section title={words.company.inviteTitle}>
        <div class="card-body is-row">
          <p>{words.company.inviteBody}</p>
          <Button size="small" onClick={() => setAsking({ kind: "rotate" })}>
            {words.company.rotate}
          </Button>
        </div>
      </Section>
      {asking ? <Ask asking={asking} onClose={() => setAsking(null)} onRemoved={list.reload} onCode={setCode} /> : null}
    </>
  );
}

interface AskProps {
  readonly asking: Asking;
  onClose(): void;
  onRemoved(): Promise<void>;
  onCode(code: string): void;
}

function Ask({ asking, onClose, onRemoved, onCode }: AskProps): JSX.Element {
  const { company } = words;
  if (asking.kind === "rotate") {
    const rotate = async (): Promise<void> => {
      const { inviteCode } = await rotateInviteCode();
      onClose();
      onCode(inviteCode);
    };
    return (
      <Confirm
        title={company.rotateTitle}
        body={company.rotateBody}
        yes={company.rotateYes}
        no={company.keep}
        isDangerous={false}
        act={rotate}
        onClose={onClose}
      />
    );
  }
  const { member } = asking;
  const remove = async (): Promise<void> => {
    await removeMember(member.id);
    await onRemoved();
    onClose();
    say(company.removed(member.email));
    focusHeading();
  };
  return (
    <Confirm
      title={company.removeTitle(member.email)}
      body={company.removeBody}
      yes={company.removeYes}
      no={company.keep}
      act={remove}
      onClose={onClose}
    />
  );
}

function columnsWith(onRemove: (member: Member) => void): readonly Column<Member>[] {
  const { columns, roles, removeOf, you } = words.company;
  return [
    {
      key: "email",
      head: columns.email,
      kind: "name",
      cell: (member) => (
        <span>
          {member.email}
          {member.id === me.value?.id ? <span class="is-quiet"> ({you})</span> : null}
        </span>
      ),
    },
    { key: "role", head: columns.role, cell: (member) => roles[member.role] },
    { key: "joined", head: columns.joined, cell: (member) => day(member.joined_at) },
    {
      key: "actions",
      head: columns.actions,
      kind: "actions",
      cell: (member) =>
        member.role === "owner" ? null : (
          <Button
            look="quiet"
            size="small"
            icon={<RemoveIcon size="small" />}
            aria-label={removeOf(member.email)}
            onClick={() => onRemove(member)}
          >
            {words.company.remove}
          </Button>
        ),
    },
  ];
}
