/** Which page the address names; History API, no library: there are four addresses. */
import { signal } from "@preact/signals";

export type Route =
  | { readonly page: "home" }
  | { readonly page: "join"; readonly meetingId: string }
  | { readonly page: "notFound" };

/** Return the route of a path. Ids are matched loosely here: the server's door decides which meetings exist. */
export function routeOf(path: string): Route {
  const [first = "", second = "", ...rest] = path.split("/").filter(Boolean);
  if (first === "") return { page: "home" };
  if (first === "join" && /^[a-z0-9-]{3,64}$/iu.test(second) && rest.length === 0) {
    return { page: "join", meetingId: second.toLowerCase() };
  }
  return { page: "notFound" };
}

export const route = signal<Route>(routeOf(window.location.pathname));

/** Go to an address of this client. */
export function navigate(path: string): void {
  window.history.pushState(null, "", path);
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
    navigate(link.pathname);
  });
}

function hasModifier(event: MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
