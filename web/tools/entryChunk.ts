/**
 * Keeps all that the entry needs in one file.
 *
 * Left alone, the bundler makes a file of every set of modules that two pages share: a join page then asks for twenty
 * of a kilobyte, and each costs more than it carries.
 */
import type { Rollup } from "vite";

type Graph = Pick<Rollup.ManualChunkMeta, "getModuleInfo" | "getModuleIds">;

const ENTRY = "/src/main.tsx";

const ofGraph = new WeakMap<Graph["getModuleInfo"], ReadonlySet<string>>();

export function entryChunk(id: string, graph: Graph): string | undefined {
  let modules = ofGraph.get(graph.getModuleInfo);
  if (!modules) {
    modules = reachable(graph, ENTRY);
    ofGraph.set(graph.getModuleInfo, modules);
  }
  return modules.has(id) || id.includes("preload-helper") ? "main" : undefined;
}

/** A module, every one that it imports, and what those import, without what is loaded on demand. */
function reachable(graph: Graph, end: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...graph.getModuleIds()].filter((id) => id.endsWith(end));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}
