/**
 * Which modules go into the one chunk that the pages share.
 *
 * Left alone, the bundler makes a chunk for every set of pages that share something: a join page then asks for twenty
 * files of a kilobyte, and each costs more than it carries. Pages of the account keep what only they share.
 */

interface ModuleInfo {
  readonly importedIds: readonly string[];
}

interface Graph {
  getModuleInfo(id: string): ModuleInfo | null;
  getModuleIds(): IterableIterator<string>;
}

/** What a visitor's page may begin with. */
const ROOTS = ["/src/start.tsx", "/src/pages/Home.tsx", "/src/pages/Join.tsx", "/src/pages/Meeting.tsx"];
const OTHERS = ["/src/pages/account/Entrance.tsx", "/src/pages/account/Dashboard.tsx"];

const ofGraph = new WeakMap<Graph["getModuleInfo"], ReadonlySet<string>>();

export function sharedChunk(id: string, graph: Graph): string | undefined {
  let shared = ofGraph.get(graph.getModuleInfo);
  if (!shared) {
    shared = sharedModules(graph);
    ofGraph.set(graph.getModuleInfo, shared);
  }
  return shared.has(id) || id.includes("preload-helper") ? "shared" : undefined;
}

function sharedModules(graph: Graph): ReadonlySet<string> {
  const ids = [...graph.getModuleIds()];
  const reached = (ends: readonly string[]): ReadonlySet<string>[] =>
    ends.map((end) =>
      reachable(
        graph,
        ids.filter((id) => id.endsWith(end)),
      ),
    );
  const [start, ...pages] = reached(ROOTS);
  const all = [...pages, ...reached(OTHERS)];
  const isShared = (id: string): boolean =>
    start?.has(id) || (pages.some((page) => page.has(id)) && all.filter((page) => page.has(id)).length > 1);
  return new Set(ids.filter(isShared));
}

/** Every module that these import, and what those import, without what is loaded on demand. */
function reachable(graph: Graph, from: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}
