import type { NodeLink } from './details-schema.ts';
import type { HostState, ProcessEntry } from './host-state.ts';
import { idPart, PROCESS_NAME } from './id-part.ts';
import type { MapNode } from './map-schema.ts';
import { networkId } from './networks-shape.ts';
import {
  containerNode,
  foldContainers,
  foldProcesses,
  hostNode,
  imageNodeId,
  outsideNode,
  processNode,
  shorten,
} from './nodes.ts';
import type { Held, Outside, Place } from './place.ts';
import type { World } from './world.ts';

/** What a node of a map stands for, whichever view it is of. */
export interface Subject {
  readonly id: string;
  readonly kind: MapNode['kind'];
  readonly node: MapNode;
  readonly containers: readonly Held[];
  /** All processes of it. */
  readonly processes: readonly ProcessEntry[];
  /** Those of them that are in no container. */
  readonly loose: readonly ProcessEntry[];
  readonly hosts: readonly HostState[];
  readonly outside?: Outside;
  /** The innermost first. */
  readonly parents: NodeLink[];
  has(place: Place): boolean;
}

/** Finds what an id stands for. Groups are found whether or not a view has them now. */
export function findSubject(world: World, id: string): Subject | undefined {
  const colon = id.indexOf(':');
  const kind = colon < 0 ? id : id.slice(0, colon);
  const rest = colon < 0 ? '' : id.slice(colon + 1);
  switch (kind) {
    case 'container':
      return ofContainers(world, id, 'container', (held) => held.container.nodeId === id);
    case 'process':
      return ofProcess(world, id, rest);
    case 'host':
      return ofHost(world, id, rest);
    case 'loose':
      return ofLoose(world, id, rest);
    case 'image':
      return ofContainers(world, id, 'image', ({ container }) => imageNodeId(container) === id);
    case 'network':
      return ofContainers(world, id, 'network', ({ container }) =>
        container.facts.networks.some(({ name }) => networkId(container.host, name) === id),
      );
    case 'group': {
      const at = rest.indexOf(':');
      const [host, image] = [rest.slice(0, at), rest.slice(at + 1)];
      if (at < 0) return ofAlike(world, id, rest);
      return ofContainers(world, id, 'group', ({ container }) => {
        return (host === '' || container.host.id === host) && idPart(container.facts.image.id) === image;
      });
    }
    case 'processes':
      return ofProcesses(world, id, rest);
    case 'internet':
    case 'outside':
      return ofOutside(world, id);
    default:
      return undefined;
  }
}

function ofContainers(
  world: World,
  id: string,
  kind: 'container' | 'image' | 'network' | 'group',
  isMember: (held: Held) => boolean,
): Subject | undefined {
  const containers = [...world.graph.containers.values()].filter(isMember);
  const [first] = containers;
  if (first === undefined) return undefined;
  const members = new Set(containers.map(({ container }) => container));
  const { host, facts } = first.container;
  const { reference, id: image } = facts.image;
  const label =
    kind === 'network' ? decodeURIComponent(id.slice(id.lastIndexOf(':') + 1)) : reference === '' ? image : reference;
  const detail = containers.length === 1 ? '1 container' : `${containers.length} containers`;
  const hosts = [...new Set(containers.map(({ container }) => container.host))];
  return {
    ...{ id, kind, containers, hosts, loose: [] },
    node:
      kind === 'container'
        ? containerNode(world, first)
        : foldContainers(world, containers, { id, kind, label, detail }),
    processes: containers.flatMap(({ processes }) => processes),
    parents: [
      ...(kind === 'container' || kind === 'group'
        ? [{ id: imageNodeId(first.container), kind: 'image', label: shorten(reference) }]
        : []),
      ...(kind === 'container'
        ? facts.networks.map(({ name }) => ({ id: networkId(host, name), kind: 'network', label: shorten(name) }))
        : []),
      ...(kind === 'image' ? [] : hosts.slice(0, 20).map(hostLink)),
    ],
    has: ({ container }) => container !== undefined && members.has(container),
  };
}

/** Containers of one image in the same networks, as the view of networks has them. */
function ofAlike(world: World, id: string, word: string): Subject | undefined {
  return ofContainers(world, id, 'group', ({ container: { host, facts } }) => {
    const inside = facts.networks.map(({ name }) => name).sort();
    return ['', host.id].some((one) => idPart(JSON.stringify([one, facts.image.id, inside])) === word);
  });
}

