import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { ApiError } from "../../protocol/http";
import { createMeeting } from "../../protocol/restAccount";
import { changeSettings } from "../../protocol/restMeeting";
import { Button } from "../../ui/Button";
import { Choice } from "../../ui/Choice";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { Switch } from "../../ui/Switch";
import { keepAdminToken } from "./adminTokens";
import { fieldTime, suggestedStart, timeZone } from "./format";
import { AHEAD_MAX_DAYS, PARTICIPANTS_MAX, TITLE_MAX } from "./limits";
import { Note } from "./parts";
import type { Shared } from "./ShareDialog";
import { leadsToSignIn } from "./session";
import { useForm } from "./useForm";
import { checkParticipants, checkStart, checkTitle, visible } from "./validate";
import { words } from "./words";

type When = "now" | "later";

interface Options {
  readonly muteOnJoin: boolean;
  readonly videoOffOnJoin: boolean;
  readonly waitingRoom: boolean;
}

interface NewMeetingDialogProps {
  onMade(meeting: Shared): void;
  onClose(): void;
}

const moments = () =>
  [
    { value: "now", label: words.newMeeting.now },
    { value: "later", label: words.newMeeting.later },
  ] as const;

const NO_CREDIT = 402;

export function NewMeetingDialog({ onMade, onClose }: NewMeetingDialogProps): JSX.Element {
  const id = useId();
  const [when, setWhen] = useState<When>("now");
  const [hasNoCredit, setNoCredit] = useState(false);
  const [options, setOptions] = useState<Options>({ muteOnJoin: false, videoOffOnJoin: false, waitingRoom: false });
  const now = Date.now();
  const isLater = when === "later";
  const form = useForm({
    initial: { title: "", scheduledAt: suggestedStart(now), maxParticipants: "50" },
    check: ({ title, scheduledAt, maxParticipants }) => ({
      title: checkTitle(title),
      scheduledAt: isLater ? checkStart(scheduledAt, Date.now()) : null,
      maxParticipants: checkParticipants(maxParticipants),
    }),
    submit: async (values) => {
      setNoCredit(false);
      onMade(await create(values, isLater, options));
    },
    explain: (error) => {
      if (leadsToSignIn(error)) return {};
      if (!(error instanceof ApiError) || error.status !== NO_CREDIT) return null;
      setNoCredit(true);
      return {};
    },
  });
  const submit = isLater ? words.newMeeting.submitLater : words.newMeeting.submitNow;
  return (
    <Dialog
      title={words.newMeeting.title}
      onClose={onClose}
      actions={
        <Button type="submit" form={id} look="primary" disabled={form.isBusy}>
          {form.isBusy ? words.newMeeting.busy : submit}
        </Button>
      }
    >
      <form id={id} ref={form.element} class="form" noValidate onSubmit={form.onSubmit}>
        <Field
          {...form.bind("title")}
          label={words.fields.optional(words.newMeeting.name)}
          placeholder={words.newMeeting.namePlaceholder}
          maxLength={TITLE_MAX}
          autocomplete="off"
          hasFocus
        />
        <Choice label={words.newMeeting.when} value={when} options={moments()} onChoose={(chosen) => setWhen(chosen)} />
        {isLater ? (
          <Field
            {...form.bind("scheduledAt")}
            label={words.newMeeting.start}
            type="datetime-local"
            min={fieldTime(now)}
            max={fieldTime(now + AHEAD_MAX_DAYS * 86_400_000)}
            hint={words.newMeeting.startHint(timeZone())}
          />
        ) : null}
        <OptionSwitches options={options} onChange={setOptions} />
        <Field
          {...form.bind("maxParticipants")}
          label={words.newMeeting.participants}
          type="number"
          min="1"
          max={String(PARTICIPANTS_MAX)}
          autocomplete="off"
          hint={words.newMeeting.participantsHint}
        />
        {hasNoCredit ? (
          <Note tone="error">
            {words.newMeeting.noCredit} <a href="/dashboard/billing">{words.newMeeting.noCreditLink}</a>
          </Note>
        ) : null}
        {form.message ? <Note tone="error">{form.message}</Note> : null}
      </form>
    </Dialog>
  );
}

interface OptionSwitchesProps {
  readonly options: Options;
  onChange(options: Options): void;
}

function OptionSwitches({ options, onChange }: OptionSwitchesProps): JSX.Element {
  const { mute, muteHint, video, videoHint, waiting, waitingHint } = words.newMeeting;
  return (
    <fieldset class="switches">
      <legend class="field-label">{words.newMeeting.options}</legend>
      <Switch
        label={mute}
        hint={muteHint}
        isOn={options.muteOnJoin}
        onChange={(muteOnJoin) => onChange({ ...options, muteOnJoin })}
      />
      <Switch
        label={video}
        hint={videoHint}
        isOn={options.videoOffOnJoin}
        onChange={(videoOffOnJoin) => onChange({ ...options, videoOffOnJoin })}
      />
      <Switch
        label={waiting}
        hint={waitingHint}
        isOn={options.waitingRoom}
        onChange={(waitingRoom) => onChange({ ...options, waitingRoom })}
      />
    </fieldset>
  );
}

interface Values {
  readonly title: string;
  readonly scheduledAt: string;
  readonly maxParticipants: string;
}

/** Create it, and then switch the waiting room on, which a creation cannot (API §3 and §6). */
async function create(values: Values, isLater: boolean, options: Options): Promise<Shared> {
  const title = visible(values.title);
  const body = {
    ...(title ? { title } : {}),
    ...(isLater ? { scheduledAt: new Date(values.scheduledAt).toISOString() } : {}),
    muteOnJoin: options.muteOnJoin,
    videoOffOnJoin: options.videoOffOnJoin,
    maxParticipants: Number(values.maxParticipants),
  };
  const made = await createMeeting(body);
  keepAdminToken(made.meetingId, made.adminToken);
  let hasWaitingFailed = false;
  if (options.waitingRoom) {
    await changeSettings(made.meetingId, { waitingRoom: true }).catch(() => {
      hasWaitingFailed = true;
    });
  }
  return { ...made, body, hasWaitingRoom: options.waitingRoom, isNew: true, hasWaitingFailed };
}
