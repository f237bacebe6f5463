/**
 * Puts the script that opens the socket into the join page itself: as a file it would come a step later, and run when
 * the page's own code is already being read. The server names its hash in the content security policy.
 */
import { readFile } from "node:fs/promises";
import { type Plugin, transformWithEsbuild } from "vite";

const SOURCE = new URL("../src/protocol/early.ts", import.meta.url);

export const earlyScript: Plugin = {
  name: "early-script",
  transformIndexHtml: {
    order: "post",
    handler: async (_html, { path }) => {
      if (!path.endsWith("/join.html")) return [];
      const source = await readFile(SOURCE, "utf8");
      const { code } = await transformWithEsbuild(source, "early.ts", {
        format: "iife",
        minify: true,
        target: "es2022",
      });
      return [{ tag: "script", children: code.trim(), injectTo: "head-prepend" }];
    },
  },
};
