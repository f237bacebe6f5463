// Runs dependency-cruiser and fails on a violation, and also when it saw fewer modules than there are files:
// with a TypeScript it cannot parse it reports "no violations" over nothing.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { cruise, format } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";

const configuration = createRequire(import.meta.url)("../dependency-cruiser.cjs");
const sources = readdirSync("src", { recursive: true }).filter((name) => /\.tsx?$/.test(String(name))).length;
const result = await cruise(
  ["src"],
  { ...configuration.options, validate: true, ruleSet: { forbidden: configuration.forbidden } },
  {},
  { tsConfig: extractTSConfig("tsconfig.json") },
);
const report = await format(result.output, { outputType: "err" });
process.stdout.write(`${report.output}\n`);
const parsed = result.output.modules.filter((module) => /^src\/.*\.tsx?$/.test(module.source)).length;
const edges = result.output.summary.totalDependenciesCruised;
if (parsed < sources || sources === 0 || edges === 0) {
  process.stdout.write(
    `check-imports: cruised ${parsed} of ${sources} sources and ${edges} imports; TypeScript too new?\n`,
  );
  process.exit(1);
}
process.exit(result.output.summary.error > 0 ? 1 : 0);