function ofProcess(world: World, id: string, processId: string): Subject | undefined {
  for (const host of world.graph.hosts) {
    const process = host.processes.get(processId);
    if (process === undefined) continue;
    const container = host.containers.get(process.facts.container ?? '');
    const held = container === undefined ? undefined : world.graph.containers.get(container);
    const parent = host.processes.get(process.facts.parent ?? '');
    return {
      ...{ id, kind: 'process', processes: [process], hosts: [host] },
      node: processNode(world, process, container?.nodeId ?? host.nodeId),
      containers: held === undefined ? [] : [held],
      loose: held === undefined ? [process] : [],
      parents: [
        ...(parent === undefined ? [] : [{ id: parent.nodeId, kind: 'process', label: shorten(parent.facts.name) }]),
        ...(container === undefined
          ? []
          : [{ id: container.nodeId, kind: 'container', label: shorten(container.facts.name) }]),
        hostLink(host),
      ],
      has: (place) => place.process === process,
    };
  }
  return undefined;
}

function ofHost(world: World, id: string, hostId: string): Subject | undefined {
  const host = world.graph.hosts.find((one) => one.id === hostId);
  if (host === undefined) return undefined;
  const containers = [...host.containers.values()].flatMap((one) => world.graph.containers.get(one) ?? []);
  return {
    ...{ id, kind: 'host', containers, hosts: [host], parents: [] },
    node: hostNode(world, host),
    processes: [...host.processes.values()],
    loose: world.graph.loose.get(host) ?? [],
    has: (place) => place.host === host,
  };
}

function ofLoose(world: World, id: string, hostId: string): Subject | undefined {
  const host = world.graph.hosts.find((one) => one.id === hostId);
  if (host === undefined) return undefined;
  const processes = world.graph.loose.get(host) ?? [];
  return {
    ...{ id, kind: 'group', containers: [], hosts: [host], processes, loose: processes },
    node: foldProcesses(world, processes, {
      id,
      kind: 'group',
      label: 'outside of containers',
      detail: host.name,
      parent: host.nodeId,
    }),
    parents: [hostLink(host)],
    has: (place) => place.host === host && place.container === undefined,
  };
}

function ofProcesses(world: World, id: string, rest: string): Subject | undefined {
  const at = rest.indexOf(':');
  const [place, name] = [rest.slice(0, at), rest.slice(at + 1)];
  const processes: ProcessEntry[] = [];
  const containers = new Set<Held>();
  for (const host of world.graph.hosts) {
    for (const process of host.processes.values()) {
      if (idPart(process.facts.name, PROCESS_NAME) !== name) continue;
      const container = host.containers.get(process.facts.container ?? '');
      const places = [`${host.id}:${container?.facts.id ?? ''}`, container?.facts.image.id ?? ''];
      if (!places.some((one) => idPart(one) === place)) continue;
      processes.push(process);
      const held = container === undefined ? undefined : world.graph.containers.get(container);
      if (held !== undefined) containers.add(held);
    }
  }
  const [first] = processes;
  if (first === undefined) return undefined;
  const members = new Set(processes);
  const hosts = [...new Set(processes.map(({ host }) => host))];
  return {
    ...{ id, kind: 'group', processes, hosts, containers: [...containers] },
    node: foldProcesses(world, processes, {
      id,
      kind: 'group',
      label: first.facts.name,
      detail: `${processes.length} processes`,
    }),
    loose: processes,
    parents: [
      ...[...containers]
        .slice(0, 20)
        .map(({ container }) => ({ id: container.nodeId, kind: 'container', label: shorten(container.facts.name) })),
      ...hosts.slice(0, 20).map(hostLink),
    ],
    has: ({ process }) => process !== undefined && members.has(process),
  };
}

function ofOutside(world: World, id: string): Subject | undefined {
  let outside: Outside | undefined;
  for (const { client, server } of world.graph.links) {
    outside = [client.outside, server.outside].find((one) => one?.nodeId === id);
    if (outside !== undefined) break;
  }
  if (outside === undefined) return undefined;
  const node = outsideNode(outside);
  return {
    ...{ id, kind: node.kind, node, outside },
    ...{ containers: [], processes: [], loose: [], hosts: [], parents: [] },
    has: (place) => place.outside?.nodeId === id,
  };
}

function hostLink(host: HostState): NodeLink {
  return { id: host.nodeId, kind: 'host', label: shorten(host.name) };
}
