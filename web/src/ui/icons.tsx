/** The icon set, drawn on a 24-unit grid with a 1.75 stroke; an icon is decoration, its button carries the words. */
import type { ComponentChildren, JSX } from "preact";

export interface IconProps {
  readonly size?: "tiny" | "small" | "normal";
}

function Icon({ size = "normal", children }: IconProps & { readonly children: ComponentChildren }): JSX.Element {
  return (
    <svg
      class={`icon icon-${size}`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

type Drawing = (props: IconProps) => JSX.Element;

export const icon =
  (drawing: JSX.Element): Drawing =>
  ({ size }) => <Icon size={size ?? "normal"}>{drawing}</Icon>;

export const MicIcon = icon(
  <>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </>,
);

export const MicOffIcon = icon(
  <>
    <path d="M9 9v2a3 3 0 0 0 4.6 2.5M15 10.6V6a3 3 0 0 0-5.6-1.5M5.5 11.5a6.5 6.5 0 0 0 10.4 5.2M18.5 11.5a6.4 6.4 0 0 1-.6 2.7M12 18v3" />
    <path d="m4 3 16.5 17.5" />
  </>,
);

export const CameraIcon = icon(
  <>
    <rect x="2.75" y="6.25" width="12.5" height="11.5" rx="2.75" />
    <path d="m15.25 11 4.9-3.1a.7.7 0 0 1 1.1.6v7a.7.7 0 0 1-1.1.6L15.25 13" />
  </>,
);

export const CameraOffIcon = icon(
  <>
    <path d="M9.2 6.25h3.3A2.75 2.75 0 0 1 15.25 9v2l4.9-3.1a.7.7 0 0 1 1.1.6v7c0 .3-.1.4-.3.6M15.2 15.4a2.75 2.75 0 0 1-2.7 2.35h-7A2.75 2.75 0 0 1 2.75 15V9a2.75 2.75 0 0 1 2.1-2.67" />
    <path d="m4 3 16.5 17.5" />
  </>,
);

export const GlobeIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M3 12h18M12 3c2.6 2.6 3.8 5.6 3.8 9s-1.2 6.4-3.8 9c-2.6-2.6-3.8-5.6-3.8-9S9.4 5.6 12 3Z" />
  </>,
);

export const ShareIcon = icon(
  <>
    <rect x="2.75" y="4.25" width="18.5" height="12.5" rx="2.5" />
    <path d="M12 13.5V7.8M9.4 10 12 7.5l2.6 2.5M8.5 20.25h7" />
  </>,
);

export const StopShareIcon = icon(
  <>
    <rect x="2.75" y="4.25" width="18.5" height="12.5" rx="2.5" />
    <path d="m9.5 8 5 5M14.5 8l-5 5M8.5 20.25h7" />
  </>,
);

export const ReactIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="M8.4 14.2a4.3 4.3 0 0 0 7.2 0M9 9.6v.01M15 9.6v.01" />
  </>,
);

export const HandIcon = icon(
  <path d="M8 12.5V6.25a1.4 1.4 0 0 1 2.8 0V11m0-.5V4.4a1.4 1.4 0 0 1 2.8 0V11m0-5.2a1.4 1.4 0 0 1 2.8 0V12m0-2.7a1.4 1.4 0 0 1 2.8 0v5.2c0 3.6-2.5 6.5-6.2 6.5-2.6 0-4.2-1-5.5-3.1l-3-4.9a1.5 1.5 0 0 1 2.4-1.7L8 13.6" />,
);

export const ChatIcon = icon(
  <path d="M12 4c5 0 9 3.3 9 7.5S17 19 12 19c-1 0-2-.1-2.9-.4-1.3.9-3 1.6-4.9 1.6.8-.9 1.3-2 1.5-3.2C4 15.6 3 13.7 3 11.5 3 7.3 7 4 12 4Z" />,
);

export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.75 19.25c.5-3.2 3-5 6.25-5s5.75 1.8 6.25 5M15.5 4.8a3.5 3.5 0 0 1 0 6.4M17.8 14.8c1.9.7 3.1 2.3 3.45 4.45" />
  </>,
);

export const MoreIcon = icon(
  <>
    <circle cx="5.5" cy="12" r="1" fill="currentColor" />
    <circle cx="12" cy="12" r="1" fill="currentColor" />
    <circle cx="18.5" cy="12" r="1" fill="currentColor" />
  </>,
);

