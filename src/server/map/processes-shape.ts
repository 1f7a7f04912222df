import type { HostState, ProcessEntry } from './host-state.ts';
import { idPart, PROCESS_NAME } from './id-part.ts';
import type { MapNode } from './map-schema.ts';
import { containerNode, foldProcesses, hostNode, outsideNode, processNode } from './nodes.ts';
import type { Held, Outside, Place } from './place.ts';
import type { Shape, ShapeOptions } from './shape.ts';

/** Processes in their containers and hosts; where they are too many, those of one name are one. */
export class ProcessesShape implements Shape {
  readonly #options: ShapeOptions;
  readonly #outside = new Map<string, Outside>();
  readonly #names = new Map<ProcessEntry, string>();

  constructor(options: ShapeOptions) {
    this.#options = options;
  }

  get isGrouped(): boolean {
    return this.#options.level > 0;
  }

  idOf({ host, container, process, outside }: Place): string | undefined {
    const { filter, level } = this.#options;
    if (outside !== undefined) {
      this.#outside.set(outside.nodeId, outside);
      return outside.nodeId;
    }
    if (host === undefined || (container === undefined ? !filter.hasLoose(host) : !filter.has(container)))
      return undefined;
    if (process !== undefined) return this.#idOfProcess(process);
    // It is not known which process it was: the whole that it was in.
    return level < 2 ? (container?.nodeId ?? host.nodeId) : undefined;
  }

  nodes(open: ReadonlyMap<string, number>): MapNode[] {
    const { world, filter, level } = this.#options;
    const nodes: MapNode[] = [];
    const hosts = new Set<HostState>();
    const groups = new Map<string, ProcessEntry[]>();
    const add = (process: ProcessEntry): boolean => {
      const id = this.#idOfProcess(process);
      // Those that talk to nobody are left to the view of containers: there are too many of them.
      if (!open.has(id)) return false;
      const members = groups.get(id);
      if (members === undefined) groups.set(id, [process]);
      else members.push(process);
      return true;
    };
    for (const [container, held] of world.graph.containers) {
      if (!filter.has(container)) continue;
      let isUsed = level < 2 && open.has(container.nodeId);
      for (const process of held.processes) isUsed = add(process) || isUsed;
      if (!isUsed || level >= 2) continue;
      hosts.add(container.host);
      nodes.push(frameOf(world, held));
    }
    for (const [host, processes] of world.graph.loose) {
      if (!filter.hasLoose(host)) continue;
      let isUsed = level < 2 && open.has(host.nodeId);
      for (const process of processes) isUsed = add(process) || isUsed;
      if (isUsed) hosts.add(host);
    }
    for (const [id, members] of groups) {
      const [first] = members as [ProcessEntry];
      const container = first.host.containers.get(first.facts.container ?? '');
      const parent = level < 2 ? (container?.nodeId ?? first.host.nodeId) : undefined;
      if (level === 0) nodes.push(processNode(world, first, parent));
      else {
        nodes.push(
          foldProcesses(world, members, {
            ...{ id, kind: 'group', label: first.facts.name },
            detail: `${members.length} processes${level < 2 ? '' : ` of ${container?.facts.image.reference ?? 'hosts'}`}`,
            ...(parent !== undefined && { parent }),
          }),
        );
      }
    }
    if (level < 2) for (const host of hosts) nodes.push(hostNode(world, host));
    for (const [id, outside] of this.#outside) if (open.has(id)) nodes.push(outsideNode(outside));
    return nodes;
  }

  #idOfProcess(process: ProcessEntry): string {
    const { level } = this.#options;
    if (level === 0) return process.nodeId;
    let id = this.#names.get(process);
    if (id === undefined) {
      const { facts, host } = process;
      const container = host.containers.get(facts.container ?? '');
      const place = level === 1 ? `${host.id}:${container?.facts.id ?? ''}` : (container?.facts.image.id ?? '');
      id = `processes:${idPart(place)}:${idPart(facts.name, PROCESS_NAME)}`;
      this.#names.set(process, id);
    }
    return id;
  }
}

/** A container that is only what its processes are drawn in. */
function frameOf(world: ShapeOptions['world'], held: Held): MapNode {
  const { canExpand: _, ...node } = containerNode(world, held);
  return node;
}
