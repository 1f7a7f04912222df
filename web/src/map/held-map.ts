import type { MapChange, MapEdge, MapNode, MapSnapshot } from './shapes.ts';

/**
 * The map as this page holds it: what the service told last, by id. Things that did not change keep their identity from one
 * state to the next, so that whoever draws them sees at once what there is to do.
 */
export interface HeldMap {
  /** RFC 3339, by the clock of the service. */
  readonly at: string;
  readonly revision: number;
  readonly nodes: ReadonlyMap<string, MapNode>;
  readonly edges: ReadonlyMap<string, MapEdge>;
  readonly reporters: MapSnapshot['reporters'];
  readonly view: MapSnapshot['view'];
  /** False: a moment of the past. */
  readonly live: boolean;
  /** Containers of one image are one node. */
  readonly grouped: boolean;
  readonly leftOut: MapSnapshot['leftOut'];
}

/** What is drawn at most; the service keeps to it, and a page that is told more does not freeze over it. */
export const ELEMENTS = 1000;

/** The whole of it: of things that were held before, those that are the same are kept. */
export function heldFrom(snapshot: MapSnapshot, before?: HeldMap): HeldMap {
  return {
    ...snapshot,
    nodes: byId(snapshot.nodes, before?.nodes),
    edges: byId(snapshot.edges, before?.edges),
  };
}

/** What is held after a change. */
export function heldAfter(held: HeldMap, change: MapChange): HeldMap {
  return {
    ...held,
    at: change.at,
    revision: change.revision,
    grouped: change.grouped,
    nodes: changed(held.nodes, change.nodes, change.goneNodes),
    edges: changed(held.edges, change.edges, change.goneEdges),
    reporters: change.reporters ?? held.reporters,
    leftOut: change.leftOut ?? held.leftOut,
  };
}

function byId<Thing extends { readonly id: string }>(
  things: readonly Thing[],
  before: ReadonlyMap<string, Thing> | undefined,
): ReadonlyMap<string, Thing> {
  const held = new Map<string, Thing>();
  for (const thing of things) {
    const old = before?.get(thing.id);
    held.set(thing.id, old !== undefined && JSON.stringify(old) === JSON.stringify(thing) ? old : thing);
  }
  return held;
}

function changed<Thing extends { readonly id: string }>(
  held: ReadonlyMap<string, Thing>,
  now: readonly Thing[],
  gone: readonly string[],
): ReadonlyMap<string, Thing> {
  if (now.length === 0 && gone.length === 0) return held;
  const after = new Map(held);
  for (const thing of now) after.set(thing.id, thing);
  for (const id of gone) after.delete(id);
  return after;
}

/**
 * What can be drawn of it: edges with both ends, parents that are there and no circle of them, no more than `most` things. A
 * line cannot end at a host that is drawn around its containers: processes of the host itself get a place of their own in it.
 */
export function drawable(held: HeldMap): Drawable {
  let drawn = drawables.get(held);
  if (drawn === undefined) {
    drawn = reckonDrawable(held, ELEMENTS);
    drawables.set(held, drawn);
  }
  return drawn;
}

export interface Drawable {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** What is left out, since it would be more than can be drawn. */
  readonly over: number;
}

/** Several parts of the page ask for the same. */
const drawables = new WeakMap<HeldMap, Drawable>();

function reckonDrawable(held: HeldMap, most: number): Drawable {
  const all = [...held.nodes.values()];
  const parents = new Set(all.flatMap(({ parent }) => (parent === undefined ? [] : [parent])));
  const kept = new Map<string, MapNode>();
  // Parents come before what is in them.
  for (const node of all) if (parents.has(node.id) && kept.size < most) kept.set(node.id, node);
  for (const node of all) if (kept.size < most) kept.set(node.id, node);
  const nodes = new Map([...kept].map(([id, node]) => [id, hasRoom(node, kept) ? node : withoutParent(node)]));
  const around = new Set([...nodes.values()].flatMap(({ parent }) => (parent === undefined ? [] : [parent])));
  const edges: MapEdge[] = [];
  for (const edge of held.edges.values()) {
    if (!nodes.has(edge.source) || !nodes.has(edge.target)) continue;
    const ends = [edge.source, edge.target].map((id) => (around.has(id) ? placeOfOwn(nodes.get(id)!) : nodes.get(id)!));
    const fresh = ends.filter(({ id }) => !nodes.has(id));
    if (nodes.size + edges.length + 1 + fresh.length > most) break;
    const [source, target] = ends as [MapNode, MapNode];
    if (source.id === target.id || source.parent === target.id || target.parent === source.id) continue;
    for (const node of fresh) nodes.set(node.id, node);
    edges.push(source.id === edge.source && target.id === edge.target ? edge : moved(edge, source.id, target.id));
  }
  return {
    nodes: [...nodes.values()],
    edges,
    over: Math.max(0, held.nodes.size + held.edges.size - nodes.size - edges.length),
  };
}

const OWN = ' own';

/** The node that is told about when something on the map is chosen. */
export function realId(id: string): string {
  return id.endsWith(OWN) ? id.slice(0, -OWN.length) : id;
}

const places = new WeakMap<MapNode, MapNode>();

/** Processes of a host that are in no container; of a container whose lines end at itself: it, since its frame can take them. */
function placeOfOwn(node: MapNode): MapNode {
  if (node.kind !== 'host') return node;
  let place = places.get(node);
  if (place === undefined) {
    const { id, label, host = label } = node;
    place = {
      id: `${id}${OWN}`,
      kind: 'process',
      label: 'the host itself',
      parent: id,
      state: 'running',
      host,
      knowledge: 'none',
      counts: { containers: 0, processes: 0, connections: 0 },
    };
    places.set(node, place);
  }
  return place;
}

const movedEdges = new WeakMap<MapEdge, MapEdge>();

/** The same edge for the same edge: what is the same is not drawn again. */
function moved(edge: MapEdge, source: string, target: string): MapEdge {
  let other = movedEdges.get(edge);
  if (other === undefined || other.source !== source || other.target !== target) {
    other = { ...edge, source, target };
    movedEdges.set(edge, other);
  }
  return other;
}

/** Its parents lead to one without a parent, in a few steps. */
function hasRoom(node: MapNode, kept: ReadonlyMap<string, MapNode>): boolean {
  let at: MapNode | undefined = node;
  for (let step = 0; step < 8; step++) {
    if (at?.parent === undefined) return at !== undefined;
    at = kept.get(at.parent);
  }
  return false;
}

function withoutParent({ parent: _, ...node }: MapNode): MapNode {
  return node;
}
