import { pypiName } from '../../model/purl.ts';
import type { TomlTable } from '../toml.ts';

/** Steps along dependencies that are made for one file; the largest real ones take some ten thousand. */
const MAX_STEPS = 2_000_000;

/** Where packages of one name lead to. */
interface Node {
  readonly needs: Set<string>;
  /** Extras and dependency groups of the project, and where each leads to. */
  readonly groups: Map<string, Set<string>>;
  isProject: boolean;
}

/**
 * Finds which packages of `uv.lock` only extras and dependency groups lead to. The file has the dependencies of each package,
 * and those of the project by group; so all are followed from the project on.
 * @returns groups by name, as PEP 503 writes it; packages for use, and those that nothing leads to, are not in it
 */
export function uvGroups(entries: readonly TomlTable[]): ReadonlyMap<string, readonly string[]> {
  const nodes = readNodes(entries);
  const projects = [...nodes].filter(([, node]) => node.isProject);
  const walk = new Walk(nodes);
  const used = new Set(projects.map(([name]) => name));
  walk.follow(
    projects.flatMap(([, { needs }]) => [...needs]),
    used,
  );
  const found = new Map<string, string[]>();
  for (const [, { groups }] of projects) {
    for (const [group, names] of groups) {
      const reached = new Set<string>();
      walk.follow([...names], reached);
      for (const name of reached) {
        if (used.has(name)) continue;
        const own = found.get(name);
        if (own === undefined) found.set(name, [group]);
        else if (!own.includes(group) && own.length < 50) own.push(group);
      }
    }
  }
  // A walk that was cut may have missed that something is for use: then all is.
  return walk.isCut ? new Map() : found;
}

function readNodes(entries: readonly TomlTable[]): ReadonlyMap<string, Node> {
  const nodes = new Map<string, Node>();
  for (const entry of entries) {
    const name = entry.text('name');
    if (name === undefined) continue;
    const key = pypiName(name);
    const node = nodes.get(key) ?? { needs: new Set(), groups: new Map(), isProject: false };
    nodes.set(key, node);
    const source = entry.table('source');
    node.isProject ||= source.has('virtual') || source.has('editable');
    for (const one of namesOf(entry, 'dependencies')) node.needs.add(one);
    for (const kind of ['optional-dependencies', 'dev-dependencies']) {
      const table = entry.table(kind);
      for (const group of table.keys()) {
        const names = node.groups.get(group) ?? new Set();
        for (const one of namesOf(table, group)) names.add(one);
        node.groups.set(group, names);
      }
    }
  }
  return nodes;
}

function namesOf(table: TomlTable, key: string): readonly string[] {
  return table.tables(key).flatMap((one) => {
    const name = one.text('name');
    return name === undefined ? [] : [pypiName(name)];
  });
}

class Walk {
  readonly #nodes: ReadonlyMap<string, Node>;
  #steps = 0;

  constructor(nodes: ReadonlyMap<string, Node>) {
    this.#nodes = nodes;
  }

  get isCut(): boolean {
    return this.#steps > MAX_STEPS;
  }

  /** Adds everything that names lead to. Extras of packages that are not the project's stand there only where asked for. */
  follow(names: readonly string[], reached: Set<string>): void {
    const open = [...names];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (++this.#steps > MAX_STEPS) return;
      if (reached.has(name)) continue;
      reached.add(name);
      const node = this.#nodes.get(name);
      if (node === undefined) continue;
      for (const next of node.needs) open.push(next);
      if (node.isProject) continue;
      for (const extra of node.groups.values()) for (const next of extra) open.push(next);
    }
  }
}
