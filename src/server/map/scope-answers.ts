import { idOf } from './details.ts';
import type { Link, Place } from './graph.ts';
import type { ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import type { ScopeAnswers } from './map-part.ts';
import { isSystem, type World } from './world.ts';

/**
 * Answers in the shapes of Weave Scope 1.13: its topologies of hosts, containers and processes, with its ids
 * (`ID;<container>`, `HOST;PID`, `NAME;<host>`), labels and rows. Kubernetes, ECS and Swarm are left out, and so is all that
 * is read of images and not of what runs.
 */
export function scopeAnswers(world: World, version: string): ScopeAnswers {
  const scope = new Scope(world);
  return {
    about: () => ({
      id: 'drydock',
      version: `drydock ${version}`,
      hostname: world.graph.hosts[0]?.name ?? '',
      capabilities: { report_persistence: false, historic_reports: false },
    }),
    topologies: () => scope.topologies(),
    topology: (name, query) => scope.topology(name, query),
    node: (topology, id) => scope.node(topology, id),
    probes: () =>
      world.reporters.map(({ host, name, lastSeen }) => ({
        id: host,
        hostname: name,
        version: `drydock ${version}`,
        lastSeen,
      })),
    report: () => scope.report(),
  };
}

interface ScopeNode {
  readonly id: string;
  readonly label: string;
  readonly labelMinor: string;
  readonly rank: string;
  readonly shape?: string;
  readonly stack?: boolean;
  readonly pseudo?: boolean;
  readonly metadata?: readonly object[];
  readonly metrics?: readonly object[];
  readonly parents?: readonly object[];
  readonly tables?: readonly object[];
  adjacency?: string[];
}

interface Group {
  readonly id: string;
  readonly defaultValue: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

const unconnected: readonly Group[] = [
  {
    id: 'unconnected',
    defaultValue: 'hide',
    options: [
      { value: 'show', label: 'Show unconnected' },
      { value: 'hide', label: 'Hide unconnected' },
    ],
  },
];

const ofContainers: readonly Group[] = [
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

interface TopologySpec {
  readonly name: string;
  readonly rank?: number;
  readonly hide: boolean;
  readonly options: readonly Group[];
  readonly parent?: string;
}

const specs: Readonly<Record<string, TopologySpec>> = {
  containers: { name: 'Containers', rank: 2, hide: false, options: ofContainers },
  'containers-by-hostname': { name: 'by DNS name', hide: false, options: ofContainers, parent: 'containers' },
  'containers-by-image': { name: 'by image', hide: false, options: ofContainers, parent: 'containers' },
  hosts: { name: 'Hosts', rank: 4, hide: false, options: [] },
  processes: { name: 'Processes', rank: 1, hide: true, options: unconnected },
  'processes-by-name': { name: 'by name', hide: true, options: unconnected, parent: 'processes' },
};

type Query = Readonly<Record<string, string>>;

class Scope {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  topologies(): object[] {
    const describe = (id: string): object => {
      const { name, rank = 0, hide, options } = specs[id]!;
      const { nodes } = this.topology(id, {}) as { nodes: Readonly<Record<string, ScopeNode>> };
      const all = Object.values(nodes);
      const below = Object.keys(specs).filter((one) => specs[one]!.parent === id);
      return {
        ...{ name, rank, hide_if_empty: hide, options, url: `/api/topology/${id}` },
        ...(below.length > 0 && { sub_topologies: below.map(describe) }),
        stats: {
          node_count: all.length,
          nonpseudo_node_count: all.filter(({ pseudo }) => pseudo !== true).length,
          edge_count: all.reduce((sum, { adjacency = [] }) => sum + adjacency.length, 0),
          filtered_nodes: 0,
        },
      };
    };
    return Object.keys(specs)
      .filter((id) => specs[id]!.parent === undefined)
      .map(describe);
  }

  topology(name: string, query: Query): object | undefined {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) return undefined;
    // Without any option none is applied, as there.
    const chosen = Object.keys(query).some((one) => one !== 'timestamp')
      ? Object.fromEntries(spec.options.map(({ id, defaultValue }) => [id, query[id] ?? defaultValue]))
      : {};
    return { nodes: this.#nodes(name, chosen) };
  }

  node(topology: string, id: string): object | undefined {
    if (!Object.hasOwn(specs, topology)) return undefined;
    const nodes = this.#nodes(topology, {});
    if (!Object.hasOwn(nodes, id)) return undefined;
    const node = nodes[id]!;
    const of = (place: Place): boolean =>
      this.#idOf(topology, place, 'in') === id || this.#idOf(topology, place, 'out') === id;
    const links = this.#world.graph.links.filter(({ client, server }) => of(client) || of(server));
    return {
      node: {
        ...node,
        controls: [],
        children: this.#children(topology, id),
        connections: [
          this.#connections(
            'incoming-connections',
            'Inbound',
            topology,
            links.filter(({ server }) => of(server)),
            'client',
          ),
          this.#connections(
            'outgoing-connections',
            'Outbound',
            topology,
            links.filter(({ client }) => of(client)),
            'server',
          ),
        ],
      },
    };
  }

  /** The raw report: nodes of the topologies that there are, with their facts. */
  report(): object {
    const { hosts, containers } = this.#world.graph;
    const topology = (nodes: readonly (readonly [string, object])[]): object => ({ nodes: Object.fromEntries(nodes) });
    const at = new Date(this.#world.at).toISOString();
    const latest = (facts: Readonly<Record<string, string | number | undefined>>): object =>
      Object.fromEntries(
        Object.entries(facts).flatMap(([key, value]) =>
          value === undefined ? [] : [[key, { timestamp: at, value: String(value) }]],
        ),
      );
    const entry = (id: string, kind: string, facts: Readonly<Record<string, string | number | undefined>>) =>
      [id, { id, topology: kind, latest: latest(facts) }] as const;
    return {
      Host: topology(
        hosts.map((host) =>
          entry(hostId(host), 'host', { host_name: host.name, kernel_version: host.told.host?.kernel }),
        ),
      ),
      Container: topology(
        [...containers.keys()].map((one) =>
          entry(containerId(one), 'container', {
            ...{ docker_container_id: one.facts.id, docker_container_name: one.facts.name },
            ...{ docker_container_state: one.facts.state, docker_image_id: one.facts.image.id },
            docker_image_name: one.facts.image.reference,
          }),
        ),
      ),
      Process: topology(
        hosts.flatMap((host) =>
          [...host.processes.values()].map((one) =>
            entry(processId(one), 'process', {
              pid: one.facts.pid,
              name: one.facts.name,
              cmdline: one.facts.arguments?.join(' '),
            }),
          ),
        ),
      ),
      ContainerImage: topology(
        [...new Map([...containers.keys()].map((one) => [imageId(one), one])).values()].map((one) =>
          entry(imageId(one), 'container_image', {
            docker_image_id: one.facts.image.id,
            docker_image_name: one.facts.image.reference,
          }),
        ),
      ),
    };
  }

  #nodes(topology: string, chosen: Query): Record<string, ScopeNode> {
    const nodes: Record<string, ScopeNode> = Object.create(null) as Record<string, ScopeNode>;
    for (const node of this.#things(topology, chosen)) if (!(node.id in nodes)) nodes[node.id] = node;
    const connected = new Set<string>();
    for (const { client, server } of this.#world.graph.links) {
      const [from, to] = [this.#idOf(topology, client, 'in'), this.#idOf(topology, server, 'out')];
      if (from === undefined || to === undefined) continue;
      for (const [place, id] of [
        [client, from],
        [server, to],
      ] as const) {
        const pseudo = this.#pseudo(place, id);
        if (!(id in nodes) && pseudo !== undefined && (chosen['pseudo'] !== 'hide' || place.outside !== undefined))
          nodes[id] = pseudo;
      }
      if (!(from in nodes) || !(to in nodes)) continue;
      const node = nodes[from]!;
      if (node.adjacency === undefined) node.adjacency = [to];
      else if (!node.adjacency.includes(to)) node.adjacency.push(to);
      connected.add(from);
      connected.add(to);
    }
    for (const [id, node] of Object.entries(nodes)) {
      if ((node.pseudo === true || chosen['unconnected'] === 'hide') && !connected.has(id)) delete nodes[id];
      else node.adjacency?.sort();
    }
    return nodes;
  }

  *#things(topology: string, chosen: Query): Generator<ScopeNode> {
    const { hosts, containers } = this.#world.graph;
    if (topology === 'hosts') for (const host of hosts) yield hostNode(host);
    else if (topology.startsWith('processes')) {
      for (const host of hosts) {
        for (const process of host.processes.values()) {
          if (process.gone === undefined)
            yield topology === 'processes' ? processNode(process) : folded(process.facts.name, 'square');
        }
      }
    } else {
      for (const container of containers.keys()) {
        if (!isChosen(container, chosen)) continue;
        if (topology === 'containers') yield containerNode(container);
        else if (topology === 'containers-by-image') yield folded(baseOf(container), 'hexagon', imageId(container));
        else yield folded(nameOf(container), 'hexagon');
      }
    }
  }

  #idOf(topology: string, { outside, host, container, process }: Place, direction: 'in' | 'out'): string | undefined {
    if (outside !== undefined) return outside.isPublic ? `${direction}-theinternet` : `pseudo:${outside.label}`;
    if (host === undefined) return undefined;
    switch (topology) {
      case 'hosts':
        return hostId(host);
      case 'processes':
        return process === undefined ? undefined : processId(process);
      case 'processes-by-name':
        return process?.facts.name;
      default:
        if (container === undefined) return `pseudo:uncontained:${host.name}`;
        if (topology === 'containers') return containerId(container);
        return topology === 'containers-by-image' ? imageId(container) : nameOf(container);
    }
  }

  #pseudo({ outside, container }: Place, id: string): ScopeNode | undefined {
    if (outside?.isPublic === true) {
      const minor = id.startsWith('in-') ? 'Inbound connections' : 'Outbound connections';
      return { id, label: 'The Internet', labelMinor: minor, rank: id, shape: 'cloud', pseudo: true };
    }
    if (outside !== undefined)
      return { id, label: outside.label, labelMinor: '', rank: id, shape: 'circle', pseudo: true };
    if (container !== undefined || !id.startsWith('pseudo:uncontained:')) return undefined;
    const host = id.slice('pseudo:uncontained:'.length);
    return { id, label: 'Uncontained', labelMinor: host, rank: id, shape: 'square', stack: true, pseudo: true };
  }

  #children(topology: string, id: string): object[] {
    const containers: ScopeNode[] = [];
    const processes: ScopeNode[] = [];
    for (const [container, held] of this.#world.graph.containers) {
      const place = { host: container.host, container };
      if (this.#idOf(topology, place, 'in') !== id) continue;
      if (topology !== 'containers') containers.push(containerNode(container));
      else processes.push(...held.processes.map(processNode));
    }
    return [
      ...(containers.length === 0 ? [] : [{ ...groupOf('Containers', 'containers'), nodes: containers }]),
      ...(processes.length === 0 ? [] : [{ ...groupOf('Processes', 'processes'), nodes: processes }]),
    ];
  }

  #connections(id: string, label: string, topology: string, links: readonly Link[], side: 'client' | 'server'): object {
    const rows = new Map<string, { readonly link: Link; count: number }>();
    for (const link of links) {
      const other = this.#idOf(topology, link[side], side === 'client' ? 'in' : 'out') ?? idOf(link[side]);
      const key = `${other} ${link.port}`;
      const known = rows.get(key) ?? { link, count: 0 };
      known.count += Math.max(1, link.entry.facts.open);
      rows.set(key, known);
    }
    return {
      ...{ id, label, topologyId: topology },
      columns: [
        { id: 'port', label: 'Port', defaultSort: false, dataType: 'number' },
        { id: 'count', label: 'Count', defaultSort: true, dataType: 'number' },
      ],
      connections: [...rows].map(([key, { link, count }]) => ({
        id: key,
        nodeId: this.#idOf(topology, link[side], side === 'client' ? 'in' : 'out') ?? '',
        label: labelOf(link[side]),
        metadata: [
          { id: 'port', value: String(link.port), dataType: 'number', label: '' },
          { id: 'count', value: String(count), dataType: 'number', label: '' },
        ],
      })),
    };
  }
}

