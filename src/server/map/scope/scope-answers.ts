import type { ScopeAnswers } from '../map-part.ts';
import type { World } from '../world.ts';
import { containers, containersByHostname, containersByImage } from './scope-containers.ts';
import { scopeDetails } from './scope-details.ts';
import { hosts } from './scope-hosts.ts';
import type { Query, ScopeKind } from './scope-kind.ts';
import { processes, processesByName } from './scope-processes.ts';
import { scopeReport } from './scope-report.ts';
import { ScopeTopology } from './scope-topology.ts';

/** By the names in addresses; those of the list in the order of their own names, as there. */
const kinds: ReadonlyMap<string, ScopeKind> = new Map([
  ['containers', containers],
  ['containers-by-hostname', containersByHostname],
  ['containers-by-image', containersByImage],
  ['hosts', hosts],
  ['processes', processes],
  ['processes-by-name', processesByName],
]);

/** Topologies of one world that are kept: each option asked for makes another. */
const MOST_KEPT = 24;

/**
 * Answers in the shapes of Weave Scope 1.13: its topologies of hosts, containers and processes, with its ids
 * (`ID;<container>`, `HOST;PID`, `NAME;<host>`), labels, rows and options. Kubernetes, ECS and Swarm are left out, and so is all
 * that is read of images and not of what runs.
 */
export function scopeAnswers(world: World, version: string, keepsHistory: boolean): ScopeAnswers {
  const made = new Map<string, ScopeTopology>();
  const topologyOf = (id: string, kind: ScopeKind, query: Query): ScopeTopology => {
    const chosen = choose(kind, query);
    const key = JSON.stringify([id, chosen]);
    let found = made.get(key);
    if (found === undefined) {
      found = new ScopeTopology(kind, world, chosen);
      if (made.size < MOST_KEPT) made.set(key, found);
    }
    return found;
  };
  const listed = (query: Query, parent: string | undefined): object[] =>
    [...kinds]
      .filter(([, kind]) => kind.parent === parent)
      .map(([id, kind]) => {
        const below = listed(query, id);
        const { name, rank = 0, hideIfEmpty, options } = kind;
        return {
          ...{ name, rank, hide_if_empty: hideIfEmpty, options, url: `/api/topology/${id}` },
          ...(below.length > 0 && { sub_topologies: below }),
          stats: topologyOf(id, kind, query).stats,
        };
      });
  return {
    about: () => ({
      id: 'drydock',
      version: `drydock ${version}`,
      hostname: world.graph.hosts[0]?.name ?? '',
      capabilities: { report_persistence: keepsHistory, historic_reports: keepsHistory },
    }),
    topologies: (query) => listed(query, undefined).sort(byName),
    topology: (name, query) => {
      const kind = kinds.get(name);
      return kind && { nodes: topologyOf(name, kind, query).nodes() };
    },
    node: (name, id) => {
      const kind = kinds.get(name);
      const node = kind && topologyOf(name, kind, {}).node(id);
      return node && { node: { ...node, ...scopeDetails(world, name, kind, id) } };
    },
    probes: () =>
      world.reporters.map(({ host, name, lastSeen }) => ({
        id: host,
        hostname: name,
        version: `drydock ${version}`,
        lastSeen,
      })),
    report: () => scopeReport(world),
  };
}

/** Where there is no parameter at all no option is applied, not even its default, as there. */
function choose({ options }: ScopeKind, query: Query): Query {
  if (Object.keys(query).length === 0) return {};
  return Object.fromEntries(options.map(({ id, defaultValue }) => [id, query[id] ?? defaultValue]));
}

function byName(a: object, b: object): number {
  const [one, other] = [a, b].map((topology) => (topology as { readonly name: string }).name);
  return one! < other! ? -1 : 1;
}
