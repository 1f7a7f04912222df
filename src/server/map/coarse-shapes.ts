import { looseId, looseNode } from './containers-shape.ts';
import type { MapNode } from './map-schema.ts';
import { foldContainers, hostNode, imageNodeId, outsideNode } from './nodes.ts';
import type { Held, Outside, Place } from './place.ts';
import type { Shape, ShapeOptions } from './shape.ts';

/** Hosts, and what goes from one to another. */
export class HostsShape implements Shape {
  readonly #options: ShapeOptions;
  readonly #outside = new Map<string, Outside>();
  readonly isGrouped = false;

  constructor(options: ShapeOptions) {
    this.#options = options;
  }

  idOf({ host, container, outside }: Place): string | undefined {
    const { filter } = this.#options;
    if (outside !== undefined) {
      this.#outside.set(outside.nodeId, outside);
      return outside.nodeId;
    }
    if (host === undefined || (container !== undefined && !filter.has(container))) return undefined;
    return filter.hasHost(host) ? host.nodeId : undefined;
  }

  nodes(open: ReadonlyMap<string, number>): MapNode[] {
    const { world, filter, unconnected } = this.#options;
    const nodes = world.graph.hosts
      .filter((host) => filter.hasHost(host) && (unconnected || open.has(host.nodeId)))
      .map((host) => {
        const members = [...host.containers.values()]
          .filter((one) => filter.has(one))
          .flatMap((one) => world.graph.containers.get(one) ?? []);
        const { kind, id, label, detail, state, counts, cpu, memoryBytes } = hostNode(world, host);
        const folded = foldContainers(world, members, { id, kind, label });
        const { exposure, worst, installed, knowledge, drift, powers } = folded;
        const node: MapNode = {
          ...{ id, kind, label, state, counts },
          ...(detail !== undefined && { detail }),
          ...(exposure !== undefined && { exposure }),
          ...(worst !== undefined && { worst }),
          ...(installed !== undefined && { installed }),
          knowledge,
          ...(drift !== undefined && { drift }),
          ...(powers !== undefined && { powers }),
          ...(cpu !== undefined && { cpu }),
          ...(memoryBytes !== undefined && { memoryBytes }),
        };
        return node;
      });
    for (const [id, outside] of this.#outside) if (open.has(id)) nodes.push(outsideNode(outside));
    return nodes;
  }
}

/** Images that run, wherever: each is one node. */
export class ImagesShape implements Shape {
  readonly #options: ShapeOptions;
  readonly #outside = new Map<string, Outside>();
  readonly isGrouped = false;

  constructor(options: ShapeOptions) {
    this.#options = options;
  }

  idOf({ host, container, outside }: Place): string | undefined {
    const { filter } = this.#options;
    if (outside !== undefined) {
      this.#outside.set(outside.nodeId, outside);
      return outside.nodeId;
    }
    if (container !== undefined) return filter.has(container) ? imageNodeId(container) : undefined;
    return host !== undefined && filter.hasLoose(host) ? looseId(host) : undefined;
  }

  nodes(open: ReadonlyMap<string, number>): MapNode[] {
    const { world, filter, unconnected } = this.#options;
    const images = new Map<string, Held[]>();
    for (const [container, held] of world.graph.containers) {
      if (!filter.has(container)) continue;
      const id = imageNodeId(container);
      const members = images.get(id);
      if (members === undefined) images.set(id, [held]);
      else members.push(held);
    }
    const nodes: MapNode[] = [];
    for (const [id, members] of images) {
      if (!unconnected && !open.has(id)) continue;
      const [{ container }] = members as [Held];
      const { reference, id: image } = container.facts.image;
      nodes.push(
        foldContainers(world, members, {
          ...{ id, kind: 'image', label: reference === '' ? image : reference },
          detail: members.length === 1 ? '1 container' : `${members.length} containers`,
        }),
      );
    }
    for (const [host, processes] of world.graph.loose) {
      if (!open.has(looseId(host)) || !filter.hasLoose(host)) continue;
      const { parent: _, canExpand: __, ...node } = looseNode(this.#options, host, processes);
      nodes.push(node);
    }
    for (const [id, outside] of this.#outside) if (open.has(id)) nodes.push(outsideNode(outside));
    return nodes;
  }
}
