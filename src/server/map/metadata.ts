import type { HostFacts } from '../../model/topology.ts';
import type { NodeDetails } from './details-schema.ts';
import type { ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import type { Subject } from './subjects.ts';
import type { World } from './world.ts';

type Row = NodeDetails['metadata'][number];
type Rows = readonly (readonly [label: string, value: string | number | undefined])[];

/** Facts of a node in the order in which somebody asks for them; what is not known has no row. */
export function metadataOf(world: World, { kind, containers, processes, hosts, node }: Subject): Row[] {
  switch (kind) {
    case 'container':
      return rows(ofContainer(containers[0]!.container));
    case 'process':
      return rows(ofProcess(processes[0]!));
    case 'host':
      return rows(ofHost(world, hosts[0]!));
    case 'image':
      return rows([
        ['Image', containers[0]!.container.facts.image.reference],
        ['Id', containers[0]!.container.facts.image.id],
        ['Containers', containers.length],
        ['Hosts', hosts.map(({ name }) => name).join(', ')],
      ]);
    case 'network':
      return rows([
        ['Network', node.label],
        ['Containers', containers.length],
        ['Host', hosts.map(({ name }) => name).join(', ')],
      ]);
    case 'group':
      return rows([
        ['Containers', containers.length === 0 ? undefined : containers.length],
        ['Processes', processes.length],
        ['Hosts', hosts.map(({ name }) => name).join(', ')],
      ]);
    default:
      return [];
  }
}

function ofContainer({ facts, host, gone }: ContainerEntry): Rows {
  const { state, health, exitCode, image, networks } = facts;
  return [
    ['State', [state, health === undefined ? '' : `(${health})`].join(' ').trim()],
    ['Exit code', exitCode],
    ['Gone since', gone === undefined ? undefined : new Date(gone).toISOString()],
    ['Image', image.reference],
    ['Image id', image.id],
    ['Command', facts.command?.join(' ')],
    ['Created', facts.created],
    ['Started', facts.started],
    ['Restarts', facts.restarts],
    ['Addresses', networks.flatMap(({ name, addresses }) => addresses.map((one) => `${one} (${name})`)).join(', ')],
    ['Names', [...new Set(networks.flatMap(({ aliases = [] }) => aliases))].join(', ')],
    ['Powers', facts.powers?.join(', ')],
    ['Host', host.name],
    ['Container id', facts.id],
  ];
}

function ofProcess({ facts, host, since, gone }: ProcessEntry): Rows {
  const figures = host.told.figures.get(facts.id);
  const drifts = {
    written: 'its program was written after the container was started',
    deleted: 'its program was removed while it runs',
    memory: 'its program was never a file',
    mounted: 'its program is in a volume or a folder of the host',
  } as const;
  return [
    ['Program', facts.executable],
    ['Arguments', facts.arguments?.join(' ')],
    ['Drift', facts.drift === undefined ? undefined : drifts[facts.drift]],
    ['PID', facts.pid],
    ['PID in the container', facts.innerPid],
    ['User id', facts.uid],
    ['Threads', figures?.threads],
    ['Open files', figures?.openFiles],
    ['Libraries in memory', facts.libraries?.length],
    ['First seen', new Date(since).toISOString()],
    ['Gone since', gone === undefined ? undefined : new Date(gone).toISOString()],
    ['Host', host.name],
  ];
}

function ofHost(world: World, host: HostState): Rows {
  const facts: Partial<HostFacts> = host.told.host ?? {};
  const reporter = world.reporters.find((one) => one.host === host.id);
  return [
    ['System', facts.system],
    ['Kernel', facts.kernel],
    [
      'Engine',
      facts.engine === undefined
        ? 'none: processes alone'
        : `${facts.engine.name} ${facts.engine.version ?? ''}`.trim(),
    ],
    ['Processors', facts.processors],
    ['Memory', facts.memoryBytes === undefined ? undefined : `${(facts.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ['Load', host.told.figures.get(host.id)?.load],
    ['Addresses', facts.addresses?.join(', ')],
    ['Last report', reporter?.lastSeen],
    [
      'Clock',
      reporter === undefined || reporter.clockSkewSeconds === 0
        ? undefined
        : `${Math.abs(reporter.clockSkewSeconds)} s ${reporter.clockSkewSeconds > 0 ? 'ahead of' : 'behind'} the service`,
    ],
    ['Id', host.id],
  ];
}

function rows(given: Rows): Row[] {
  return given.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : { label, value: String(value).slice(0, 4000) },
  );
}
