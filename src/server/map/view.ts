import { compareSeverity } from '../../model/severity.ts';
import { HostsShape, ImagesShape } from './coarse-shapes.ts';
import { ContainersShape } from './containers-shape.ts';
import { bundle } from './edges.ts';
import type { ViewQuery } from './map-query.ts';
import { wordsOf } from './map-query.ts';
import type { MapNode, MapSnapshot } from './map-schema.ts';
import { NetworksShape } from './networks-shape.ts';
import type { Place } from './place.ts';
import { ProcessesShape } from './processes-shape.ts';
import type { Shape, ShapeOptions } from './shape.ts';
import { ViewFilter } from './view-filter.ts';
import type { World } from './world.ts';

/** Nodes and edges that one answer has at most. */
export const MOST_ELEMENTS = 1000;

/** Steps of grouping that there are. */
const LEVELS = 3;

export type Shown = Pick<MapSnapshot, 'grouped' | 'nodes' | 'edges' | 'leftOut'>;

/** What is shown, and as which of its nodes a place is. */
export interface Arranged {
  readonly shown: Shown;
  idOf(place: Place): string | undefined;
  /** How it came to that, for the next time. */
  readonly hint: ArrangeHint;
}

/** What was found out before: at which level all fits, and how much there is of it at level 0. */
export interface ArrangeHint {
  readonly level: number;
  readonly first: Counts;
}

/** Shows a world: as exactly as fits into the elements that a browser can draw and a person can see. */
export function show(world: World, query: ViewQuery, most = MOST_ELEMENTS): Shown {
  return arrange(world, query, most).shown;
}

/**
 * The same, for whoever has to find things in it.
 * @param hint of a moment ago: finding out anew that all is too much costs more than the rest
 */
export function arrange(world: World, query: ViewQuery, most = MOST_ELEMENTS, hint?: ArrangeHint): Arranged {
  const filter = new ViewFilter(query);
  const expand = new Set(wordsOf(query.expand));
  const unconnected = query.unconnected === 'show';
  let first = hint?.first;
  for (let level = hint?.level ?? 0; ; level++) {
    const shape = makeShape(query.view, { world, filter, expand, unconnected, level });
    const idOf = remembered((place) => shape.idOf(place));
    const { edges, open, pairs } = bundle(world.graph.links, idOf);
    const nodes = shape.nodes(open).map((node) => withOpen(node, open));
    const more = shape.edges?.() ?? [];
    first ??= { nodes: nodes.length, edges: pairs + more.length };
    const isLast = level === LEVELS - 1;
    if (nodes.length + pairs + more.length > most && !isLast) continue;
    const ids = new Set(nodes.map(({ id }) => id));
    const all = [...edges(), ...more].filter(({ source, target }) => ids.has(source) && ids.has(target));
    const shown = { grouped: shape.isGrouped, nodes, edges: all, leftOut: { nodes: 0, edges: 0, why: '' } };
    const isTooMuch = nodes.length + all.length > most;
    return { shown: withReason(isTooMuch ? cut(shown, most) : shown, first, most), idOf, hint: { level, first } };
  }
}

/** Connections share their places: each is looked at once. */
function remembered(idOf: (place: Place) => string | undefined): (place: Place) => string | undefined {
  const known = new Map<Place, string | undefined>();
  return (place) => {
    const id = known.get(place);
    if (id !== undefined || known.has(place)) return id;
    const found = idOf(place);
    known.set(place, found);
    return found;
  };
}

function makeShape(view: ViewQuery['view'], options: ShapeOptions): Shape {
  switch (view) {
    case 'containers':
      return new ContainersShape(options);
    case 'processes':
      return new ProcessesShape(options);
    case 'hosts':
      return new HostsShape(options);
    case 'images':
      return new ImagesShape(options);
    case 'networks':
      return new NetworksShape(options);
  }
}

function withOpen(node: MapNode, open: ReadonlyMap<string, number>): MapNode {
  const connections = open.get(node.id) ?? 0;
  return connections === 0 ? node : { ...node, counts: { ...node.counts, connections } };
}

/** What there is. */
interface Counts {
  readonly nodes: number;
  readonly edges: number;
}

function withReason(shown: Shown, all: Counts, most: number): Shown {
  const nodes = Math.max(0, all.nodes - shown.nodes.length);
  const edges = Math.max(0, all.edges - shown.edges.length);
  if (nodes + edges === 0) return shown;
  const how = shown.grouped ? 'what is alike is one node' : 'the gravest and busiest are shown';
  const why = `There are ${all.nodes} nodes and ${all.edges} edges, and at most ${most} are shown: ${how}.`;
  return { ...shown, leftOut: { nodes, edges, why } };
}

/** The gravest and busiest of them, with the nodes that they stand in. */
function cut({ grouped, nodes, edges, leftOut }: Shown, most: number): Shown {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Set(nodes.flatMap(({ parent }) => parent ?? []));
  const order = nodes.filter(({ id }) => !parents.has(id)).sort((a, b) => rank(b, a));
  const kept = new Set<string>();
  const room = Math.max(1, Math.floor(most * 0.6));
  for (const { id } of order) {
    const line = lineage(byId, id).filter((one) => !kept.has(one));
    if (kept.size + line.length > room) break;
    for (const one of line) kept.add(one);
  }
  const keptNodes = nodes.filter(({ id }) => kept.has(id));
  const keptEdges = edges
    .filter(({ source, target }) => kept.has(source) && kept.has(target))
    .sort((a, b) => b.open - a.open || b.seen - a.seen)
    .slice(0, most - keptNodes.length);
  return { grouped, nodes: keptNodes, edges: keptEdges, leftOut };
}

function lineage(byId: ReadonlyMap<string, MapNode>, id: string): string[] {
  const line: string[] = [];
  for (let node = byId.get(id); node !== undefined && line.length < 5; node = byId.get(node.parent ?? ''))
    line.push(node.id);
  return line;
}

function rank(a: MapNode, b: MapNode): number {
  const severity = compareSeverity(a.worst?.severity ?? 'unknown', b.worst?.severity ?? 'unknown');
  return severity || a.counts.connections - b.counts.connections || (a.id < b.id ? 1 : -1);
}
