/** The colour of the browser around the page: a phone draws its bars in it. */

/** Take the stage's colour in both themes, and give the page's own back at the end. */
export function darkenBrowser(page: Document): () => void {
  const stage = getComputedStyle(page.documentElement).getPropertyValue("--stage").trim();
  const metas = [...page.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')];
  const before = metas.map((meta) => meta.content);
  for (const meta of metas) meta.content = stage;
  return () => {
    for (const [index, meta] of metas.entries()) meta.content = before[index] ?? "";
  };
}
