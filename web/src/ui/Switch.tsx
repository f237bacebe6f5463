import "./switch.css";
import type { JSX } from "preact";
import { useId } from "preact/hooks";

interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly isOn: boolean;
  onChange(isOn: boolean): void;
}

/** Something that is on or off, with its words beside it; the whole line can be pressed. */
export function Switch({ label, hint, isOn, onChange }: SwitchProps): JSX.Element {
  const id = useId();
  return (
    <label class="switch" for={id}>
      <span class="switch-words">
        <span class="switch-label">{label}</span>
        {hint ? (
          <span class="switch-hint" id={`${id}-hint`}>
            {hint}
          </span>
        ) : null}
      </span>
      <input
        id={id}
        class="switch-input"
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-checked={isOn}
        aria-label={label}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  );
}
