import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("window", { location: { pathname: "/" } });
const { keepingNext, nextPath, signInPath } = await import("./next");

const ORIGIN = "https://onepizza.example";
const asked = (next: string): string => nextPath(`?next=${encodeURIComponent(next)}`, ORIGIN);

describe("nextPath", () => {
  it.each(["/dashboard/keys", "/dashboard", "/join/abc-defg-hij", "/join/abc-defg-hij?name=Bob", "/"])(
    "follows our own %s",
    (path) => {
      expect(asked(path)).toBe(path);
    },
  );

  it.each([
    "https://evil.example/dashboard",
    "//evil.example/dashboard",
    "/\\evil.example/dashboard",
    "\\\\evil.example",
    "/\t/evil.example/dashboard",
    "\n//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "dashboard/keys",
    "/docs",
    "/api/auth/logout",
    "/sign-in?next=/sign-in",
    "/dashboard/../sign-in",
    "/dashboard/keys/../../../x",
    "http://[",
    "",
  ])("falls back to the dashboard for %j", (path) => {
    expect(asked(path)).toBe("/dashboard");
  });

  it("drops a fragment", () => {
    expect(asked("/join/abc-defg-hij#host=stolen")).toBe("/join/abc-defg-hij");
  });

  it("is the dashboard when nothing is asked for", () => {
    expect(nextPath("", ORIGIN)).toBe("/dashboard");
  });
});

describe("signInPath", () => {
  it("leads back to where one was", () => {
    const path = signInPath("/dashboard/keys");
    expect(path).toBe("/sign-in?next=%2Fdashboard%2Fkeys");
    expect(nextPath(path.slice(path.indexOf("?")), ORIGIN)).toBe("/dashboard/keys");
  });

  it("needs no query for the dashboard", () => {
    expect(signInPath("/dashboard")).toBe("/sign-in");
  });
});

describe("keepingNext", () => {
  it("carries the wish to the other entrance", () => {
    expect(keepingNext("/sign-up", "?next=%2Fdashboard%2Fkeys")).toBe("/sign-up?next=%2Fdashboard%2Fkeys");
    expect(keepingNext("/sign-up", "")).toBe("/sign-up");
  });
});
