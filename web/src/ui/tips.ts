/**
 * Let Escape put away the words that stand over a button under the pointer or with the focus, until the next one has
 * them (WCAG 1.4.13). Returns a function that ends it.
 */
export function hideTipsOnEscape(page: Document): () => void {
  const root = page.documentElement;
  const show = (): void => {
    root.removeAttribute("data-tips");
    page.removeEventListener("focusin", show);
    page.removeEventListener("pointerover", show);
  };
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key !== "Escape") return;
    root.setAttribute("data-tips", "hidden");
    page.addEventListener("focusin", show);
    page.addEventListener("pointerover", show);
  };
  page.addEventListener("keydown", onKeyDown, { capture: true });
  return () => {
    show();
    page.removeEventListener("keydown", onKeyDown, { capture: true });
  };
}
