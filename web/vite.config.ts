/** Builds the client into the Python package, which serves it; `gallery.html` exists in the dev server only. */
import { defineConfig } from "vite";
import { compressed } from "./tools/compressed";
import { earlyScript } from "./tools/earlyScript";
import { entryChunk } from "./tools/entryChunk";
import { preloads } from "./tools/preloads";

const api = "http://127.0.0.1:3000";

export default defineConfig({
  plugins: [earlyScript, preloads, compressed],
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  // The model that finds people, for the blurred background.
  assetsInclude: ["**/*.tflite"],
  build: {
    outDir: "../src/onepizza/static",
    emptyOutDir: true,
    target: "es2022",
    // The API reference is one large library that only /docs loads.
    chunkSizeWarningLimit: 2000,
    // A data: address would need its own exception in the content security policy.
    assetsInlineLimit: 0,
    // Browsers without `modulepreload` load the same files, a step later.
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: "index.html", join: "join.html", docs: "docs.html" },
      output: { manualChunks: entryChunk },
    },
  },
  // Module workers: the blurring one imports its WebAssembly loader.
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    // Tests and pictures of the gallery want a page that stays while its sources are edited.
    ...(process.env["GALLERY_IS_STILL"] ? { hmr: false, watch: null } : {}),
    proxy: {
      "/api": api,
      "/socket.io": { target: api, ws: true },
    },
  },
});
