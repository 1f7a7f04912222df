import { idOf } from '../details.ts';
import type { Link, Place } from '../place.ts';
import type { World } from '../world.ts';
import { containerNode, containers } from './scope-containers.ts';
import type { ScopeKind, ScopeNode } from './scope-kind.ts';
import { processNode } from './scope-processes.ts';
import { type Direction, idIn } from './scope-topology.ts';

/** What is told of one node beside what its topology says of it. */
export function scopeDetails(world: World, topology: string, kind: ScopeKind, id: string): object {
  const of = (place: Place): boolean => idIn(kind, place, 'in') === id || idIn(kind, place, 'out') === id;
  const links = world.graph.links.filter(({ client, server }) => of(client) || of(server));
  const table = (side: 'client' | 'server'): object[] =>
    connections(
      kind,
      links.filter((link) => of(link[side === 'client' ? 'server' : 'client'])),
      side,
    );
  const columns = [
    { id: 'port', label: 'Port', defaultSort: false, dataType: 'number' },
    { id: 'count', label: 'Count', defaultSort: true, dataType: 'number' },
  ];
  return {
    controls: [],
    children: children(world, kind, id),
    connections: [
      {
        ...{ id: 'incoming-connections', label: 'Inbound', topologyId: topology, columns },
        connections: table('client'),
      },
      {
        ...{ id: 'outgoing-connections', label: 'Outbound', topologyId: topology, columns },
        connections: table('server'),
      },
    ],
  };
}

function children(world: World, kind: ScopeKind, id: string): object[] {
  const inside: ScopeNode[] = [];
  const running: ScopeNode[] = [];
  for (const [container, held] of world.graph.containers) {
    if (kind.idOf({ host: container.host, container }) !== id) continue;
    if (kind === containers) running.push(...held.processes.map(processNode));
    else inside.push(containerNode(container));
  }
  const group = (label: string, topologyId: string, nodes: readonly ScopeNode[]): object[] =>
    nodes.length === 0 ? [] : [{ id: topologyId, label, topologyId, columns: [], nodes }];
  return [...group('Containers', 'containers', inside), ...group('Processes', 'processes', running)];
}

function connections(kind: ScopeKind, links: readonly Link[], side: 'client' | 'server'): object[] {
  const direction: Direction = side === 'client' ? 'in' : 'out';
  const rows = new Map<string, { readonly link: Link; count: number }>();
  for (const link of links) {
    const other = idIn(kind, link[side], direction) ?? idOf(link[side]);
    const key = `${other} ${link.port}`;
    const known = rows.get(key) ?? { link, count: 0 };
    known.count += Math.max(1, link.entry.facts.open);
    rows.set(key, known);
  }
  return [...rows].map(([key, { link, count }]) => ({
    id: key,
    nodeId: idIn(kind, link[side], direction) ?? '',
    label: labelOf(link[side]),
    metadata: [
      { id: 'port', value: String(link.port), dataType: 'number', label: '' },
      { id: 'count', value: String(count), dataType: 'number', label: '' },
    ],
  }));
}

function labelOf({ outside, container, process, host }: Place): string {
  return outside?.label ?? container?.facts.name ?? process?.facts.name ?? host?.name ?? '';
}
