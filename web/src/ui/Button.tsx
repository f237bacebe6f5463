import "./button.css";
import type { ButtonHTMLAttributes, ComponentChildren, JSX, RefObject } from "preact";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "class" | "className" | "icon" | "size">;

interface ButtonProps extends Native {
  readonly look?: "primary" | "plain" | "quiet" | "danger";
  readonly size?: "normal" | "large" | "small";
  readonly isWide?: boolean;
  readonly icon?: ComponentChildren;
}

/** A verb to press. */
export function Button({ look = "plain", size = "normal", isWide, icon, children, ...rest }: ButtonProps): JSX.Element {
  return (
    <button type="button" {...rest} class={`button button-${look} button-${size}${isWide ? " button-wide" : ""}`}>
      {icon}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Native {
  /** What pressing it does; also its tooltip. */
  readonly label: string;
  readonly icon: ComponentChildren;
  readonly isActive?: boolean;
  readonly buttonRef?: RefObject<HTMLButtonElement | null>;
}

/** A round button without words on it. */
export function IconButton({ label, icon, isActive, buttonRef, ...rest }: IconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      ref={buttonRef ?? null}
      {...rest}
      class={`icon-button${isActive ? " is-active" : ""}`}
      aria-label={label}
      title={label}
    >
      {icon}
    </button>
  );
}

interface LinkButtonProps {
  readonly href: string;
  readonly children: ComponentChildren;
  readonly look?: "primary" | "plain" | "quiet";
  readonly size?: "normal" | "large" | "small";
  readonly icon?: ComponentChildren;
}

/** A link that looks like a button: it goes somewhere and changes nothing. */
export function LinkButton({ href, look = "plain", size = "normal", icon, children }: LinkButtonProps): JSX.Element {
  return (
    <a href={href} class={`button button-${look} button-${size}`}>
      {icon}
      <span>{children}</span>
    </a>
  );
}
