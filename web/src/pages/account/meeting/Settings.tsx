import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { changeSettings, type MeetingSettings, type Overview } from "../../../protocol/restMeeting";
import { Button } from "../../../ui/Button";
import { Dialog } from "../../../ui/Dialog";
import { Field } from "../../../ui/Field";
import { Switch } from "../../../ui/Switch";
import { say } from "../flash";
import { PARTICIPANTS_MAX, TITLE_MAX } from "../limits";
import { Note, Section } from "../parts";
import { leadsToSignIn } from "../session";
import { useForm } from "../useForm";
import { checkGivenTitle, checkParticipants, visible } from "../validate";
import { words } from "../words";
import { attempt } from "./act";

interface SettingsProps {
  readonly meeting: Overview;
  refresh(): Promise<void>;
}

type Flag = "locked" | "waitingRoom" | "muteOnJoin" | "videoOffOnJoin";

/** What a host may change while it is planned or live: switches hold at once, title and size are saved. */
export function Settings({ meeting, refresh }: SettingsProps): JSX.Element {
  const [isEditing, setEditing] = useState(false);
  // What was switched and is on its way: the switch must not jump back until the answer is there.
  const [pending, setPending] = useState<Partial<MeetingSettings>>({});
  const shown = { ...meeting.settings, ...pending };
  const flip = async (flag: Flag, isOn: boolean): Promise<void> => {
    setPending((before) => ({ ...before, [flag]: isOn }));
    await attempt(() => changeSettings(meeting.meetingId, { [flag]: isOn }), refresh);
    setPending(({ [flag]: _, ...others }) => others);
  };
  return (
    <Section title={words.meeting.settings.title}>
      <div class="one-settings">
        {switches().map(({ flag, label, hint }) => (
          <Switch key={flag} label={label} hint={hint} isOn={shown[flag]} onChange={(isOn) => void flip(flag, isOn)} />
        ))}
        <div class="one-setting">
          <div class="switch-words">
            <span class="switch-label">{words.meeting.settings.size}</span>
            <span class="switch-hint digits">{shown.maxParticipants}</span>
          </div>
          <Button size="small" aria-label={words.meeting.settings.editOf} onClick={() => setEditing(true)}>
            {words.meeting.settings.edit}
          </Button>
        </div>
      </div>
      {isEditing ? <Edit meeting={meeting} refresh={refresh} onClose={() => setEditing(false)} /> : null}
    </Section>
  );
}

function switches(): readonly { readonly flag: Flag; readonly label: string; readonly hint: string }[] {
  const { mute, muteHint, video, videoHint, waiting, waitingHint } = words.newMeeting;
  const { lock, lockHint } = words.meeting.settings;
  return [
    { flag: "waitingRoom", label: waiting, hint: waitingHint },
    { flag: "locked", label: lock, hint: lockHint },
    { flag: "muteOnJoin", label: mute, hint: muteHint },
    { flag: "videoOffOnJoin", label: video, hint: videoHint },
  ];
}

function Edit({ meeting, refresh, onClose }: SettingsProps & { onClose(): void }): JSX.Element {
  const id = useId();
  const form = useForm({
    initial: { title: meeting.title, maxParticipants: String(meeting.settings.maxParticipants) },
    check: ({ title, maxParticipants }) => ({
      title: checkGivenTitle(title),
      maxParticipants: checkParticipants(maxParticipants),
    }),
    submit: async ({ title, maxParticipants }) => {
      await changeSettings(meeting.meetingId, { title: visible(title), maxParticipants: Number(maxParticipants) });
      await refresh();
      onClose();
      say(words.meeting.settings.saved);
    },
    explain: (error) => (leadsToSignIn(error) ? {} : null),
  });
  return (
    <Dialog
      title={words.meeting.settings.editTitle}
      onClose={onClose}
      actions={
        <Button type="submit" form={id} look="primary" disabled={form.isBusy}>
          {form.isBusy ? words.meeting.settings.saving : words.meeting.settings.save}
        </Button>
      }
    >
      <form id={id} ref={form.element} class="form" noValidate onSubmit={form.onSubmit}>
        <Field
          {...form.bind("title")}
          label={words.meeting.settings.name}
          maxLength={TITLE_MAX}
          autocomplete="off"
          hasFocus
        />
        <Field
          {...form.bind("maxParticipants")}
          label={words.meeting.settings.size}
          type="number"
          min="1"
          max={String(PARTICIPANTS_MAX)}
          autocomplete="off"
          hint={words.newMeeting.participantsHint}
        />
        {form.message ? <Note tone="error">{form.message}</Note> : null}
      </form>
    </Dialog>
  );
}
