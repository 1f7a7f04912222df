import type { ContainerEntry } from '../host-state.ts';
import type { Place } from '../place.ts';
import { isSystem, type World } from '../world.ts';
import { hostId } from './scope-hosts.ts';
import {
  counted,
  folded,
  metric,
  type OptionGroup,
  type Query,
  rows,
  type ScopeKind,
  type ScopeNode,
  type Thing,
} from './scope-kind.ts';

const options: readonly OptionGroup[] = [
  {
    id: 'system',
    defaultValue: 'application',
    options: [
      { value: 'all', label: 'All' },
      { value: 'system', label: 'System containers' },
      { value: 'application', label: 'Application containers' },
    ],
  },
  {
    id: 'stopped',
    defaultValue: 'running',
    options: [
      { value: 'stopped', label: 'Stopped containers' },
      { value: 'running', label: 'Running containers' },
      { value: 'both', label: 'Both' },
    ],
  },
  {
    id: 'pseudo',
    defaultValue: 'hide',
    options: [
      { value: 'show', label: 'Show uncontained' },
      { value: 'hide', label: 'Hide uncontained' },
    ],
  },
];

export const containerId = ({ facts }: ContainerEntry): string => `${facts.id};<container>`;
export const imageId = ({ facts }: ContainerEntry): string =>
  `${facts.image.reference || facts.image.id};<container_image>`;

/** What runs in no container of its host. */
export const UNCONTAINED = 'pseudo:uncontained:';

export const containers: ScopeKind = {
  ...{ name: 'Containers', rank: 2, hideIfEmpty: false, options },
  things: (world, chosen) => each(world, chosen, (one) => ({ id: containerId(one), make: () => containerNode(one) })),
  idOf: (place) => idOf(place, containerId),
};

export const containersByHostname: ScopeKind = {
  ...{ name: 'by DNS name', hideIfEmpty: false, options, parent: 'containers' },
  things: (world, chosen) =>
    each(world, chosen, (one) => ({
      id: nameOf(one),
      make: (count) => folded(nameOf(one), 'hexagon', counted(count, 'container', 'containers')),
    })),
  idOf: (place) => idOf(place, nameOf),
};

export const containersByImage: ScopeKind = {
  ...{ name: 'by image', hideIfEmpty: false, options, parent: 'containers' },
  things: (world, chosen) =>
    each(world, chosen, (one) => ({
      id: imageId(one),
      make: (count) => folded(imageName(one), 'hexagon', counted(count, 'container', 'containers'), imageId(one)),
    })),
  idOf: (place) => idOf(place, imageId),
};

function* each({ graph }: World, chosen: Query, thing: (container: ContainerEntry) => Thing): Generator<Thing> {
  for (const container of graph.containers.keys()) if (isChosen(container, chosen)) yield thing(container);
}

function idOf({ host, container }: Place, id: (container: ContainerEntry) => string): string | undefined {
  if (container !== undefined) return id(container);
  return host && `${UNCONTAINED}${host.name}`;
}

function isChosen(container: ContainerEntry, { system, stopped }: Query): boolean {
  if (container.gone !== undefined) return false;
  if (system !== undefined && system !== 'all' && isSystem(container) !== (system === 'system')) return false;
  const runs = !['exited', 'dead', 'created'].includes(container.facts.state);
  return stopped === undefined || stopped === 'both' || runs === (stopped === 'running');
}

/** The name of an image without its tag. */
function imageName({ facts: { image } }: ContainerEntry): string {
  return image.reference.replace(/(?:@.*|:[^/:]*)$/, '') || image.id;
}

/** How others call it: the service of Compose, or its own name. */
function nameOf({ facts }: ContainerEntry): string {
  return facts.labels['com.docker.compose.service'] ?? facts.name;
}

export function containerNode(container: ContainerEntry): ScopeNode {
  const { facts, host } = container;
  const figures = host.told.figures.get(facts.id);
  const cpu = figures?.cpu === undefined ? undefined : figures.cpu * 100;
  const labels = Object.entries(facts.labels).map(([id, value]) => ({
    id: `label_${id}`,
    entries: { label: id, value },
  }));
  return {
    ...{ id: containerId(container), label: facts.name, labelMinor: host.name },
    ...{ rank: imageName(container), shape: 'hexagon' },
    metadata: rows([
      ['docker_image_name', 'Image name', facts.image.reference],
      ['docker_container_command', 'Command', facts.command?.join(' ')],
      ['docker_container_state_human', 'State', facts.state],
      ['docker_container_restart_count', 'Restart #', facts.restarts, 'number'],
      ['docker_container_networks', 'Networks', facts.networks.map(({ name }) => name).join(', ')],
      ['docker_container_ips', 'IPs', facts.networks.flatMap(({ addresses }) => addresses).join(', ')],
      ['docker_container_ports', 'Ports', facts.ports.map(portOf).join(', ')],
      ['docker_container_created', 'Created', facts.created, 'datetime'],
      ['docker_container_id', 'ID', facts.id],
    ]),
    metrics: [
      ...metric('docker_cpu_total_usage', 'CPU', 'percent', cpu, 100),
      ...metric('docker_memory_usage', 'Memory', 'filesize', figures?.memoryBytes, figures?.memoryLimitBytes ?? 0),
    ],
    parents: [
      { id: imageId(container), label: imageName(container), topologyId: 'containers-by-image' },
      { id: hostId(host), label: host.name, topologyId: 'hosts' },
    ],
    tables:
      labels.length === 0
        ? []
        : [{ id: 'docker_label_', label: 'Docker labels', type: 'property-list', columns: [], rows: labels }],
  };
}

function portOf({ port, protocol, published }: ContainerEntry['facts']['ports'][number]): string {
  return `${published === undefined ? '' : `${published.address}:${published.port}->`}${port}/${protocol}`;
}
