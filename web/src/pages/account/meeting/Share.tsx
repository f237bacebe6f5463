import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { calendarPath, createHostLink, createInvite, type Overview } from "../../../protocol/restMeeting";
import { Button } from "../../../ui/Button";
import { CopyButton } from "../../../ui/CopyButton";
import { Field } from "../../../ui/Field";
import { Copyable, DownloadLink } from "../Copyable";
import { NAME_MAX } from "../limits";
import { Note, Section } from "../parts";
import { problemOf } from "../problem";
import { leadsToSignIn } from "../session";
import { visible } from "../validate";
import { words } from "../words";

/** Ways in, one for each kind of guest; a link for a host, good for minutes, exists only once the meeting is open. */
export function Share({ meeting }: { readonly meeting: Overview }): JSX.Element {
  const { meetingId, status } = meeting;
  const { share } = words.meeting;
  const isLive = status === "active";
  return (
    <Section title={share.title}>
      <ShareLine title={share.joinLink} hint={share.joinHint}>
        <CopyButton value={`${window.location.origin}/join/${meetingId}`} label={share.copy} size="small" isLink />
      </ShareLine>
      {status === "scheduled" ? (
        <ShareLine title={share.calendar} hint={share.calendarHint}>
          <DownloadLink href={calendarPath(meetingId)} label={share.download} of={share.calendar} />
        </ShareLine>
      ) : null}
      <InviteLine meetingId={meetingId} hint={isLive ? share.inviteHint : share.inviteHintAhead} />
      {isLive ? <HostLine meetingId={meetingId} /> : <p class="card-line card-below">{share.later}</p>}
    </Section>
  );
}

interface ShareLineProps {
  readonly title: string;
  readonly hint: string;
  readonly children: ComponentChildren;
  readonly below?: ComponentChildren;
}

function ShareLine({ title, hint, children, below }: ShareLineProps): JSX.Element {
  return (
    <div class="share-line">
      <div class="share-words">
        <h3>{title}</h3>
        <p>{hint}</p>
      </div>
      <div class="share-act">{children}</div>
      {below ? <div class="share-below">{below}</div> : null}
    </div>
  );
}

interface Made {
  readonly label: string;
  readonly link: string;
}

/** Make a link on request; each one is shown this once. */
function useMade(make: () => Promise<Made>): { made: Made | null; problem: string; isBusy: boolean; run(): void } {
  const [made, setMade] = useState<Made | null>(null);
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem("");
    try {
      setMade(await make());
    } catch (error) {
      if (leadsToSignIn(error)) return;
      const found = problemOf(error);
      setProblem(found.message || Object.values(found.fields).join(" "));
    }
    setBusy(false);
  };
  return { made, problem, isBusy, run: () => void run() };
}

function MadeLink({ made, problem }: { readonly made: Made | null; readonly problem: string }): JSX.Element | null {
  if (problem) return <Note tone="error">{problem}</Note>;
  return made ? <Copyable label={made.label} value={made.link} look="long" isNews /> : null;
}

function InviteLine({ meetingId, hint }: { readonly meetingId: string; readonly hint: string }): JSX.Element {
  const { share } = words.meeting;
  const [name, setName] = useState("");
  const { made, problem, isBusy, run } = useMade(async () => {
    const guest = visible(name);
    const { joinUrl } = await createInvite(meetingId, guest);
    setName("");
    return { label: share.inviteFor(guest), link: window.location.origin + joinUrl };
  });
  return (
    <ShareLine
      title={share.invite}
      hint={hint}
      below={made || problem ? <MadeLink made={made} problem={problem} /> : null}
    >
      <form
        class="share-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) run();
        }}
      >
        <Field
          label={share.inviteName}
          isLabelHidden
          placeholder={share.inviteName}
          maxLength={NAME_MAX}
          autocomplete="off"
          value={name}
          onValue={setName}
        />
        <Button type="submit" size="small" disabled={isBusy}>
          {share.inviteMake}
        </Button>
      </form>
    </ShareLine>
  );
}

function HostLine({ meetingId }: { readonly meetingId: string }): JSX.Element {
  const { share } = words.meeting;
  const { made, problem, isBusy, run } = useMade(async () => {
    const { hostUrl } = await createHostLink(meetingId);
    return { label: share.hostMade, link: window.location.origin + hostUrl };
  });
  return (
    <ShareLine
      title={share.host}
      hint={share.hostHint}
      below={made || problem ? <MadeLink made={made} problem={problem} /> : null}
    >
      <Button size="small" aria-label={`${share.host}: ${share.hostMake}`} disabled={isBusy} onClick={run}>
        {share.hostMake}
      </Button>
    </ShareLine>
  );
}
