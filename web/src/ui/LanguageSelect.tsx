import type { JSX } from "preact";
import { Select } from "./Field";
import { GlobeIcon } from "./icons";
import { chooseLanguage, LANGUAGES, type Language, language } from "./language";
import { text } from "./text";

/** Switches every word of the client; each language stands by its own name. */
export function LanguageSelect(): JSX.Element {
  return (
    <Select
      label={text.common.language}
      icon={<GlobeIcon size="small" />}
      value={language.value}
      options={LANGUAGES}
      onChoose={(value) => chooseLanguage(value as Language)}
    />
  );
}
