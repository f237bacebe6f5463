/** Where to go after signing in: only ever to a page of this client, whatever the address says. */
import { routeOf } from "../../router";

const HOME = "/dashboard";

/** Return the path that `next` names in a query, or the dashboard when it is missing, foreign or an entrance itself. */
export function nextPath(search: string, origin: string): string {
  const wanted = new URLSearchParams(search).get("next");
  // A path begins with one slash; `//host` and `/\host` are other hosts to a browser.
  if (!wanted || !/^\/(?![/\\])/u.test(wanted)) return HOME;
  let url: URL;
  try {
    url = new URL(wanted, origin);
  } catch {
    return HOME;
  }
  const { page } = routeOf(url.pathname);
  if (url.origin !== origin || page === "notFound" || page === "entrance") return HOME;
  return url.pathname + url.search;
}

/** Return the address of the sign-in page that leads back to a path. */
export function signInPath(back: string): string {
  return back === HOME ? "/sign-in" : `/sign-in?next=${encodeURIComponent(back)}`;
}

/** Return an entrance's address that keeps where the visitor wanted to go. */
export function keepingNext(path: string, search: string): string {
  const wanted = new URLSearchParams(search).get("next");
  return wanted ? `${path}?next=${encodeURIComponent(wanted)}` : path;
}
