import { isIP } from 'node:net';
import type { Observation } from '../../model/observation.ts';

/**
 * A NetworkPolicy (Kubernetes, networking.k8s.io/v1) of what a run did: ports that listened come in, addresses that were
 * called go out. Names cannot be written there: they are told in an annotation, and name servers are allowed for them.
 */
export function networkPolicy({ ports, contacts }: Pick<Observation, 'ports' | 'contacts'>, name: string): object {
  const listening = ports.filter(({ state, localOnly }) => state === 'listening' && !localOnly);
  const names = [...new Set(contacts.flatMap((contact) => contact.name ?? []))].sort();
  const addresses = contacts.filter(
    ({ address, name: asked }) => address !== undefined && asked === undefined && !isOwn(address),
  );
  const into = [
    ...new Map(
      listening.map(({ protocol, port }) => [`${protocol}${port}`, { protocol: protocol.toUpperCase(), port }]),
    ).values(),
  ];
  const out = addresses.map(({ address, port }) => ({
    to: [{ ipBlock: { cidr: cidrOf(address!) } }],
    ...(port !== undefined && { ports: [{ port }] }),
  }));
  // What was called by its name may have another address tomorrow: the port is all that can be said of it.
  const named = new Set(contacts.flatMap((one) => (one.name === undefined ? [] : (one.port ?? [])))).values();
  const toNames = [...named].filter((port) => port !== 53).sort((a, b) => a - b);
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
      egress: [...(names.length > 0 ? [dns] : []), ...toNames.map((port) => ({ ports: [{ port }] })), ...out],
    },
  };
}

/** One address as a block; one of IPv4 that a socket of IPv6 called (RFC 4291 section 2.5.5.2) is one of IPv4. */
function cidrOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return `${plain}/${plain.includes(':') ? 128 : 32}`;
}

/** Addresses that lead back to the pod itself, which no policy is asked about; and what is no address at all. */
function isOwn(address: string): boolean {
  return isIP(address) === 0 || /^(?:127\.|0\.0\.0\.0$|::1?$|::ffff:127\.)/i.test(address);
}
