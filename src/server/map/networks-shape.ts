import type { HostState } from './host-state.ts';
import { idPart } from './id-part.ts';
import type { MapEdge, MapNode } from './map-schema.ts';
import { containerNode, foldContainers, hostNode, shorten } from './nodes.ts';
import type { Held } from './place.ts';
import type { Shape, ShapeOptions } from './shape.ts';

/** Networks of engines and the containers in them: who could talk to whom, whether or not they do. */
export class NetworksShape implements Shape {
  readonly #options: ShapeOptions;
  readonly #members: readonly (readonly [string, readonly Held[]])[];

  constructor(options: ShapeOptions) {
    this.#options = options;
    const groups = new Map<string, Held[]>();
    for (const [container, held] of options.world.graph.containers) {
      if (!options.filter.has(container)) continue;
      const { host, facts, nodeId } = container;
      const inside = facts.networks.map(({ name }) => name).sort();
      // Those of one image in the same networks are alike here.
      const alike = JSON.stringify([options.level === 1 ? host.id : '', facts.image.id, inside]);
      const id = options.level === 0 || options.expand.has(nodeId) ? nodeId : `group:${idPart(alike)}`;
      const members = groups.get(id);
      if (members === undefined) groups.set(id, [held]);
      else members.push(held);
    }
    this.#members = [...groups];
  }

  get isGrouped(): boolean {
    return this.#options.level > 0;
  }

  /** Connections are in the other views. */
  idOf(): undefined {
    return undefined;
  }

  nodes(): MapNode[] {
    const { world, level } = this.#options;
    const nodes: MapNode[] = [];
    const networks = new Map<string, { readonly name: string; readonly host: HostState; containers: number }>();
    const hosts = new Set<HostState>();
    for (const [id, members] of this.#members) {
      const [first] = members as [Held];
      const { host, facts } = first.container;
      if (level < 2) hosts.add(host);
      if (members.length === 1 && id === first.container.nodeId) {
        const { canExpand: _, ...node } = containerNode(world, first);
        nodes.push(node);
      } else {
        nodes.push(
          foldContainers(world, members, {
            ...{ id, kind: 'group', label: facts.image.reference, detail: `${members.length} containers` },
            ...(level < 2 && { parent: host.nodeId }),
          }),
        );
      }
      for (const { container } of members) {
        for (const { name } of container.facts.networks) {
          const network = networkId(container.host, name);
          const known = networks.get(network) ?? { name, host: container.host, containers: 0 };
          known.containers++;
          networks.set(network, known);
        }
      }
    }
    for (const [id, { name, host, containers }] of networks) {
      if (level < 2) hosts.add(host);
      nodes.push({
        ...{ id, kind: 'network', label: shorten(name), detail: shorten(host.name) },
        ...(level < 2 && { parent: host.nodeId }),
        ...{ state: 'unknown', host: shorten(host.name), knowledge: 'none' },
        counts: { containers, processes: 0, connections: 0 },
      });
    }
    for (const host of hosts) nodes.push(hostNode(world, host));
    return nodes;
  }

  edges(): MapEdge[] {
    const edges = new Map<string, MapEdge>();
    for (const [source, members] of this.#members) {
      for (const { container } of members) {
        for (const { name } of container.facts.networks) {
          const target = networkId(container.host, name);
          const id = `${source}>${target}`;
          edges.set(id, { id, kind: 'membership', source, target, ports: [], names: [], open: 0, seen: 0 });
        }
      }
    }
    return [...edges.values()];
  }
}

export function networkId({ id }: HostState, name: string): string {
  return `network:${id}:${idPart(name)}`;
}
