import "./home.css";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../protocol/http";
import { createGuestMeeting } from "../protocol/rest";
import { navigate } from "../router";
import { Button, LinkButton } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import { Field } from "../ui/Field";
import {
  ArrowIcon,
  CaptionsIcon,
  LinkIcon,
  LockIcon,
  PeopleIcon,
  ServerIcon,
  ShareIcon,
  WarningIcon,
} from "../ui/icons";
import { LanguageSelect } from "../ui/LanguageSelect";
import { Mark, Wordmark } from "../ui/Mark";
import { TableScene } from "../ui/TableScene";
import { text } from "../ui/text";
import { keepHostToken } from "./hostToken";
import { destinationOf } from "./meetingCode";
import { seemsSignedIn } from "./signedIn";

/** One for each of `text.home.points`. */
const POINT_ICONS = [LinkIcon, PeopleIcon, ShareIcon, LockIcon, CaptionsIcon, ServerIcon] as const;

export function Home(): JSX.Element {
  useEffect(() => {
    document.title = text.brand;
  }, []);
  return (
    <div class="home">
      <header class="home-head">
        <Wordmark />
        <nav class="home-links" aria-label={text.home.links}>
          <LinkButton href="/docs" look="quiet" size="small">
            {text.home.apiDocs}
          </LinkButton>
          {seemsSignedIn() ? (
            <LinkButton href="/dashboard" size="small">
              {text.home.dashboard}
            </LinkButton>
          ) : (
            <LinkButton href="/sign-in" size="small">
              {text.home.signIn}
            </LinkButton>
          )}
        </nav>
      </header>
      <main>
        <section class="hero">
          <div class="hero-words">
            <h1>{text.home.title}</h1>
            <p class="hero-lead">{text.home.lead}</p>
            <Start />
            <JoinByCode />
          </div>
          <div class="hero-scene">
            <TableScene label={text.home.people} />
          </div>
        </section>
        <ul class="points">
          {POINT_ICONS.map((Icon, index) => (
            <li key={text.home.points[index]?.title}>
              <span class="point-icon">
                <Icon size="small" />
              </span>
              <h2>{text.home.points[index]?.title}</h2>
              <p>{text.home.points[index]?.body}</p>
            </li>
          ))}
        </ul>
        <Developers />
      </main>
      <footer class="home-foot">
        <Mark />
        <p>{text.home.footer}</p>
        <LanguageSelect />
      </footer>
    </div>
  );
}

/** One press: a guest meeting is made, and this browser is its host. */
function Start(): JSX.Element {
  const [isStarting, setStarting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const start = async (): Promise<void> => {
    setStarting(true);
    setProblem(null);
    try {
      const meeting = await createGuestMeeting();
      keepHostToken(meeting.meetingId, meeting.adminToken);
      navigate(`/join/${meeting.meetingId}`);
    } catch (error) {
      setProblem(startProblem(error));
      setStarting(false);
    }
  };
  return (
    <div class="start">
      <Button look="primary" size="large" disabled={isStarting} onClick={() => void start()}>
        {isStarting ? text.home.starting : text.home.start}
      </Button>
      {problem ? (
        <p class="field-error" role="alert">
          <WarningIcon size="tiny" />
          <span>{problem}</span>
        </p>
      ) : null}
    </div>
  );
}

function startProblem(error: unknown): string {
  if (!(error instanceof ApiError)) return text.home.failed;
  if (error.status === 0) return text.home.offline;
  if (error.code === "rate_limited") return text.home.rateLimited;
  return text.home.failed;
}

function JoinByCode(): JSX.Element {
  const [typed, setTyped] = useState("");
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      class="join-code"
      onSubmit={(event) => {
        event.preventDefault();
        const to = destinationOf(typed);
        if (to) navigate(`/join/${to.meetingId}${to.carried}`);
        else setWrong(true);
      }}
    >
      <Field
        label={text.home.codeLabel}
        placeholder={text.home.codePlaceholder}
        value={typed}
        error={isWrong ? text.home.codeWrong : null}
        autocomplete="off"
        isCode
        enterkeyhint="go"
        onValue={(value) => {
          setTyped(value);
          setWrong(false);
        }}
      />
      <Button type="submit" disabled={typed.trim() === ""}>
        {text.home.join}
      </Button>
    </form>
  );
}

function Developers(): JSX.Element {
  const { origin } = window.location;
  const command = `curl -X POST ${origin}/api/meetings/guest \\\n  -H "Content-Type: application/json" \\\n  -d '{"title": "Quick Sync"}'`;
  const answer = `{\n  "meetingId": "qwerty-abc",\n  "adminToken": "uuid…",\n  "joinUrl": "/join/qwerty-abc",\n  "title": "Quick Sync"\n}`;
  return (
    <section class="developers" aria-labelledby="developers">
      <div class="developers-words">
        <h2 id="developers">{text.home.developersTitle}</h2>
        <p>{text.home.developersLead}</p>
        <LinkButton href="/docs" icon={<ArrowIcon size="small" />}>
          {text.home.readDocs}
        </LinkButton>
      </div>
      <div class="code">
        <header class="code-head">
          <p class="code-label">{text.home.request}</p>
          <CopyButton value={command} label={text.common.copy} size="small" />
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <pre tabIndex={0}>
          <code>{command}</code>
        </pre>
        <p class="code-label is-next">{text.home.answer}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above */}
        <pre tabIndex={0}>
          <code>{answer}</code>
        </pre>
      </div>
    </section>
  );
}
