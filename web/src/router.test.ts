import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("window", { location: { pathname: "/" } });
const { PAGE_PATHS, routeOf } = await import("./router");

describe("routeOf", () => {
  it.each([
    ["/", { page: "home" }],
    ["/join/abc-defg-hij", { page: "join", meetingId: "abc-defg-hij" }],
    ["/join/QWERTY-ABC/", { page: "join", meetingId: "qwerty-abc" }],
    ["/sign-up", { page: "entrance", entrance: "sign-up" }],
    ["/sign-in", { page: "entrance", entrance: "sign-in" }],
    ["/forgot-password", { page: "entrance", entrance: "forgot-password" }],
    ["/reset-password", { page: "entrance", entrance: "reset-password" }],
    ["/dashboard", { page: "dashboard", section: "meetings" }],
    ["/dashboard/meetings", { page: "dashboard", section: "meetings" }],
    ["/dashboard/meetings/ABC-defg-hij", { page: "dashboard", section: "meetings", meetingId: "abc-defg-hij" }],
    ["/dashboard/keys", { page: "dashboard", section: "keys" }],
    ["/dashboard/company", { page: "dashboard", section: "company" }],
    ["/dashboard/billing", { page: "dashboard", section: "billing" }],
    ["/dashboard/profile", { page: "dashboard", section: "profile" }],
  ])("knows %s", (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  it.each([
    "/docs",
    "/join",
    "/join/a b",
    "/join/abc-defg-hij/more",
    "/sign-in/now",
    "/dashboard/keys/1",
    "/dashboard/x",
    "/dashboard/meetings/a b",
    "/dashboard/meetings/abc-defg-hij/more",
  ])("has no page for %s", (path) => {
    expect(routeOf(path)).toEqual({ page: "notFound" });
  });

  it("has a page for every pattern it lists", () => {
    const examples = PAGE_PATHS.map((pattern) =>
      pattern.replace(":meetingId", "abc-defg-hij").replace(":section", "keys"),
    );
    expect(examples.map((path) => routeOf(path).page)).not.toContain("notFound");
  });
});