const hostId = (host: HostState): string => `${host.name};<host>`;
const containerId = ({ facts }: ContainerEntry): string => `${facts.id};<container>`;
const processId = ({ facts, host }: ProcessEntry): string => `${host.name};${facts.pid}`;
const imageId = ({ facts }: ContainerEntry): string => `${facts.image.reference || facts.image.id};<container_image>`;

function isChosen(container: ContainerEntry, { system, stopped }: Query): boolean {
  if (container.gone !== undefined) return false;
  if (system !== undefined && system !== 'all' && isSystem(container) !== (system === 'system')) return false;
  const runs = !['exited', 'dead', 'created'].includes(container.facts.state);
  return stopped === undefined || stopped === 'both' || runs === (stopped === 'running');
}

/** The name of an image without its tag. */
function baseOf({ facts: { image } }: ContainerEntry): string {
  return image.reference.replace(/(?:@.*|:[^/:]*)$/, '') || image.id;
}

/** How others call it: the service of Compose, or its own name. */
function nameOf({ facts }: ContainerEntry): string {
  return facts.labels['com.docker.compose.service'] ?? facts.name;
}

function labelOf({ outside, container, process, host }: Place): string {
  return outside?.label ?? container?.facts.name ?? process?.facts.name ?? host?.name ?? '';
}

