import type { Place } from '../place.ts';
import type { World } from '../world.ts';
import { UNCONTAINED } from './scope-containers.ts';
import type { Query, ScopeKind, ScopeNode, Thing } from './scope-kind.ts';

/** Which end of a connection a place is. */
export type Direction = 'in' | 'out';

export interface TopologyStats {
  readonly node_count: number;
  readonly nonpseudo_node_count: number;
  readonly edge_count: number;
  readonly filtered_nodes: number;
}

/** The id of what a place is in a topology, that of what is outside of all hosts as well. */
export function idIn(kind: ScopeKind, place: Place, direction: Direction): string | undefined {
  const { outside } = place;
  if (outside !== undefined) return outside.isPublic ? `${direction}-theinternet` : `pseudo:${outside.label}`;
  return kind.idOf(place);
}

/** One topology of a world: who is in it, and who calls whom. Its nodes are made only where somebody wants to see them. */
export class ScopeTopology {
  readonly #things = new Map<string, { readonly thing: Thing; count: number }>();
  readonly #pseudo = new Map<string, ScopeNode>();
  readonly #adjacency = new Map<string, Set<string>>();
  #filtered = 0;

  constructor(kind: ScopeKind, world: World, chosen: Query) {
    for (const thing of kind.things(world, chosen)) {
      const known = this.#things.get(thing.id);
      if (known === undefined) this.#things.set(thing.id, { thing, count: 1 });
      else known.count++;
    }
    const connected = new Set<string>();
    for (const { client, server } of world.graph.links) {
      const [from, to] = [idIn(kind, client, 'in'), idIn(kind, server, 'out')];
      if (from === undefined || to === undefined) continue;
      this.#addPseudo(client, from, chosen);
      this.#addPseudo(server, to, chosen);
      if (!this.#has(from) || !this.#has(to)) continue;
      const known = this.#adjacency.get(from);
      if (known === undefined) this.#adjacency.set(from, new Set([to]));
      else known.add(to);
      connected.add(from);
      connected.add(to);
    }
    for (const id of this.#pseudo.keys()) if (!connected.has(id)) this.#pseudo.delete(id);
    if (chosen['unconnected'] !== 'hide') return;
    for (const id of this.#things.keys()) {
      if (connected.has(id)) continue;
      this.#things.delete(id);
      this.#filtered++;
    }
  }

  get stats(): TopologyStats {
    let edges = 0;
    for (const to of this.#adjacency.values()) edges += to.size;
    return {
      node_count: this.#things.size + this.#pseudo.size,
      nonpseudo_node_count: this.#things.size,
      edge_count: edges,
      filtered_nodes: this.#filtered,
    };
  }

  nodes(): Record<string, ScopeNode> {
    const nodes: Record<string, ScopeNode> = Object.create(null) as Record<string, ScopeNode>;
    for (const id of [...this.#things.keys(), ...this.#pseudo.keys()]) nodes[id] = this.node(id)!;
    return nodes;
  }

  node(id: string): ScopeNode | undefined {
    const known = this.#things.get(id);
    const node = known === undefined ? this.#pseudo.get(id) : known.thing.make(known.count);
    const to = this.#adjacency.get(id);
    return node === undefined || to === undefined ? node : { ...node, adjacency: [...to].sort() };
  }

  #has(id: string): boolean {
    return this.#things.has(id) || this.#pseudo.has(id);
  }

  #addPseudo(place: Place, id: string, { pseudo }: Query): void {
    if (this.#has(id) || (pseudo === 'hide' && place.outside === undefined)) return;
    const node = pseudoNode(place, id);
    if (node !== undefined) this.#pseudo.set(id, node);
  }
}

function pseudoNode({ outside, container }: Place, id: string): ScopeNode | undefined {
  if (outside?.isPublic === true) {
    const minor = id.startsWith('in-') ? 'Inbound connections' : 'Outbound connections';
    return { id, label: 'The Internet', labelMinor: minor, rank: id, shape: 'cloud', pseudo: true };
  }
  if (outside !== undefined)
    return { id, label: outside.label, labelMinor: '', rank: id, shape: 'circle', pseudo: true };
  if (container !== undefined || !id.startsWith(UNCONTAINED)) return undefined;
  const host = id.slice(UNCONTAINED.length);
  return { id, label: 'Uncontained', labelMinor: host, rank: id, shape: 'square', stack: true, pseudo: true };
}
