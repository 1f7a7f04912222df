import type { ProcessEntry } from '../host-state.ts';
import type { World } from '../world.ts';
import { containerId } from './scope-containers.ts';
import { hostId } from './scope-hosts.ts';
import {
  counted,
  folded,
  metric,
  type OptionGroup,
  rows,
  type ScopeKind,
  type ScopeNode,
  type Thing,
} from './scope-kind.ts';

const options: readonly OptionGroup[] = [
  {
    id: 'unconnected',
    defaultValue: 'hide',
    options: [
      { value: 'show', label: 'Show unconnected' },
      { value: 'hide', label: 'Hide unconnected' },
    ],
  },
];

export const processId = ({ facts, host }: ProcessEntry): string => `${host.name};${facts.pid}`;

export const processes: ScopeKind = {
  ...{ name: 'Processes', rank: 1, hideIfEmpty: true, options },
  things: (world) => each(world, (one) => ({ id: processId(one), make: () => processNode(one) })),
  idOf: ({ process }) => process && processId(process),
};

export const processesByName: ScopeKind = {
  ...{ name: 'by name', hideIfEmpty: true, options, parent: 'processes' },
  things: (world) =>
    each(world, ({ facts: { name } }) => ({
      id: name,
      make: (count) => folded(name, 'square', counted(count, 'process', 'processes')),
    })),
  idOf: ({ process }) => process?.facts.name,
};

function* each({ graph }: World, thing: (process: ProcessEntry) => Thing): Generator<Thing> {
  for (const host of graph.hosts) {
    for (const process of host.processes.values()) if (process.gone === undefined) yield thing(process);
  }
}

export function processNode(process: ProcessEntry): ScopeNode {
  const { facts, host } = process;
  const container = host.containers.get(facts.container ?? '');
  const parent = host.processes.get(facts.parent ?? '');
  const figures = host.told.figures.get(facts.id);
  const cpu = figures?.cpu === undefined ? undefined : figures.cpu * 100;
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
      ...metric('process_cpu_usage_percent', 'CPU', 'percent', cpu, 100),
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
