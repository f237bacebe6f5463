import "./captionsdialog.css";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { createDictation } from "../meeting/dictation";
import type { CaptionLine, MeetingSession } from "../meeting/types";
import { Button } from "../ui/Button";
import { Choice } from "../ui/Choice";
import { Dialog } from "../ui/Dialog";
import { Select } from "../ui/Field";
import { CaptionsIcon, GlobeIcon, WarningIcon } from "../ui/icons";
import { language } from "../ui/language";
import { type CaptionSize, captionSize, captionsView } from "../ui/preferences";
import { Switch } from "../ui/Switch";
import { text } from "../ui/text";
import { dictation } from "./dictating";

interface CaptionsDialogProps {
  readonly session: MeetingSession;
  onClose(): void;
}

/** How captions look, whether my own speech is one, and what was said. */
export function CaptionsDialog({ session, onClose }: CaptionsDialogProps): JSX.Element {
  return (
    <Dialog title={text.captions.title} onClose={onClose}>
      <div class="captions-dialog">
        <Switch
          label={text.captions.show}
          hint={text.captions.showHint}
          isOn={captionsView.value === "shown"}
          onChange={(isOn) => {
            captionsView.value = isOn ? "shown" : "hidden";
          }}
        />
        {captionsView.value === "shown" ? (
          <Choice<CaptionSize>
            label={text.captions.size}
            value={captionSize.value}
            options={(["small", "medium", "large"] as const).map((value) => ({
              value,
              label: text.captions.sizes[value],
            }))}
            onChoose={(size) => {
              captionSize.value = size;
            }}
          />
        ) : null}
        <Mine session={session} />
        <Transcript lines={session.captions.transcript.value} />
      </div>
    </Dialog>
  );
}

/** What browsers' recognition commonly knows; each is named in the reader's language. */
const SPOKEN = [
  "en-US en-GB de-DE de-AT de-CH fr-FR es-ES it-IT pt-BR pt-PT nl-NL pl-PL cs-CZ sv-SE da-DK tr-TR uk-UA ru-RU ar-EG",
  "hi-IN ja-JP ko-KR zh-CN",
]
  .join(" ")
  .split(" ");

function usual(): string {
  const wished = navigator.language;
  return SPOKEN.find((tag) => tag === wished) ?? SPOKEN.find((tag) => tag.startsWith(wished.slice(0, 2))) ?? "en-US";
}

/** Only a click here ever starts the recognition. */
function Mine({ session }: { readonly session: MeetingSession }): JSX.Element {
  const [current] = useState(() => dictation.peek() ?? createDictation(session.captions, session.local));
  const [lang, setLang] = useState(usual);
  const names = new Intl.DisplayNames(language.value, { type: "language" });
  if (!current) return <p class="captions-note">{text.captions.unsupported}</p>;
  const isOn = current.isOn.value;
  const problem = current.problem.value;
  return (
    <fieldset class="captions-mine">
      <legend class="field-label">{text.captions.mine}</legend>
      <Select
        label={text.captions.language}
        icon={<GlobeIcon size="small" />}
        value={lang}
        options={SPOKEN.map((value) => ({ value, label: names.of(value) ?? value }))}
        onChoose={(value) => {
          setLang(value);
          if (current.isOn.peek()) current.start(value);
        }}
      />
      <Button
        look={isOn ? "plain" : "primary"}
        icon={<CaptionsIcon size="small" />}
        aria-pressed={isOn}
        onClick={() => {
          dictation.value = current;
          if (isOn) current.stop();
          else current.start(lang);
        }}
      >
        {isOn ? text.captions.stop : text.captions.start}
      </Button>
      {problem ? (
        <p class="field-error" role="alert">
          <WarningIcon size="tiny" />
          <span>{text.captions.failed[problem]}</span>
        </p>
      ) : null}
      <p class="captions-note">{text.captions.note}</p>
    </fieldset>
  );
}

function Transcript({ lines }: { readonly lines: readonly CaptionLine[] }): JSX.Element {
  return (
    <section class="transcript" aria-label={text.captions.transcript}>
      <h3 class="field-label">{text.captions.transcript}</h3>
      {lines.length === 0 ? (
        <p class="captions-note">{text.captions.transcriptEmpty}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <ol tabIndex={0}>
          {lines.map((line) => (
            <li key={line.key} lang={line.lang || undefined} dir="auto">
              <strong>{line.name}</strong> {line.text}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
