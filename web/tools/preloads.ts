/**
 * Lets every page ask for the font at once, instead of when its first words are laid out.
 *
 * Words that are drawn before it has come are drawn twice, and looking for what stands in for it takes longer than all
 * the rest of the first drawing.
 */
import type { Plugin } from "vite";

export const preloads: Plugin = {
  name: "preloads",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((name) => name.endsWith(".woff2"))
        .map((name) => ({
          tag: "link",
          // Fonts are asked for without credentials: a preload with them would be another request.
          attrs: { rel: "preload", href: `/${name}`, as: "font", type: "font/woff2", crossorigin: "" },
          injectTo: "head",
        })),
  },
};
