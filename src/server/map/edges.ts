import type { MapEdge } from './map-schema.ts';
import { sum } from './nodes.ts';
import type { Link, Place } from './place.ts';

const MOST_PORTS = 20;
const MOST_NAMES = 5;

/** All connections from one node to another. */
interface Bundle {
  readonly source: string;
  readonly target: string;
  /** Twice the port, one more for UDP -> open connections. */
  readonly ports: Map<number, number>;
  readonly names: Set<string>;
  open: number;
  seen: number;
  lastOpen: number;
  /** All of them are guesses. */
  guessed: boolean;
  published: boolean;
  /** All of them are told of by one side alone. */
  oneSided: boolean;
  /** All of them are gone. */
  gone: boolean;
  lastGone: number;
}

/** What goes from node to node. */
interface Bundled {
  /** Open connections of each node that has any edge. */
  readonly open: ReadonlyMap<string, number>;
  /** How many edges there are. */
  readonly pairs: number;
  /** Made when they are wanted: there may be far more than are shown. */
  edges(): MapEdge[];
}

/**
 * Edges between nodes of a view, and open connections of each node.
 * @param idOf the node that a place is shown as; undefined: it is not shown, and neither are its connections
 */
export function bundle(links: readonly Link[], idOf: (place: Place) => string | undefined): Bundled {
  const bundles = new Map<string, Map<string, Bundle>>();
  const open = new Map<string, number>();
  for (const link of links) {
    const source = idOf(link.client);
    const target = source === undefined ? undefined : idOf(link.server);
    if (source === undefined || target === undefined) continue;
    const isGone = link.entry.gone !== undefined;
    const now = isGone ? 0 : link.entry.facts.open;
    open.set(source, (open.get(source) ?? 0) + now);
    if (source === target) continue;
    open.set(target, (open.get(target) ?? 0) + now);
    let ofSource = bundles.get(source);
    if (ofSource === undefined) {
      ofSource = new Map();
      bundles.set(source, ofSource);
    }
    let one = ofSource.get(target);
    if (one === undefined) {
      one = empty(source, target);
      ofSource.set(target, one);
    }
    put(one, link, now);
  }
  return {
    open,
    pairs: sum([...bundles.values()], (ofSource) => ofSource.size),
    edges: () => [...bundles.values()].flatMap((ofSource) => [...ofSource.values()].map(edgeOf)),
  };
}

function empty(source: string, target: string): Bundle {
  return {
    ...{ source, target, ports: new Map(), names: new Set() },
    ...{ open: 0, seen: 0, lastOpen: 0, guessed: true, published: false, oneSided: true, gone: true, lastGone: 0 },
  };
}

function put(one: Bundle, { entry, port, published, toldBy }: Link, open: number): void {
  const { facts, gone, lastOpen } = entry;
  const key = port * 2 + (facts.protocol === 'udp' ? 1 : 0);
  one.ports.set(key, (one.ports.get(key) ?? 0) + open);
  if (facts.name !== undefined && one.names.size < MOST_NAMES) one.names.add(facts.name);
  one.open += open;
  one.seen += facts.seen;
  if (lastOpen > one.lastOpen) one.lastOpen = lastOpen;
  if (facts.guessed !== true) one.guessed = false;
  if (published) one.published = true;
  if (toldBy === undefined) one.oneSided = false;
  if (gone === undefined) one.gone = false;
  else if (gone > one.lastGone) one.lastGone = gone;
}

function edgeOf(one: Bundle): MapEdge {
  const ports = [...one.ports].sort(([a, open], [b, others]) => others - open || a - b).slice(0, MOST_PORTS);
  return {
    id: `${one.source}>${one.target}`,
    kind: 'traffic',
    source: one.source,
    target: one.target,
    ports: ports.map(([key, open]) => ({ protocol: key % 2 === 1 ? 'udp' : 'tcp', port: key >> 1, open })),
    names: [...one.names].sort(),
    open: one.open,
    seen: one.seen,
    // While one is open, that is now, and nothing that would have to be told each second.
    ...(one.open === 0 && { lastSeen: new Date(one.lastOpen).toISOString() }),
    ...(one.guessed && { guessed: true }),
    ...(one.published && { published: true }),
    ...(one.oneSided && { oneSided: true }),
    ...(one.gone && { gone: new Date(one.lastGone).toISOString() }),
  };
}
