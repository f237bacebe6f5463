/** Icons of the account pages, on the same grid as the others; apart, so that the meeting does not load them. */
import { icon } from "./icons";

export const CalendarIcon = icon(
  <>
    <rect x="3.75" y="5.25" width="16.5" height="15" rx="2.5" />
    <path d="M3.75 10h16.5M8 3.25v3.5M16 3.25v3.5" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="8" cy="15.75" r="4.25" />
    <path d="m11 12.75 8.75-8.75M16 7.75l3 3M13.25 10.5l1.75 1.75" />
  </>,
);
export const CompanyIcon = icon(
  <>
    <path d="M4.75 20.25V5.5a1.75 1.75 0 0 1 1.75-1.75h6a1.75 1.75 0 0 1 1.75 1.75v14.75M14.25 9.75h3.25a1.75 1.75 0 0 1 1.75 1.75v8.75M3 20.25h18" />
    <path d="M8 8h3M8 11.75h3M8 15.5h3" />
  </>,
);
export const BillingIcon = icon(
  <>
    <rect x="2.75" y="5.25" width="18.5" height="13.5" rx="2.5" />
    <path d="M2.75 9.75h18.5M6.5 15h3.5" />
  </>,
);
export const ProfileIcon = icon(
  <>
    <circle cx="12" cy="8.25" r="4" />
    <path d="M4.5 20.25c.7-3.7 3.7-5.75 7.5-5.75s6.8 2.05 7.5 5.75" />
  </>,
);
export const SignOutIcon = icon(
  <path d="M10 4H6.5A2.25 2.25 0 0 0 4.25 6.25v11.5A2.25 2.25 0 0 0 6.5 20H10M9.5 12h10.75M16.5 8l3.75 4-3.75 4" />,
);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const TrashIcon = icon(
  <path d="M4.5 6.75h15M9.5 6.5v-1.25a1.5 1.5 0 0 1 1.5-1.5h2a1.5 1.5 0 0 1 1.5 1.5V6.5M6.5 6.75l.8 11.7a2 2 0 0 0 2 1.8h5.4a2 2 0 0 0 2-1.8l.8-11.7M10.25 10.75v5.5M13.75 10.75v5.5" />,
);
export const EyeIcon = icon(
  <>
    <path d="M2.75 12S6 5.75 12 5.75 21.25 12 21.25 12 18 18.25 12 18.25 2.75 12 2.75 12Z" />
    <circle cx="12" cy="12" r="2.75" />
  </>,
);
export const EyeOffIcon = icon(
  <path d="M4 4l16 16M9.9 6a8.5 8.5 0 0 1 2.1-.25c6 0 9.25 6.25 9.25 6.25a15 15 0 0 1-2.6 3.4M6.2 7.6A14.5 14.5 0 0 0 2.75 12S6 18.25 12 18.25a8.7 8.7 0 0 0 4-.95M10.1 10.15a2.75 2.75 0 0 0 3.8 3.9" />,
);
export const MailIcon = icon(
  <>
    <rect x="2.75" y="4.75" width="18.5" height="14.5" rx="2.5" />
    <path d="m3.5 7 8.5 6.25L20.5 7" />
  </>,
);
export const ReceiptIcon = icon(
  <path d="M5.25 20.5V5a1.75 1.75 0 0 1 1.75-1.75h10A1.75 1.75 0 0 1 18.75 5v15.5l-2.25-1.5-2.25 1.5L12 19l-2.25 1.5L7.5 19ZM9 8h6M9 11.75h6" />,
);
