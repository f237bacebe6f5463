/** Which page the address names; History API, no library: there are few addresses. */
import { signal } from "@preact/signals";

export type Entrance = "sign-up" | "sign-in" | "forgot-password" | "reset-password";
export type Section = "meetings" | "keys" | "company" | "billing" | "profile";

export type Route =
  | { readonly page: "home" }
  | { readonly page: "join"; readonly meetingId: string }
  | { readonly page: "entrance"; readonly entrance: Entrance }
  | { readonly page: "dashboard"; readonly section: Section; readonly meetingId?: string }
  | { readonly page: "notFound" };

/** Every pattern that has a page; the server answers these with the page's shell (`PAGE_PATHS` in `web.py`). */
export const PAGE_PATHS = [
  "/",
  "/join/:meetingId",
  "/sign-up",
  "/sign-in",
  "/forgot-password",
  "/reset-password",
  "/dashboard",
  "/dashboard/:section",
  "/dashboard/meetings/:meetingId",
] as const;

const ENTRANCES: readonly string[] = ["sign-up", "sign-in", "forgot-password", "reset-password"] satisfies Entrance[];
const SECTIONS: readonly string[] = ["meetings", "keys", "company", "billing", "profile"] satisfies Section[];

const MEETING_ID = /^[a-z0-9-]{3,64}$/iu;

/** Return the route of a path. Ids are matched loosely here: the server's door decides which meetings exist. */
export function routeOf(path: string): Route {
  const [first = "", second = "", ...rest] = path.split("/").filter(Boolean);
  if (first === "") return { page: "home" };
  const [third = ""] = rest;
  if (first === "dashboard" && second === "meetings" && rest.length === 1 && MEETING_ID.test(third)) {
    return { page: "dashboard", section: "meetings", meetingId: third.toLowerCase() };
  }
  if (rest.length > 0) return { page: "notFound" };
  if (first === "join" && MEETING_ID.test(second)) {
    return { page: "join", meetingId: second.toLowerCase() };
  }
  if (ENTRANCES.includes(first) && second === "") return { page: "entrance", entrance: first as Entrance };
  if (first === "dashboard" && (second === "" || SECTIONS.includes(second))) {
    return { page: "dashboard", section: (second || "meetings") as Section };
  }
  return { page: "notFound" };
}

export const route = signal<Route>(routeOf(window.location.pathname));

/** Go to an address of this client; "replace" leaves no step back to where we were. */
export function navigate(path: string, how: "push" | "replace" = "push"): void {
  if (how === "replace") window.history.replaceState(null, "", path);
  else window.history.pushState(null, "", path);
  route.value = routeOf(window.location.pathname);
  window.scrollTo(0, 0);
}

/** Follow the back button, and turn clicks on our own links into navigation without a reload. */
export function startRouter(): void {
  window.addEventListener("popstate", () => {
    route.value = routeOf(window.location.pathname);
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest("a");
    if (!link || event.defaultPrevented || event.button !== 0 || link.target || hasModifier(event)) return;
    const isOurs = link.origin === window.location.origin && routeOf(link.pathname).page !== "notFound";
    if (!isOurs || link.hasAttribute("download") || link.hash) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

function hasModifier(event: MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
