import "./hosting.css";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { MeetingSession, SettingsChange } from "../meeting/types";
import { Button } from "../ui/Button";
import { isChimeOn, setChimeOn } from "../ui/chime";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Switch } from "../ui/Switch";
import { refusalWords } from "../ui/serverWords";
import { text } from "../ui/text";
import { changeOf, type Draft, problemOf } from "./settingsDraft";

interface MeetingSettingsProps {
  readonly session: MeetingSession;
  onClose(): void;
}

/** The rules of this meeting, saved together. What another host or the API changes meanwhile shows at once, unless it was touched here. */
export function MeetingSettings({ session, onClose }: MeetingSettingsProps): JSX.Element {
  const [draft, setDraft] = useState<Draft>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const live = { ...session.settings.value, title: session.title.value };
  const shown = { ...live, maxParticipants: String(live.maxParticipants), ...draft };
  const change = changeOf(draft, live);
  const problem = problemOf(draft);
  const { settings } = text.hosting;

  const save = async (wanted: SettingsChange): Promise<void> => {
    setSaving(true);
    setRefusal(null);
    try {
      await session.host.changeSettings(wanted);
      onClose();
    } catch (error) {
      setRefusal(refusalWords(error, settings.failed));
      setSaving(false);
    }
  };
  const set = (more: Draft): void => setDraft({ ...draft, ...more });
  return (
    <Dialog
      title={settings.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          <Button
            look="primary"
            disabled={isSaving || problem !== null}
            onClick={() => (change ? void save(change) : onClose())}
          >
            {settings.save}
          </Button>
        </>
      }
    >
      <Field
        label={settings.name}
        value={shown.title}
        maxLength={200}
        error={problem === "title" ? settings.nameWrong : null}
        onValue={(title) => set({ title })}
      />
      <div class="rules">
        <Switch
          label={settings.waitingRoom}
          hint={settings.waitingRoomHint}
          isOn={shown.waitingRoom}
          onChange={(waitingRoom) => set({ waitingRoom })}
        />
        <Switch
          label={settings.locked}
          hint={settings.lockedHint}
          isOn={shown.locked}
          onChange={(locked) => set({ locked })}
        />
        <Switch label={settings.muteOnJoin} isOn={shown.muteOnJoin} onChange={(muteOnJoin) => set({ muteOnJoin })} />
        <Switch
          label={settings.videoOffOnJoin}
          isOn={shown.videoOffOnJoin}
          onChange={(videoOffOnJoin) => set({ videoOffOnJoin })}
        />
      </div>
      <Field
        label={settings.cap}
        type="number"
        min="1"
        max="500"
        value={shown.maxParticipants}
        hint={settings.capHint}
        error={problem === "maxParticipants" ? settings.capWrong : null}
        onValue={(maxParticipants) => set({ maxParticipants })}
      />
      <ChimeSwitch />
      {refusal ? (
        <p class="dialog-refusal" role="alert">
          {refusal}
        </p>
      ) : null}
    </Dialog>
  );
}

/** Kept in this browser, so it needs no saving. */
function ChimeSwitch(): JSX.Element {
  const [isOn, setOn] = useState(isChimeOn);
  return (
    <div class="rules">
      <Switch
        label={text.hosting.settings.sound}
        hint={text.hosting.settings.soundHint}
        isOn={isOn}
        onChange={(next) => {
          setChimeOn(next);
          setOn(next);
        }}
      />
    </div>
  );
}
