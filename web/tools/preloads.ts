/**
 * What a page asks for with its first breath, beside what it begins with.
 *
 * The font, on every page: words that are drawn before it has come are drawn twice, and looking for what stands in for
 * it takes longer than all the rest of the first drawing. The call itself, on a join page: it comes while the door is
 * drawn, after what the door needs.
 */
import type { Plugin } from "vite";

type Tag = { tag: "link"; attrs: Record<string, string>; injectTo: "head" };

const link = (attrs: Record<string, string>): Tag => ({ tag: "link", attrs, injectTo: "head" });

export const preloads: Plugin = {
  name: "preloads",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle = {}, filename }) => {
      const fonts = Object.keys(bundle).filter((name) => name.endsWith(".woff2"));
      const call = Object.values(bundle).filter(
        (file) => file.type === "chunk" && file.isDynamicEntry && file.name === "Meeting",
      );
      return [
        // Fonts are asked for without credentials: a preload with them would be another request.
        ...fonts.map((name) =>
          link({ rel: "preload", href: `/${name}`, as: "font", type: "font/woff2", crossorigin: "" }),
        ),
        ...(filename.endsWith("join.html") ? call : []).map(({ fileName }) =>
          link({ rel: "modulepreload", href: `/${fileName}`, crossorigin: "", fetchpriority: "low" }),
        ),
      ];
    },
  },
};
