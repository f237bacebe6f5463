import "./choice.css";
import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly value: T;
  readonly options: readonly Option<T>[];
  onChoose(value: T): void;
}

/** One of a few, all visible: native radio buttons that look like cards in a row. */
export function Choice<T extends string>({
  label,
  isLabelHidden,
  value,
  options,
  onChoose,
}: ChoiceProps<T>): JSX.Element {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class={isLabelHidden ? "sr" : "field-label"}>{label}</legend>
      <div class="choice-row">
        {options.map((option) => (
          <label key={option.value} class="choice-option">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            <span class="choice-label">{option.label}</span>
            {option.hint ? <span class="choice-hint">{option.hint}</span> : null}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