function folded(label: string, shape: string, id = label): ScopeNode {
  return { id, label, labelMinor: '', rank: label, shape, stack: true };
}

function groupOf(label: string, topologyId: string): object {
  return { id: topologyId, label, topologyId, columns: [] };
}

type Row = readonly [id: string, label: string, value: string | number | undefined, dataType?: string];

function rows(given: readonly Row[]): object[] {
  return given.flatMap(([id, label, value, dataType = ''], index) =>
    value === undefined || value === '' ? [] : [{ id, label, value: String(value), priority: index + 1, dataType }],
  );
}

function metric(id: string, label: string, format: string, value: number | undefined, max: number): object[] {
  return value === undefined ? [] : [{ id, label, format, value, priority: 1, samples: [], min: 0, max, url: '' }];
}

function hostNode(host: HostState): ScopeNode {
  const facts = host.told.host;
  const figures = host.told.figures.get(host.id);
  const [label = host.name, ...domain] = host.name.split('.');
  const percent = figures?.cpu === undefined ? undefined : (figures.cpu / (facts?.processors ?? 1)) * 100;
  return {
    ...{ id: hostId(host), label, labelMinor: domain.join('.'), rank: domain.join('.'), shape: 'circle' },
    metadata: rows([
      ['kernel_version', 'Kernel version', facts?.kernel],
      ['host_name', 'Hostname', host.name],
      ['os', 'OS', facts?.system],
    ]),
    metrics: [
      ...metric('host_cpu_usage_percent', 'CPU', 'percent', percent, 100),
      ...metric('host_mem_usage_bytes', 'Memory', 'filesize', figures?.memoryBytes, facts?.memoryBytes ?? 0),
      ...metric('load1', 'Load (1m)', '', figures?.load, 0),
    ],
  };
}

