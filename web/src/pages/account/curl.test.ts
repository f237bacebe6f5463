import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { curlFor } from "./curl";

const SETTINGS = { muteOnJoin: true, videoOffOnJoin: false, maxParticipants: 50 };

/** What a shell would hand to curl. */
function args(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

describe("curlFor", () => {
  it.each(["Team Standup", 'Bob\'s $(touch /tmp/x) `id` "sync" \\ 🍕', "'; echo hi; '"])(
    "hands the title %j over whole",
    (title) => {
      const given = args(curlFor("https://onepizza.example", { title, ...SETTINGS }));
      expect(given.slice(0, 3)).toEqual(["-X", "POST", "https://onepizza.example/api/meetings"]);
      expect(given).toContain("x-api-key: mk_yourkey");
      expect(JSON.parse(given.at(-1) ?? "")).toEqual({ title, ...SETTINGS });
    },
  );

  it("adds the call that switches the waiting room on", () => {
    const [creation, change] = curlFor("https://onepizza.example", SETTINGS, true).split("\n\n");
    expect(creation).toBe(curlFor("https://onepizza.example", SETTINGS));
    const given = args(`MEETING_ID=abc-defg-hij ADMIN_TOKEN=secret\n${change}`);
    expect(given.slice(0, 3)).toEqual(["-X", "PATCH", "https://onepizza.example/api/meetings/abc-defg-hij/settings"]);
    expect(given).toContain("x-admin-token: secret");
    expect(JSON.parse(given.at(-1) ?? "")).toEqual({ waitingRoom: true });
  });
});
