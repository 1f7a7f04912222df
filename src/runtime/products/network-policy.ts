import type { Observation } from '../../model/observation.ts';

/**
 * A NetworkPolicy (Kubernetes, networking.k8s.io/v1) of what a run did: ports that listened come in, addresses that were
 * called go out. Names cannot be written there: they are told in an annotation, and name servers are allowed for them.
 */
export function networkPolicy({ ports, contacts }: Pick<Observation, 'ports' | 'contacts'>, name: string): object {
  const listening = ports.filter(({ state, localOnly }) => state === 'listening' && !localOnly);
  const names = [...new Set(contacts.flatMap((contact) => contact.name ?? []))].sort();
  const addresses = contacts.filter((contact) => contact.address !== undefined && contact.name === undefined);
  const into = [
    ...new Map(
      listening.map(({ protocol, port }) => [`${protocol}${port}`, { protocol: protocol.toUpperCase(), port }]),
    ).values(),
  ];
  const out = addresses.map(({ address, port }) => ({
    to: [{ ipBlock: { cidr: `${address}/${address!.includes(':') ? 128 : 32}` } }],
    ...(port !== undefined && { ports: [{ port }] }),
  }));
  const dns = {
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name,
      annotations: {
        'drydock.observed': 'of one run under one workload; another one may need more',
        ...(names.length > 0 && { 'drydock.names': names.join(' ') }),
      },
    },
    spec: {
      podSelector: { matchLabels: { app: name } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: into.length === 0 ? [] : [{ ports: into }],
      egress: [...(names.length > 0 ? [dns] : []), ...out],
    },
  };
}
