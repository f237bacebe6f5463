/** The staircase of the web client: pages -> ui -> meeting -> {media, protocol}. */
const ours = "^src/(main|join|start|router|pages|ui|meeting|media|protocol)";

module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "protocol-stands-alone",
      comment: "The wire knows no state and no view.",
      severity: "error",
      from: { path: "^src/protocol/" },
      to: { path: ours, pathNot: "^src/protocol/" },
    },
    {
      name: "media-stands-alone",
      comment: "Browser media knows no socket: what it must send goes through its interfaces.",
      severity: "error",
      from: { path: "^src/media/" },
      to: { path: ours, pathNot: "^src/media/" },
    },
    {
      name: "meeting-knows-no-view",
      severity: "error",
      from: { path: "^src/meeting/" },
      to: { path: ours, pathNot: "^src/(meeting|media|protocol)/" },
    },
    {
      name: "ui-reads-meeting-only",
      severity: "error",
      from: { path: "^src/ui/" },
      to: { path: ours, pathNot: "^src/(ui|meeting)/" },
    },
    {
      name: "pages-call-rest-only",
      comment: "Pages may ask the REST API; sockets and media belong to the meeting.",
      severity: "error",
      from: { path: "^src/pages/" },
      to: { path: ours, pathNot: "^src/(pages|ui|meeting|router)|^src/protocol/(rest|http)" },
    },
    {
      name: "no-tests-in-the-product",
      severity: "error",
      from: { pathNot: "[.]test[.]tsx?$|^src/testing/" },
      to: { path: "[.]test[.]tsx?$|^src/testing/" },
    },
    {
      name: "everything-resolves",
      comment: "Addresses of files in packages (`?url`) are checked by the build.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^vite/client$|^@mediapipe/.*[?]url$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".mjs", ".css"] },
  },
};