export const LeaveIcon = icon(
  <path
    d="M12 9.5c3.7 0 6.7 1 8.7 2.9.6.6.7 1.5.2 2.2l-1 1.4c-.5.6-1.3.800-2 .5l-2.3-1a1.6 1.6 0 0 1-1-1.4l-.05-1.3a12 12 0 0 0-5.1 0l-.05 1.3c0 .6-.4 1.2-1 1.4l-2.3 1c-.7.3-1.5.1-2-.5l-1-1.4c-.5-.7-.4-1.6.2-2.2C5.3 10.5 8.3 9.5 12 9.5Z"
    fill="currentColor"
    stroke="none"
  />,
);

export const LinkIcon = icon(
  <path d="M10 14a4 4 0 0 0 5.7.050l3.1-3.1a4 4 0 1 0-5.7-5.65L11.9 6.5M14 10a4 4 0 0 0-5.7-.05l-3.1 3.1a4 4 0 1 0 5.7 5.65l1.2-1.2" />,
);

export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="12" height="12" rx="2.5" />
    <path d="M15.5 5.8v-.05a2.25 2.25 0 0 0-2.25-2.25h-7.5A2.25 2.25 0 0 0 3.5 5.75v7.5a2.25 2.25 0 0 0 2.25 2.25h.05" />
  </>,
);