function containerNode(container: ContainerEntry): ScopeNode {
  const { facts, host } = container;
  const figures = host.told.figures.get(facts.id);
  const labels = Object.entries(facts.labels).map(([id, value]) => ({
    id: `label_${id}`,
    entries: { label: id, value },
  }));
  return {
    ...{
      id: containerId(container),
      label: facts.name,
      labelMinor: host.name,
      rank: baseOf(container),
      shape: 'hexagon',
    },
    metadata: rows([
      ['docker_image_name', 'Image name', facts.image.reference],
      ['docker_container_command', 'Command', facts.command?.join(' ')],
      ['docker_container_state_human', 'State', facts.state],
      ['docker_container_restart_count', 'Restart #', facts.restarts, 'number'],
      ['docker_container_networks', 'Networks', facts.networks.map(({ name }) => name).join(', ')],
      ['docker_container_ips', 'IPs', facts.networks.flatMap(({ addresses }) => addresses).join(', ')],
      [
        'docker_container_ports',
        'Ports',
        facts.ports
          .map(
            ({ port, protocol, published }) =>
              `${published === undefined ? '' : `${published.address}:${published.port}->`}${port}/${protocol}`,
          )
          .join(', '),
      ],
      ['docker_container_created', 'Created', facts.created, 'datetime'],
      ['docker_container_id', 'ID', facts.id],
    ]),
    metrics: [
      ...metric(
        'docker_cpu_total_usage',
        'CPU',
        'percent',
        figures?.cpu === undefined ? undefined : figures.cpu * 100,
        100,
      ),
      ...metric('docker_memory_usage', 'Memory', 'filesize', figures?.memoryBytes, figures?.memoryLimitBytes ?? 0),
    ],
    parents: [
      { id: imageId(container), label: baseOf(container), topologyId: 'containers-by-image' },
      { id: hostId(host), label: host.name, topologyId: 'hosts' },
    ],
    tables:
      labels.length === 0
        ? []
        : [{ id: 'docker_label_', label: 'Docker labels', type: 'property-list', columns: [], rows: labels }],
  };
}

function processNode(process: ProcessEntry): ScopeNode {
  const { facts, host } = process;
  const container = host.containers.get(facts.container ?? '');
  const parent = host.processes.get(facts.parent ?? '');
  const figures = host.told.figures.get(facts.id);
  return {
    ...{ id: processId(process), label: facts.name, rank: facts.name, shape: 'square' },
    labelMinor:
      container === undefined ? `${host.name} (${facts.pid})` : `${host.name} (${container.facts.name}:${facts.pid})`,
    metadata: rows([
      ['pid', 'PID', facts.pid, 'number'],
      ['cmdline', 'Command', facts.arguments?.join(' ')],
      ['ppid', 'Parent PID', parent?.facts.pid, 'number'],
      ['threads', '# Threads', figures?.threads, 'number'],
    ]),
    metrics: [
      ...metric(
        'process_cpu_usage_percent',
        'CPU',
        'percent',
        figures?.cpu === undefined ? undefined : figures.cpu * 100,
        100,
      ),
      ...metric('process_memory_usage_bytes', 'Memory', 'filesize', figures?.memoryBytes, 0),
      ...metric('open_files_count', 'Open files', 'integer', figures?.openFiles, 0),
    ],
    parents: [
      ...(container === undefined
        ? []
        : [{ id: containerId(container), label: container.facts.name, topologyId: 'containers' }]),
      { id: hostId(host), label: host.name, topologyId: 'hosts' },
    ],
  };
}
