import "./translations";
import "./entrance.css";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type Entrance as Name, navigate, route } from "../../router";
import { LanguageSelect } from "../../ui/LanguageSelect";
import { Wordmark } from "../../ui/Mark";
import { TableScene } from "../../ui/TableScene";
import { text } from "../../ui/text";
import { seemsSignedIn } from "../signedIn";
import { ForgotPassword } from "./ForgotPassword";
import { nextPath } from "./next";
import { ResetPassword } from "./ResetPassword";
import { SignIn } from "./SignIn";
import { SignUp } from "./SignUp";
import { words } from "./words";

const PAGES: Readonly<Record<Name, () => JSX.Element>> = {
  "sign-up": SignUp,
  "sign-in": SignIn,
  "forgot-password": ForgotPassword,
  "reset-password": ResetPassword,
};

const titles = (): Readonly<Record<Name, string>> => ({
  "sign-up": words.signUp.title,
  "sign-in": words.signIn.title,
  "forgot-password": words.forgot.title,
  "reset-password": words.reset.title,
});

/** The pages in front of the dashboard: one form each, with the table beside it where there is room. */
export function Entrance({ name }: { readonly name: Name }): JSX.Element {
  const Page = PAGES[name];
  useEffect(() => {
    document.title = `${titles()[name]} · ${text.brand}`;
  }, [name]);
  return (
    <EntranceFrame>
      <Page key={name} />
    </EntranceFrame>
  );
}

/** The page of the address; who seems to be signed in goes on, and comes back here if the server does not agree. */
export function EntrancePage(): JSX.Element | null {
  const at = route.value;
  const name = at.page === "entrance" ? at.entrance : null;
  useEffect(() => {
    if (name === "sign-in" && seemsSignedIn()) {
      navigate(nextPath(window.location.search, window.location.origin), "replace");
    }
  }, [name]);
  return name ? <Entrance name={name} /> : null;
}

export function EntranceFrame({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="entrance">
      <header class="entrance-head">
        <Wordmark />
        <LanguageSelect />
      </header>
      <main class="entrance-main">{children}</main>
      <aside class="entrance-scene" aria-hidden="true">
        <TableScene label={words.scene.people} />
        <p>{words.scene.line}</p>
      </aside>
    </div>
  );
}