export const CheckIcon = icon(<path d="m4.5 12.8 4.8 4.7L19.5 7" />);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const BackIcon = icon(<path d="m14 7-5 5 5 5" />);
export const ForwardIcon = icon(<path d="m10 7 5 5-5 5" />);
export const SpotlightIcon = icon(
  <path d="m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1.1 5.9-5.3-2.9-5.3 2.9 1.1-5.9-4.3-4.1 5.9-.8Z" />,
);
export const CaptionsIcon = icon(
  <>
    <rect x="2.75" y="5" width="18.5" height="14" rx="3" />
    <path d="M10.5 10.4a2.2 2.2 0 1 0 0 3.2M17 10.4a2.2 2.2 0 1 0 0 3.2" />
  </>,
);
export const SelfIcon = icon(
  <>
    <circle cx="12" cy="8.5" r="3.75" />
    <path d="M4.75 20a7.25 7.25 0 0 1 14.5 0" />
  </>,
);
export const SelfOffIcon = icon(
  <>
    <path d="M8.6 6.9a3.75 3.75 0 0 0 5 5M15.7 8.2A3.75 3.75 0 0 0 11.2 4.8M4.75 20a7.25 7.25 0 0 1 10.4-6.5M19.2 19.4" />
    <path d="m4 3 16.5 17.5" />
  </>,
);
export const KeyboardIcon = icon(
  <>
    <rect x="2.5" y="6" width="19" height="12" rx="2.5" />
    <path d="M6 10h.01M9 10h.01M12 10h.01M15 10h.01M18 10h.01M8 14h8" />
  </>,
);
export const FloatingIcon = icon(
  <>
    <path d="M21 11V7.5A2.5 2.5 0 0 0 18.5 5h-13A2.5 2.5 0 0 0 3 7.5v8A2.5 2.5 0 0 0 5.500 18H9" />
    <rect x="12" y="13.500" width="9.500" height="6.500" rx="1.500" />
  </>,
);
export const ChevronIcon = icon(<path d="m7 10 5 5 5-5" />);
export const ArrowIcon = icon(<path d="M4.5 12h15M13.5 6l6 6-6 6" />);
export const WarningIcon = icon(
  <path d="M12 9.25v4M12 16.5v.01M10.3 4.3 2.8 17.25A2 2 0 0 0 4.5 20.25h15a2 2 0 0 0 1.7-3L13.7 4.3a2 2 0 0 0-3.4 0Z" />,
);
export const WeakIcon = icon(
  <>
    <path d="M5 19.5v-3" />
    <path d="M10 19.5v-6.5" opacity=".45" />
    <path d="M15 19.5V9.5M20 19.5V5.5" opacity=".45" />
  </>,
);
export const SettingsIcon = icon(
  <>
    <path d="M3.5 7.5h8M17.5 7.5h3M3.5 16.5h3M12.5 16.5h8" />
    <circle cx="14.5" cy="7.5" r="2.75" />
    <circle cx="9.5" cy="16.5" r="2.75" />
  </>,
);
export const FullScreenIcon = icon(
  <path d="M4 9V6a2 2 0 0 1 2-2h3M15 4h3a2 2 0 0 1 2 2v3M20 15v3a2 2 0 0 1-2 2h-3M9 20H6a2 2 0 0 1-2-2v-3" />,
);
export const LockIcon = icon(
  <>
    <rect x="4.75" y="10.5" width="14.5" height="10" rx="2.5" />
    <path d="M8 10.5V7.5a4 4 0 0 1 8 0v3" />
  </>,
);
export const UnlockIcon = icon(
  <>
    <rect x="4.75" y="10.5" width="14.5" height="10" rx="2.5" />
    <path d="M8 10.5V7.5a4 4 0 0 1 7.5-1.9" />
  </>,
);
export const MuteAllIcon = icon(
  <path d="M4 9.75v4.5a.75.75 0 0 0 .75.75H8l4.3 3.6a.6.6 0 0 0 1-.45V5.85a.6.6 0 0 0-1-.45L8 9H4.75A.75.75 0 0 0 4 9.75ZM16.5 9.8l4.4 4.4M20.9 9.8l-4.4 4.4" />,
);
export const SoundIcon = icon(
  <path d="M4 9.75v4.5a.75.75 0 0 0 .75.75H8l4.3 3.6a.6.6 0 0 0 1-.45V5.85a.6.6 0 0 0-1-.45L8 9H4.75A.75.75 0 0 0 4 9.75ZM16.5 9a4.2 4.2 0 0 1 0 6M18.7 6.5a7.8 7.8 0 0 1 0 11" />,
);
export const EndIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <path d="m9 9 6 6M15 9l-6 6" />
  </>,
);
export const PinIcon = icon(
  <path d="M12 15.5V21M8.5 3.75h7l-.7 6.2 2.6 2.9c.6.7.1 2.15-.9 2.15H7.5c-1 0-1.5-1.45-.9-2.15l2.6-2.9Z" />,
);
export const SendIcon = icon(
  <path d="M4.2 5.3a.8.8 0 0 1 1.1-1L20 11.3a.8.8 0 0 1 0 1.45L5.3 19.7a.8.8 0 0 1-1.1-1L6.5 12ZM6.5 12h6" />,
);
export const RemoveIcon = icon(
  <>
    <circle cx="9.5" cy="8" r="3.5" />
    <path d="M3.25 19.25c.5-3.2 3-5 6.25-5 1.7 0 3.2.5 4.3 1.4M16 18.5h5.5" />
  </>,
);
export const PlugIcon = icon(
  <path d="M3 3l18 18M8.5 15.5a5 5 0 0 1 5.3-1.1M5.5 12.3A9.5 9.5 0 0 1 9 10.2M2.5 9a14 14 0 0 1 4.2-2.5M11 5.7A14 14 0 0 1 21.5 9M14.7 10.4a9.5 9.5 0 0 1 3.8 1.9M12 19v.01" />,
);
export const InviteIcon = icon(
  <>
    <circle cx="9.5" cy="8" r="3.5" />
    <path d="M3.25 19.25c.5-3.2 3-5 6.25-5 1.7 0 3.2.5 4.3 1.4M18.75 15.25v6.5M15.5 18.5H22" />
  </>,
);
export const RulesIcon = icon(
  <>
    <path d="M10.5 6.5h10M10.5 12h10M10.5 17.5h10" />
    <path d="m3.5 6.5 1.2 1.2 2.3-2.4M3.5 12l1.2 1.2L7 10.8M3.5 17.5l1.2 1.2L7 16.3" />
  </>,
);
export const RecordIcon = icon(
  <>
    <circle cx="12" cy="12" r="9" />
    <circle cx="12" cy="12" r="4" fill="currentColor" stroke="none" />
  </>,
);

export const ServerIcon = icon(
  <>
    <rect x="4" y="4" width="16" height="7" rx="2" />
    <rect x="4" y="13" width="16" height="7" rx="2" />
    <path d="M8 7.5h.01M8 16.5h.01M12 7.5h4M12 16.5h4" />
  </>,
);

export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5V12l3 2" />
  </>,
);
