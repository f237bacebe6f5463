import { afterEach, describe, expect, it, vi } from "vitest";

/** A fresh module a test: the language is state of the page. */
async function page(stored: string | null, preferred: readonly string[]) {
  vi.resetModules();
  const kept = new Map<string, string>(stored === null ? [] : [["onepizza.language", stored]]);
  const root = { lang: "en" };
  vi.stubGlobal("window", {
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (k: string, v: string) => kept.set(k, v),
    },
  });
  vi.stubGlobal("document", { documentElement: root });
  vi.stubGlobal("navigator", { languages: preferred });
  const language = await import("./language");
  const { text } = await import("./text");
  await import("./translations");
  return { ...language, text, kept, root };
}

afterEach(() => vi.unstubAllGlobals());

describe("languageOf", () => {
  it.each([
    [null, ["en-GB", "de"], "en"],
    [null, ["de-AT", "en"], "de"],
    [null, ["fr", "de", "en"], "de"],
    [null, ["fr", "ja"], "en"],
    [null, [], "en"],
    ["de", ["en"], "de"],
    ["en", ["de"], "en"],
    ["xx", ["de"], "de"],
  ] as const)("chosen %s, browser %s: %s", async (choice, preferred, expected) => {
    const { languageOf } = await page(null, []);
    expect(languageOf(choice, preferred)).toBe(expected);
  });
});

describe("a catalogue", () => {
  it("is English until the other words have come, and then changes as a whole", async () => {
    const { startLanguage, languageReady, text, root, language } = await page(null, ["de-DE"]);
    startLanguage();
    expect([text.home.start, text.call.leave, language.value]).toEqual(["Start a meeting", "Leave", "en"]);
    await languageReady();
    expect([text.home.start, text.call.leave, language.value]).toEqual(["Treffen starten", "Verlassen", "de"]);
    expect(root.lang).toBe("de");
  });

  it("follows a choice and keeps it", async () => {
    const { startLanguage, chooseLanguage, languageReady, text, kept, root } = await page("de", ["en"]);
    startLanguage();
    await languageReady();
    chooseLanguage("en");
    await languageReady();
    expect([text.common.cancel, root.lang, kept.get("onepizza.language")]).toEqual(["Cancel", "en", "en"]);
  });

  it("that comes later brings its words before the page is shown", async () => {
    const { startLanguage, languageReady, catalogue, translate } = await page("de", []);
    startLanguage();
    await languageReady();
    const words = catalogue({ keys: { title: "Keys" } });
    translate(words, { de: async () => ({ keys: { title: "Schlüssel" } }) });
    await languageReady();
    expect(words.keys.title).toBe("Schlüssel");
  });

  it("stays in the old language when the new one does not load", async () => {
    const { chooseLanguage, languageReady, catalogue, translate, text, language } = await page(null, ["en"]);
    translate(catalogue({ a: "b" }), { de: () => Promise.reject(new Error("offline")) });
    chooseLanguage("de");
    await languageReady();
    expect([text.common.cancel, language.value]).toEqual(["Cancel", "en"]);
  });

  it("of a choice that was taken back does not come after all", async () => {
    const { chooseLanguage, languageReady, text, root } = await page(null, ["en"]);
    chooseLanguage("de");
    const german = languageReady();
    chooseLanguage("en");
    await Promise.all([german, languageReady()]);
    expect([text.common.cancel, root.lang]).toEqual(["Cancel", "en"]);
  });
});

describe("the German words", () => {
  it("have words wherever the English have, and count", async () => {
    const { german } = await import("./text.de");
    expect(german.notices.joined(["Ada"])).toBe("Ada ist jetzt dabei");
    expect(german.notices.joined(["Ada", "Bob"])).toBe("Ada und Bob sind jetzt dabei");
    expect(german.notices.left(["Ada", "Bob", "Eve", "Kim"])).toBe("Ada, Bob und 2 andere haben das Treffen verlassen");
    expect([1, 2].map(german.call.count)).toEqual(["1 Person", "2 Personen"]);
  });
});
