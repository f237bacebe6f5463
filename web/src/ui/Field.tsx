import "./field.css";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { ChevronIcon, WarningIcon } from "./icons";

interface FieldProps {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly hint?: string | null;
  readonly error?: string | null;
  readonly type?: "text" | "search" | "email" | "password";
  readonly name?: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly autocomplete?: string;
  /** A code rather than a word: no capitals, no spelling help. */
  readonly isCode?: boolean;
  readonly enterkeyhint?: "go" | "next" | "done" | "search" | "send";
  onValue(value: string): void;
}

/** One line of input with its label, and what is wrong with it in words. */
export function Field(props: FieldProps): JSX.Element {
  const { label, isLabelHidden, hint, error, type = "text", isCode, onValue } = props;
  const id = useId();
  const below = error ?? hint;
  return (
    <div class="field">
      <label class={isLabelHidden ? "sr" : "field-label"} for={id}>
        {label}
      </label>
      <input
        id={id}
        class="field-input"
        // Preact types every input type with the roles it may have; no role is set here, so any of them will do.
        type={type as "text"}
        name={props.name}
        value={props.value}
        placeholder={props.placeholder}
        maxLength={props.maxLength}
        autocomplete={props.autocomplete}
        autocapitalize={isCode ? "none" : undefined}
        spellcheck={isCode ? false : undefined}
        enterkeyhint={props.enterkeyhint}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={below ? `${id}-below` : undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {below ? (
        <p id={`${id}-below`} class={error ? "field-error" : "field-hint"} role={error ? "alert" : undefined}>
          {error ? <WarningIcon size="tiny" /> : null}
          <span>{below}</span>
        </p>
      ) : null}
    </div>
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
