/** Small parts that several account pages share. */
import "./parts.css";
import type { ComponentChildren, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { EyeIcon, EyeOffIcon } from "../../ui/accountIcons";
import { Button, IconButton } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";
import { EmptyState } from "../../ui/EmptyState";
import { Field } from "../../ui/Field";
import { CheckIcon, PlugIcon, WarningIcon } from "../../ui/icons";
import { Skeleton } from "../../ui/Skeleton";
import { useFocus } from "../../ui/useFocus";
import { moneyOf } from "./format";
import { PASSWORD_MAX, PASSWORD_MIN } from "./limits";
import { type Problem, problemOf } from "./problem";
import { leadsToSignIn } from "./session";
import type { List } from "./useList";
import { words } from "./words";

interface NoteProps {
  readonly tone: "error" | "good" | "warning" | "calm";
  readonly children: ComponentChildren;
}

/** A sentence about the whole form or page. */
export function Note({ tone, children }: NoteProps): JSX.Element {
  return (
    <div class={`note is-${tone}`} role={tone === "error" ? "alert" : "status"}>
      {tone === "good" ? <CheckIcon size="small" /> : tone === "calm" ? null : <WarningIcon size="small" />}
      <div>{children}</div>
    </div>
  );
}

interface PasswordFieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly error: string | null;
  /** A password being chosen: the rule stands below it, and a manager may offer one. */
  readonly isNew?: boolean;
  readonly aside?: ComponentChildren;
  readonly hasFocus?: boolean;
  onValue(value: string): void;
}

/** A password with a button that shows it: typing blind on a phone is where most of them go wrong. */
export function PasswordField({ isNew, ...props }: PasswordFieldProps): JSX.Element {
  const [isShown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={isShown ? "text" : "password"}
      autocomplete={isNew ? "new-password" : "current-password"}
      isCode
      hint={isNew ? words.fields.passwordRule(PASSWORD_MIN, PASSWORD_MAX) : null}
      button={
        <IconButton
          label={isShown ? words.fields.hide : words.fields.show}
          icon={isShown ? <EyeOffIcon size="small" /> : <EyeIcon size="small" />}
          onClick={() => setShown(!isShown)}
        />
      }
    />
  );
}

interface SecretProps {
  readonly title: string;
  readonly body: string;
  readonly value: string;
  readonly copy: string;
  readonly done?: { readonly label: string; run(): void };
}

/** Something that is shown this once; it stays until it is put away, and takes the focus so that nobody misses it. */
export function Secret({ title, body, value, copy, done }: SecretProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useFocus(heading, done !== undefined);
  return (
    <section class="secret">
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p>{body}</p>
      <code class="secret-value">{value}</code>
      <div class="secret-actions">
        <CopyButton value={value} label={copy} look={done ? "primary" : "plain"} size="small" />
        {done ? (
          <Button look="quiet" size="small" onClick={done.run}>
            {done.label}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly body: string;
  readonly yes: string;
  readonly no: string;
  readonly isDangerous?: boolean;
  /** Throws what the server refused. */
  act(): Promise<void>;
  onClose(): void;
}

/** Asks before something that cannot be undone; stays open with the reason when it did not work. */
export function Confirm({ title, body, yes, no, isDangerous = true, act, onClose }: ConfirmProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      if (leadsToSignIn(error)) return;
      setProblem(problemOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      role="alertdialog"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{no}</Button>
          <Button look={isDangerous ? "danger" : "primary"} disabled={isBusy} onClick={() => void run()}>
            {yes}
          </Button>
        </>
      }
    >
      <p>{body}</p>
      {problem ? <Note tone="error">{problem.message}</Note> : null}
    </Dialog>
  );
}

interface SectionProps {
  readonly title: string;
  readonly detail?: ComponentChildren;
  readonly action?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A titled card. */
export function Section({ title, detail, action, children }: SectionProps): JSX.Element {
  return (
    <section class="section">
      <header class="section-head">
        <h2>{title}</h2>
        {detail ? <span class="section-detail digits">{detail}</span> : null}
        {action}
      </header>
      <div class="card">{children}</div>
    </section>
  );
}

interface PageHeadProps {
  readonly title: string;
  readonly lead?: string;
  readonly action?: ComponentChildren;
}

export function PageHead({ title, lead, action }: PageHeadProps): JSX.Element {
  return (
    <header class="page-head">
      <div>
        <h1 tabIndex={-1}>{title}</h1>
        {lead ? <p>{lead}</p> : null}
      </div>
      {action}
    </header>
  );
}

/** Where the focus goes when what had it is gone; after the next drawing, for behind an open dialog nothing takes it. */
export function focusHeading(): void {
  window.setTimeout(() => document.querySelector<HTMLElement>("main h1")?.focus());
}

/** What did not load, and the way to try again. */
export function Failure({ problem, onRetry }: { readonly problem: Problem; onRetry(): unknown }): JSX.Element {
  return (
    <div role="alert" class="failure">
      <EmptyState icon={<PlugIcon />} title={words.problem.loadTitle} body={problem.message}>
        <div class="empty-actions">
          <Button size="small" onClick={() => void onRetry()}>
            {words.problem.again}
          </Button>
        </div>
      </EmptyState>
    </div>
  );
}

interface ListBodyProps<T> {
  readonly list: List<T>;
  readonly empty: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A list in whichever state it is. */
export function ListBody<T>({ list, empty, children }: ListBodyProps<T>): JSX.Element {
  if (list.problem && list.items.length === 0) return <Failure problem={list.problem} onRetry={list.reload} />;
  if (list.state === "loading") return <Skeleton label={words.shell.loading} />;
  if (list.items.length === 0) return <>{empty}</>;
  return (
    <>
      {children}
      {list.problem ? <Note tone="error">{list.problem.message}</Note> : null}
      {list.hasMore ? (
        <div class="list-more">
          <Button look="quiet" size="small" disabled={list.isLoadingMore} onClick={() => void list.more()}>
            {words.shell.more}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** An amount in a column: the points stand under each other, and what came in has a plus. */
export function Amount({ value, isSigned }: { readonly value: string; readonly isSigned?: boolean }): JSX.Element {
  const { text, missingDecimals, isNegative, isZero } = moneyOf(value);
  const hasPlus = isSigned && !isNegative && !isZero;
  return (
    <span class={`amount lacks-${missingDecimals}${hasPlus ? " is-plus" : ""}`}>
      {hasPlus ? "+" : ""}
      {text}
    </span>
  );
}
