import type { HeldMap } from './held-map.ts';
import type { MapEdge, MapNode } from './shapes.ts';

/** What containers are drawn together by: what they have in common stands around them. */
export type Grouping = 'host' | 'project' | 'network' | 'image' | 'none';

export const GROUPINGS = ['host', 'project', 'network', 'image', 'none'] as const satisfies readonly Grouping[];

const FRAME = 'frame:';

/** It stands around containers that have something in common, and is nothing that the service could tell about. */
export function isFrame(id: string): boolean {
  return id.startsWith(FRAME);
}

const known = new WeakMap<HeldMap, Map<Grouping, HeldMap>>();

/**
 * The same map with its containers in other frames. What did not change keeps its identity. Hosts stand around nothing then:
 * those that somebody talks to are nodes of their own, others are left out.
 */
export function regrouped(held: HeldMap, by: Grouping): HeldMap {
  if (by === 'host' || held.view !== 'containers') return held;
  let all = known.get(held);
  if (all === undefined) {
    all = new Map();
    known.set(held, all);
  }
  let made = all.get(by);
  if (made === undefined) {
    made = regroup(held, by);
    all.set(by, made);
  }
  return made;
}

function regroup(held: HeldMap, by: Exclude<Grouping, 'host'>): HeldMap {
  const ends = endsOf(held.edges.values());
  const nodes = new Map<string, MapNode>();
  const members = new Map<string, MapNode[]>();
  for (const [id, node] of held.nodes) {
    if (node.kind === 'host') {
      if (ends.has(id)) nodes.set(id, node);
      continue;
    }
    // What is in an open container stays there.
    if (held.nodes.get(node.parent ?? '')?.kind !== 'host') {
      if (node.kind !== 'group') {
        nodes.set(id, node);
        continue;
      }
    }
    const name = nameOf(node, by);
    const frame = name === undefined ? undefined : `${FRAME}${by}:${name}`;
    nodes.set(id, framed(node, frame));
    if (frame !== undefined) members.set(frame, [...(members.get(frame) ?? []), node]);
  }
  for (const [id, those] of members) nodes.set(id, frameOf(id, by, those));
  return { ...held, nodes };
}

function endsOf(edges: Iterable<MapEdge>): ReadonlySet<string> {
  const ends = new Set<string>();
  for (const { source, target } of edges) {
    ends.add(source);
    ends.add(target);
  }
  return ends;
}

function nameOf({ project, networks, image }: MapNode, by: Exclude<Grouping, 'host'>): string | undefined {
  if (by === 'project') return project;
  if (by === 'network') return networks?.[0];
  return by === 'image' ? image : undefined;
}

const framedNodes = new WeakMap<MapNode, MapNode>();

/** The same node for the same node: what is the same is not drawn again. */
function framed(node: MapNode, frame: string | undefined): MapNode {
  if (node.parent === frame) return node;
  let other = framedNodes.get(node);
  if (other === undefined || other.parent !== frame) {
    const { parent: _, ...rest } = node;
    other = frame === undefined ? rest : { ...rest, parent: frame };
    framedNodes.set(node, other);
  }
  return other;
}

const frames = new Map<string, MapNode>();
const MOST_FRAMES = 2000;

function frameOf(id: string, by: Grouping, members: readonly MapNode[]): MapNode {
  const containers = members.reduce((sum, { counts }) => sum + Math.max(1, counts.containers), 0);
  const label = id.slice(FRAME.length + by.length + 1);
  const before = frames.get(id);
  if (before?.counts.containers === containers) return before;
  const frame: MapNode = {
    ...{ id, kind: 'group', label, state: 'running', knowledge: 'none' },
    counts: { containers, processes: 0, connections: 0 },
  };
  if (frames.size >= MOST_FRAMES) frames.clear();
  frames.set(id, frame);
  return frame;
}
