import { describe, expect, it, vi } from "vitest";

vi.stubGlobal("navigator", { userAgent: "X11; Linux x86_64" });
vi.stubGlobal("document", { documentElement: { lang: "" } });
const { keysFor, shortcutOf } = await import("./shortcuts");
const { chooseLanguage, languageReady } = await import("./language");
await import("./translations");

function press(code: string, change: Partial<KeyboardEvent> & { readonly isAltGr?: boolean } = {}): KeyboardEvent {
  const { isAltGr = false, ...keys } = change;
  const held = { ctrlKey: true, altKey: false, metaKey: false, shiftKey: false, repeat: false };
  return {
    code,
    ...held,
    ...keys,
    getModifierState: (name: string) => name === "AltGraph" && isAltGr,
  } as KeyboardEvent;
}

describe("shortcutOf", () => {
  it.each([
    ["Ctrl+D", press("KeyD"), "mic"],
    ["Ctrl+E", press("KeyE"), "camera"],
    ["Ctrl+Alt+C", press("KeyC", { altKey: true }), "chat"],
    ["Ctrl+C, which copies", press("KeyC"), null],
    ["a held key", press("KeyD", { repeat: true }), null],
    ["with Shift", press("KeyD", { shiftKey: true }), null],
    ["a letter alone", press("KeyD", { ctrlKey: false }), null],
    ["AltGr+C, which writes a letter", press("KeyC", { altKey: true, isAltGr: true }), null],
  ])("knows %s", (_, event, name) => {
    expect(shortcutOf(event)).toBe(name);
  });
});

describe("keysFor", () => {
  it.each([
    ["en", ["Ctrl+D", "Ctrl+Alt+C"]],
    ["de", ["Strg+D", "Strg+Alt+C"]],
  ] as const)("names the keys as they are labelled where people speak %s", async (language, expected) => {
    chooseLanguage(language);
    await languageReady();
    expect([keysFor("mic"), keysFor("chat")]).toEqual(expected);
  });
});
