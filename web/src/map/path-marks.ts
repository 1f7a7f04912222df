import type { MapAttackPath } from '../api/schema.ts';
import type { MapMarks } from './drawn-map.ts';
import type { HeldMap } from './held-map.ts';

/**
 * What of the map an attack path goes over, and what its present step is about. What is inside something closed stands for
 * nothing; the path names what is around it, too.
 */
export function pathMarks(path: MapAttackPath, step: number, held: HeldMap): NonNullable<MapMarks['path']> {
  const seen = (id: string | undefined): string[] => (id !== undefined && held.nodes.has(id) ? [id] : []);
  const nodes = new Set([
    ...path.nodes.flatMap(seen),
    ...path.steps.flatMap(({ node, edge }) => [...seen(node), ...(edge ?? []).flatMap(seen)]),
  ]);
  const pairs = new Set(
    path.steps.flatMap(({ edge }) => (edge === undefined ? [] : [JSON.stringify(edge.slice(0, 2))])),
  );
  const order = path.nodes.flatMap(seen);
  for (const [i, id] of order.entries()) if (i > 0) pairs.add(JSON.stringify([order[i - 1], id]));
  const edges = new Set<string>();
  const now = new Set<string>();
  const current = path.steps[Math.min(step, path.steps.length - 1)];
  for (const { id, source, target, kind } of held.edges.values()) {
    if (kind === 'traffic' && pairs.has(JSON.stringify([source, target]))) edges.add(id);
  }
  for (const id of [...seen(current?.node), ...(current?.edge ?? []).flatMap(seen)]) now.add(id);
  return { nodes, edges, step: now };
}
