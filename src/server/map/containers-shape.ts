import type { ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import { idPart } from './id-part.ts';
import type { MapNode } from './map-schema.ts';
import { containerNode, foldContainers, foldProcesses, hostNode, outsideNode, processNode } from './nodes.ts';
import type { Held, Outside, Place } from './place.ts';
import type { Shape, ShapeOptions } from './shape.ts';

/** Containers in their hosts; processes in them where they are opened, and what runs outside of all. */
export class ContainersShape implements Shape {
  readonly #options: ShapeOptions;
  readonly #outside = new Map<string, Outside>();
  readonly #groups = new Map<ContainerEntry, string>();

  constructor(options: ShapeOptions) {
    this.#options = options;
  }

  get isGrouped(): boolean {
    return this.#options.level > 0;
  }

  idOf({ host, container, process, outside }: Place): string | undefined {
    const { filter, expand } = this.#options;
    if (outside !== undefined) {
      this.#outside.set(outside.nodeId, outside);
      return outside.nodeId;
    }
    if (container !== undefined) {
      if (!filter.has(container)) return undefined;
      if (expand.has(container.nodeId)) return process?.nodeId ?? container.nodeId;
      return this.#groupOf(container) ?? container.nodeId;
    }
    if (host === undefined || !filter.hasLoose(host)) return undefined;
    const loose = looseId(host);
    return expand.has(loose) && process !== undefined ? process.nodeId : loose;
  }

  nodes(open: ReadonlyMap<string, number>): MapNode[] {
    const { world, filter, expand, unconnected } = this.#options;
    const nodes: MapNode[] = [];
    const used = new Set<HostState>();
    const groups = new Map<string, Held[]>();
    for (const [container, held] of world.graph.containers) {
      if (!filter.has(container)) continue;
      const isOpen = expand.has(container.nodeId);
      const group = isOpen ? undefined : this.#groupOf(container);
      if (group !== undefined) {
        const members = groups.get(group);
        if (members === undefined) groups.set(group, [held]);
        else members.push(held);
        continue;
      }
      const isConnected =
        open.has(container.nodeId) || (isOpen && held.processes.some(({ nodeId }) => open.has(nodeId)));
      if (!unconnected && !isConnected) continue;
      used.add(container.host);
      nodes.push(containerNode(world, held));
      if (isOpen) for (const process of held.processes) nodes.push(processNode(world, process, container.nodeId));
    }
    for (const [id, members] of groups) {
      if (!unconnected && !open.has(id)) continue;
      const [{ container }] = members as [Held];
      const isOfHost = this.#options.level === 1;
      if (isOfHost) used.add(container.host);
      nodes.push(
        foldContainers(world, members, {
          ...{ id, kind: 'group', label: container.facts.image.reference },
          detail: members.length === 1 ? container.facts.name : `${members.length} containers`,
          ...(isOfHost && { parent: container.host.nodeId }),
          canExpand: true,
        }),
      );
    }
    for (const [host, processes] of world.graph.loose) {
      const id = looseId(host);
      const isOpen = expand.has(id);
      const connected = processes.filter(({ nodeId }) => open.has(nodeId));
      if (!filter.hasLoose(host) || (!open.has(id) && !isOpen)) continue;
      used.add(host);
      nodes.push(looseNode(this.#options, host, processes));
      if (isOpen) for (const process of connected) nodes.push(processNode(world, process, id));
    }
    for (const host of used) nodes.push(hostNode(world, host));
    for (const [id, outside] of this.#outside) if (open.has(id)) nodes.push(outsideNode(outside));
    return nodes;
  }

  /** The node of all containers of the same image, where there are too many containers. */
  #groupOf(container: ContainerEntry): string | undefined {
    const { level, expand } = this.#options;
    if (level === 0) return undefined;
    const known = this.#groups.get(container);
    if (known !== undefined) return known;
    const image = idPart(container.facts.image.id);
    const ofHost = `group:${container.host.id}:${image}`;
    const ofAll = `group::${image}`;
    if (expand.has(ofHost) || expand.has(ofAll)) return undefined;
    const group = level === 1 ? ofHost : ofAll;
    this.#groups.set(container, group);
    return group;
  }
}

export function looseId({ id }: HostState): string {
  return `loose:${id}`;
}

/** What runs on a host in no container. */
export function looseNode({ world }: ShapeOptions, host: HostState, processes: readonly ProcessEntry[]): MapNode {
  return foldProcesses(world, processes, {
    ...{ id: looseId(host), kind: 'group', label: 'outside of containers' },
    ...{ detail: host.name, parent: host.nodeId, canExpand: true },
  });
}
