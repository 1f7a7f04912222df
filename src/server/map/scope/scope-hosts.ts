import type { HostState } from '../host-state.ts';
import { metric, rows, type ScopeKind, type ScopeNode } from './scope-kind.ts';

export const hostId = (host: HostState): string => `${host.name};<host>`;

export const hosts: ScopeKind = {
  name: 'Hosts',
  rank: 4,
  hideIfEmpty: false,
  options: [],
  *things({ graph }) {
    for (const host of graph.hosts) yield { id: hostId(host), make: () => hostNode(host) };
  },
  idOf: ({ host }) => host && hostId(host),
};

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
