import "./translations";
import "./dashboard.css";
import type { ComponentType, JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { route, type Section } from "../../router";
import { BillingIcon, CalendarIcon, CompanyIcon, KeyIcon, ProfileIcon, SignOutIcon } from "../../ui/accountIcons";
import type { IconProps } from "../../ui/icons";
import { LoadingMark, Wordmark } from "../../ui/Mark";
import { Notices } from "../../ui/Notices";
import { text } from "../../ui/text";
import { BillingPage } from "./BillingPage";
import { CompanyPage } from "./CompanyPage";
import { flashes, say } from "./flash";
import { money } from "./format";
import { KeysPage } from "./KeysPage";
import { MeetingsPage } from "./MeetingsPage";
import { MeetingPage } from "./meeting/MeetingPage";
import { ProfilePage } from "./ProfilePage";
import { Failure, focusHeading } from "./parts";
import { type Problem, problemOf } from "./problem";
import { leadsToSignIn, loadMe, me, signOut } from "./session";
import { words } from "./words";

const SECTIONS: readonly { name: Section; href: string; Icon(props: IconProps): JSX.Element; Page: ComponentType }[] = [
  { name: "meetings", href: "/dashboard", Icon: CalendarIcon, Page: MeetingsPage },
  { name: "keys", href: "/dashboard/keys", Icon: KeyIcon, Page: KeysPage },
  { name: "company", href: "/dashboard/company", Icon: CompanyIcon, Page: CompanyPage },
  { name: "billing", href: "/dashboard/billing", Icon: BillingIcon, Page: BillingPage },
  { name: "profile", href: "/dashboard/profile", Icon: ProfileIcon, Page: ProfilePage },
];

/** The dashboard at the address's section. */
export function DashboardPage(): JSX.Element | null {
  const at = route.value;
  return at.page === "dashboard" ? <Dashboard section={at.section} meetingId={at.meetingId ?? null} /> : null;
}

interface DashboardProps {
  readonly section: Section;
  /** One meeting's own page within the section. */
  readonly meetingId?: string | null;
}

/** Navigation, who I am, and one section; asks the server who is signed in before it shows anything. */
export function Dashboard({ section, meetingId = null }: DashboardProps): JSX.Element {
  const [problem, setProblem] = useState<Problem | null>(null);
  const load = useCallback(async (): Promise<void> => {
    try {
      await loadMe();
      setProblem(null);
    } catch (error) {
      if (!leadsToSignIn(error)) setProblem(problemOf(error));
    }
  }, []);
  useEffect(() => void load(), [load]);
  const { Page } = SECTIONS.find(({ name }) => name === section) ?? { Page: MeetingsPage };
  useSectionFocus(section, meetingId);
  if (!me.value && !problem) return <LoadingMark label={words.shell.loading} />;
  return (
    <div class="dashboard">
      <button type="button" class="skip" onClick={focusHeading}>
        {words.shell.skip}
      </button>
      <Side section={section} />
      <main class="dashboard-main" key={meetingId ?? section}>
        {!me.value && problem ? <Failure problem={problem} onRetry={load} /> : null}
        {me.value ? meetingId ? <MeetingPage id={meetingId} /> : <Page /> : null}
      </main>
      <div class="dashboard-notices">
        <Notices notices={flashes.value} linesOf={(lines) => lines} />
      </div>
    </div>
  );
}

/** A new section begins at its heading, for the eye and for a screen reader; the first one begins where pages do. */
function useSectionFocus(section: Section, meetingId: string | null): void {
  const page = meetingId ?? section;
  const shown = useRef(page);
  useEffect(() => {
    document.title = `${words.shell.sections[section]} · ${text.brand}`;
  }, [section, page]);
  // In the turn that draws it: see useFocus.
  useLayoutEffect(() => {
    if (shown.current !== page) document.querySelector<HTMLElement>("main h1")?.focus();
    shown.current = page;
  }, [page]);
}

function Side({ section }: { readonly section: Section }): JSX.Element {
  return (
    <div class="side">
      <div class="side-brand">
        <Wordmark />
      </div>
      <nav class="side-nav" aria-label={words.shell.navigation}>
        <ul>
          {SECTIONS.map(({ name, href, Icon }) => (
            <li key={name}>
              <a class="side-link" href={href} aria-current={name === section ? "page" : undefined}>
                <Icon size="small" />
                <span>{words.shell.sections[name]}</span>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <WhoIAm />
    </div>
  );
}

function WhoIAm(): JSX.Element | null {
  const [isLeaving, setLeaving] = useState(false);
  const account = me.value;
  if (!account) return null;
  const leave = async (): Promise<void> => {
    setLeaving(true);
    try {
      await signOut();
    } catch (error) {
      if (leadsToSignIn(error)) return;
      say(problemOf(error).message, "warning");
      setLeaving(false);
    }
  };
  return (
    <section class="who" aria-label={words.shell.account}>
      <a class="who-balance" href="/dashboard/billing">
        <span>{account.company_id === null ? words.shell.balance : words.billing.companyBalance}</span>
        <strong class="digits">{money(account.balance)}</strong>
      </a>
      <p class="who-email" title={account.email}>
        {account.email}
      </p>
      <button
        type="button"
        class="side-link who-out"
        title={words.shell.signOut}
        disabled={isLeaving}
        onClick={() => void leave()}
      >
        <SignOutIcon size="small" />
        <span>{words.shell.signOut}</span>
      </button>
    </section>
  );
}
