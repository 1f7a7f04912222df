import { isIP } from 'node:net';
import type { ContainerFacts } from '../../model/topology.ts';
import type { ContainerEntry } from './host-state.ts';
import type { MapEdge, MapNode } from './map-schema.ts';
import type { Link, Place } from './place.ts';
import { isAny } from './servers-of-host.ts';
import type { ViewFilter } from './view-filter.ts';
import type { World } from './world.ts';

/** GraphML (http://graphml.graphdrawing.org/specification.html): nodes and edges with what programs that draw can use. */
export function graphml(nodes: readonly MapNode[], edges: readonly MapEdge[]): string {
  const keys = [
    ...nodeKeys.map(([name, type]) => `  <key id="n_${name}" for="node" attr.name="${name}" attr.type="${type}"/>`),
    ...edgeKeys.map(([name, type]) => `  <key id="e_${name}" for="edge" attr.name="${name}" attr.type="${type}"/>`),
  ];
  const data = (prefix: string, name: string, value: unknown): string =>
    value === undefined ? '' : `<data key="${prefix}_${name}">${xml(String(value))}</data>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys,
    '  <graph id="map" edgedefault="directed">',
    ...nodes.map(
      (node) =>
        `    <node id="${xml(node.id)}">${nodeKeys.map(([name, , of]) => data('n', name, of(node))).join('')}</node>`,
    ),
    ...edges.map(
      (edge) =>
        `    <edge id="${xml(edge.id)}" source="${xml(edge.source)}" target="${xml(edge.target)}">${edgeKeys.map(([name, , of]) => data('e', name, of(edge))).join('')}</edge>`,
    ),
    '  </graph>',
    '</graphml>',
    '',
  ].join('\n');
}

const nodeKeys: readonly (readonly [name: string, type: string, of: (node: MapNode) => unknown])[] = [
  ['label', 'string', ({ label }) => label],
  ['kind', 'string', ({ kind }) => kind],
  ['detail', 'string', ({ detail }) => detail],
  ['parent', 'string', ({ parent }) => parent],
  ['state', 'string', ({ state }) => state],
  ['host', 'string', ({ host }) => host],
  ['image', 'string', ({ image }) => image],
  ['exposure', 'string', ({ exposure }) => exposure],
  ['severity', 'string', ({ worst }) => worst?.severity],
  ['vulnerability', 'string', ({ worst }) => worst?.id],
  ['package', 'string', ({ worst }) => worst?.package],
  ['processes', 'int', ({ counts }) => counts.processes],
  ['connections', 'int', ({ counts }) => counts.connections],
];

const edgeKeys: readonly (readonly [name: string, type: string, of: (edge: MapEdge) => unknown])[] = [
  ['kind', 'string', ({ kind }) => kind],
  ['ports', 'string', ({ ports }) => ports.map(({ port, protocol }) => `${port}/${protocol}`).join(' ')],
  ['names', 'string', ({ names }) => (names.length === 0 ? undefined : names.join(' '))],
  ['open', 'int', ({ open }) => open],
  ['seen', 'int', ({ seen }) => seen],
];

/** Characters that XML 1.0 has no place for at all are left out (section 2.2). */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

interface Peer {
  readonly selector: object;
  readonly ports: Map<string, { readonly protocol: string; readonly port: number }>;
}

/** What calls one service, and what it calls. */
interface Traffic {
  readonly service: Service;
  readonly incoming: Map<string, Peer>;
  readonly outgoing: Map<string, Peer>;
}

/**
 * One NetworkPolicy (Kubernetes, networking.k8s.io/v1) for each service that was seen: it allows what was seen, and the
 * questions to name servers. Replicas of a service of Compose, or of a pod template, are one.
 */
export function networkPolicies(world: World, filter: ViewFilter): object[] {
  const seen = new Map<string, Traffic>();
  for (const { container } of world.graph.containers.values()) {
    if (container.gone !== undefined || !filter.has(container)) continue;
    const service = serviceOf(container);
    if (!seen.has(service.key)) seen.set(service.key, { service, incoming: new Map(), outgoing: new Map() });
  }
  for (const link of world.graph.links) {
    const [client, server] = [link.client.container, link.server.container];
    const [from, to] = [client && seen.get(serviceOf(client).key), server && seen.get(serviceOf(server).key)];
    if (to !== undefined) put(to.incoming, link, link.client, 'client');
    if (from !== undefined) put(from.outgoing, link, link.server, 'server');
  }
  const names = new Map<string, number>();
  return [...seen.values()]
    .sort((a, b) => (a.service.name + a.service.key < b.service.name + b.service.key ? -1 : 1))
    .map((traffic) => {
      const { name } = traffic.service;
      // Services whose names differ in what cannot stand in the name of an object.
      const count = (names.get(name) ?? 0) + 1;
      names.set(name, count);
      return policyOf(traffic, count === 1 ? name : `${name.slice(0, 58)}-${count}`);
    });
}

function put(peers: Map<string, Peer>, { port, entry }: Link, other: Place, side: 'client' | 'server'): void {
  const { facts } = entry;
  const { address } = facts[side];
  const isAnywhere = other.outside?.isPublic === true;
  const place = isAnywhere ? `internet ${isIP(address)}` : address;
  const key = other.container === undefined ? place : serviceOf(other.container).key;
  let known = peers.get(key);
  if (known === undefined) {
    const selector = peerOf(other, address);
    if (selector === undefined) return;
    known = { selector, ports: new Map() };
    peers.set(key, known);
  }
  const protocol = facts.protocol.toUpperCase();
  known.ports.set(`${protocol} ${port}`, { protocol, port });
}

function peerOf({ container, outside, host }: Place, address: string): object | undefined {
  if (container !== undefined) return { podSelector: { matchLabels: serviceOf(container).labels } };
  const version = isIP(address);
  // Names are not to be had here, and the internet has no end: anywhere but private networks.
  if (outside?.isPublic === true) return version === 6 ? anywhere6 : anywhere4;
  if ((outside === undefined && host === undefined) || version === 0 || isAny(address)) return undefined;
  return { ipBlock: { cidr: `${address}/${version === 4 ? 32 : 128}` } };
}

const anywhere4 = { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] } };
const anywhere6 = { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } };

function policyOf({ service: { labels }, incoming, outgoing }: Traffic, name: string): object {
  const rules = (peers: ReadonlyMap<string, Peer>, direction: 'from' | 'to'): object[] =>
    [...peers.values()].map(({ selector, ports }) => ({
      [direction]: [selector],
      ports: [...ports.values()].sort((a, b) => a.port - b.port),
    }));
  const egress = rules(outgoing, 'to');
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
      annotations: { 'drydock.observed': 'of connections that were seen; what was not seen is not allowed' },
    },
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress', 'Egress'],
      ingress: rules(incoming, 'from'),
      egress: egress.length === 0 ? [] : [dns, ...egress],
    },
  };
}

interface Service {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The same for all replicas, and for them alone. */
  readonly key: string;
}

/** Asked for of both ends of each connection. */
const services = new WeakMap<ContainerFacts, Service>();

/** The service that a container is a replica of, by the labels of Compose and Kubernetes, or else its own name. */
function serviceOf({ facts }: ContainerEntry): Service {
  let known = services.get(facts);
  if (known === undefined) {
    const { name, labels } = namedService(facts);
    known = { name, labels, key: JSON.stringify(labels) };
    services.set(facts, known);
  }
  return known;
}

function namedService({ labels, name }: ContainerFacts): Pick<Service, 'name' | 'labels'> {
  const kubernetes = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app'].flatMap((one) => {
    const value = labels[one];
    return value === undefined ? [] : [[one, labelValue(value)] as const];
  });
  if (kubernetes.length > 0) {
    return { name: objectName(kubernetes.map(([, value]) => value).join('-')), labels: Object.fromEntries(kubernetes) };
  }
  const [project, service] = [labels['com.docker.compose.project'], labels['com.docker.compose.service']];
  const label = service === undefined ? name : project === undefined ? service : `${project}-${service}`;
  return { name: objectName(label), labels: { app: labelValue(label) } };
}

/** A name of an object (RFC 1123 label). */
function objectName(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'unnamed' : plain;
}

/** What the value of a label may be. */
function labelValue(text: string): string {
  const plain = text
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
  return plain === '' ? 'unnamed' : plain;
}
