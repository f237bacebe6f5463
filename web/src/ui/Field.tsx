import "./field.css";
import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import { ChevronIcon, WarningIcon } from "./icons";
import { useFocus } from "./useFocus";

interface FieldProps {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly hint?: string | null;
  readonly error?: string | null;
  readonly type?: "text" | "search" | "email" | "password" | "number" | "datetime-local";
  readonly name?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly autocomplete?: string;
  /** A code rather than a word: no capitals, no spelling help. */
  readonly isCode?: boolean;
  readonly enterkeyhint?: "go" | "next" | "done" | "search" | "send";
  /** For numbers and times. */
  readonly min?: string;
  readonly max?: string;
  /** A link at the end of the label's line; the keyboard comes to it after the field. */
  readonly aside?: ComponentChildren;
  /** A small button inside the field, at its end. */
  readonly button?: ComponentChildren;
  readonly hasFocus?: boolean;
  onValue(value: string): void;
}

/** One line of input with its label, and what is wrong with it in words. */
export function Field(props: FieldProps): JSX.Element {
  const { label, isLabelHidden, hint, error, type = "text", isCode, aside, button, hasFocus, onValue } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useFocus(input, hasFocus ?? false);
  const below = error ?? hint;
  return (
    <div class={`field${aside ? " has-aside" : ""}${button ? " has-button" : ""}`}>
      <label class={isLabelHidden ? "sr" : "field-label"} for={id}>
        {label}
      </label>
      <input
        ref={input}
        id={id}
        class="field-input"
        // Preact types every input type with the roles it may have; no role is set here, so any of them will do.
        type={type as "text"}
        name={props.name}
        value={props.value}
        placeholder={props.placeholder}
        maxLength={props.maxLength}
        min={props.min}
        max={props.max}
        autocomplete={props.autocomplete}
        autocapitalize={isCode ? "none" : undefined}
        spellcheck={isCode ? false : undefined}
        enterkeyhint={props.enterkeyhint}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={below ? `${id}-below` : undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {button}
      {aside ? <span class="field-aside">{aside}</span> : null}
      {below ? <Below id={`${id}-below`} words={below} isError={Boolean(error)} /> : null}
    </div>
  );
}

function Below({ id, words, isError }: { readonly id: string; readonly words: string; readonly isError: boolean }) {
  return (
    <p id={id} class={isError ? "field-error" : "field-hint"} role={isError ? "alert" : undefined}>
      {isError ? <WarningIcon size="tiny" /> : null}
      <span>{words}</span>
    </p>
  );
}

interface SelectProps {
  readonly label: string;
  readonly icon?: ComponentChildren;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly isDisabled?: boolean;
  onChoose(value: string): void;
}

/** A native select: phones show their own wheel, screen readers know it. */
export function Select({ label, icon, value, options, isDisabled, onChoose }: SelectProps): JSX.Element {
  return (
    <label class="select">
      <span class="sr">{label}</span>
      {icon}
      <select value={value} disabled={isDisabled ?? false} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronIcon size="small" />
    </label>
  );
}
