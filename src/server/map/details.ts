import type { Severity } from '../../model/severity.ts';
import type { ListenerFacts } from '../../model/topology.ts';
import type { InUseFinding, MapConnection, MapControl, NodeDetails, NodeLink } from './details-schema.ts';
import type { ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import type { PackageInUse } from './knowledge.ts';
import type { MapNode } from './map-schema.ts';
import { metadataOf } from './metadata.ts';
import { containerNode, processNode, shorten, sum } from './nodes.ts';
import type { Held, Link, Place } from './place.ts';
import type { Subject } from './subjects.ts';
import { isLocal, type World } from './world.ts';

const MOST_CHILDREN = 500;
const MOST_CONNECTIONS = 300;
const MOST_FINDINGS = 200;
const MOST_VULNERABILITIES = 50;

/** What only the map as a whole knows of a node. */
export interface DetailsAround {
  readonly series: NodeDetails['series'];
  readonly controls: readonly MapControl[];
  /** The caller may see what holds secrets. */
  readonly seesEnvironment: boolean;
}

/** Everything that is known of one node. */
export function detailsOf(world: World, subject: Subject, around: DetailsAround): NodeDetails {
  const { containers, processes } = subject;
  const links = linksOf(world, subject);
  const incoming = links.filter(({ server, client }) => subject.has(server) && !subject.has(client));
  const outgoing = links.filter(({ client, server }) => subject.has(client) && !subject.has(server));
  const within = links.filter(({ client, server }) => subject.has(client) && subject.has(server));
  const children = childrenOf(world, subject);
  const findings = findingsOf(world, subject);
  const single = containers.length === 1 ? containers[0]!.container : undefined;
  const knowledge = single === undefined ? undefined : world.judge(single).knowledge;
  const reason = knowledge?.reason ?? knowledge?.incomplete;
  const isContainer = subject.kind === 'container';
  const environment = isContainer && around.seesEnvironment ? single?.facts.environment : undefined;
  const images = new Set(containers.map(({ container }) => container.facts.image.id));
  const ofOne = images.size === 1 ? containers[0]!.container : undefined;
  const { page, run } = (ofOne && world.judge(ofOne).knowledge) ?? {};
  const submit = ofOne === undefined ? undefined : submittable(world, ofOne);
  return {
    node: withOpen(
      subject.node,
      sum(links, ({ entry: { gone, facts } }) => (gone === undefined ? facts.open : 0)),
    ),
    metadata: metadataOf(world, subject),
    series: around.series,
    parents: subject.parents,
    children: children.slice(0, MOST_CHILDREN),
    childrenLeftOut: Math.max(0, children.length - MOST_CHILDREN),
    incoming: connectionsOf(world, incoming, 'client').slice(0, MOST_CONNECTIONS),
    outgoing: connectionsOf(world, outgoing, 'server').slice(0, MOST_CONNECTIONS),
    connectionsLeftOut:
      Math.max(0, incoming.length - MOST_CONNECTIONS) + Math.max(0, outgoing.length - MOST_CONNECTIONS) + within.length,
    listeners: listenersOf(world, subject),
    findings: findings.slice(0, MOST_FINDINGS),
    findingsLeftOut: Math.max(0, findings.length - MOST_FINDINGS),
    drift: processes.flatMap((process) => {
      const { drift, executable } = process.facts;
      if (drift === undefined || process.gone !== undefined) return [];
      return { process: linkTo(process), what: drift, ...(executable !== undefined && { file: shorten(executable) }) };
    }),
    labels: isContainer
      ? Object.entries(single?.facts.labels ?? {})
          .map(([name, value]) => ({ name, value }))
          .sort((a, b) => (a.name < b.name ? -1 : 1))
      : [],
    ...(environment !== undefined && { environment: [...environment] }),
    controls: isContainer ? [...around.controls] : [],
    ...(reason !== undefined && { knowledgeReason: reason }),
    ...(page !== undefined && { imagePage: page }),
    ...(run !== undefined && { observedRun: run }),
    ...(submit !== undefined && { submit }),
  };
}

/** What to submit so that its image is known: a name that a registry may have. */
function submittable(world: World, container: ContainerEntry): string | undefined {
  const { knowledge } = world.judge(container);
  const { reference } = container.facts.image;
  const isMissing = knowledge === undefined || knowledge.state === 'unknown' || knowledge.state === 'failed';
  const isName = /^[a-z\d][\w.:/@-]{0,254}$/i.test(reference) && !/^(?:sha256:)?[\da-f]{12,64}$/.test(reference);
  return isMissing && isName ? reference : undefined;
}

function withOpen(node: MapNode, connections: number): MapNode {
  return { ...node, counts: { ...node.counts, connections } };
}

function idOf({ outside, process, container, host }: Place): string {
  return outside?.nodeId ?? process?.nodeId ?? container?.nodeId ?? host?.nodeId ?? '';
}

function linksOf({ graph, linksOf: of }: World, subject: Subject): readonly Link[] {
  // Of one of them there is a list; of many all have to be looked at once.
  if (subject.kind === 'process') return of(subject.processes[0]!);
  if (subject.kind === 'container') return of(subject.containers[0]!.container);
  return graph.links.filter(({ client, server }) => subject.has(client) || subject.has(server));
}

function childrenOf(world: World, { kind, containers, processes, loose }: Subject): MapNode[] {
  if (kind === 'process') return [];
  if (kind === 'container') {
    const { container } = containers[0]!;
    return processes.map((process) => processNode(world, process, container.nodeId));
  }
  return [
    ...containers.map((held) => containerNode(world, held)),
    ...loose.map((process) => processNode(world, process, undefined)),
  ];
}

function findingsOf(world: World, { kind, containers, processes }: Subject): InUseFinding[] {
  if (kind === 'process') {
    const own = processes[0]!;
    const held = containers[0];
    if (held === undefined) return [];
    const used = new Set(world.packagesOf(own));
    return world
      .judge(held.container)
      .inUse.filter((one) => used.has(one.package))
      .map((one) => findingOf({ ...one, uses: one.uses.filter(({ process }) => process === own) }));
  }
  const all = new Map<string, InUseFinding>();
  for (const { container } of containers) {
    for (const one of world.judge(container).inUse) {
      const finding = findingOf(one);
      const key = `${finding.purl} ${finding.package} ${finding.version}`;
      const known = all.get(key);
      if (known === undefined) all.set(key, finding);
      else known.use.push(...finding.use.slice(0, Math.max(0, 10 - known.use.length)));
    }
  }
  return [...all.values()];
}

function findingOf({ package: pkg, uses }: PackageInUse): InUseFinding {
  const { name, version, purl, vulnerabilities, observed } = pkg;
  return {
    ...{ package: name, version, purl, severity: vulnerabilities[0]!.severity as Severity },
    vulnerabilities: vulnerabilities.slice(0, MOST_VULNERABILITIES).map((one) => ({ ...one })),
    count: vulnerabilities.length,
    use: uses.map(({ process, file }) => ({ process: process.nodeId, name: process.facts.name, file })),
    ...(observed !== undefined && { observed: { use: observed.use, files: observed.files.map(shorten) } }),
  };
}

function connectionsOf(world: World, links: readonly Link[], other: 'client' | 'server'): MapConnection[] {
  const own = other === 'client' ? 'server' : 'client';
  return links
    .map((link) => {
      const { entry, port } = link;
      const { facts, since, gone, lastOpen } = entry;
      const [process, otherProcess] = [link[own].process?.facts.name, link[other].process?.facts.name];
      const { asked } = facts;
      return {
        id: `${idOf(link.client)}>${idOf(link.server)}:${facts.protocol}:${port}:${facts.id}`,
        other: placeLink(world, link[other]),
        ...(process !== undefined && { process }),
        ...(otherProcess !== undefined && { otherProcess }),
        ...{ address: facts[other].address, protocol: facts.protocol, port },
        ...(asked !== undefined && { asked: `${bracketed(asked.address)}:${asked.port}` }),
        ...(facts.name !== undefined && { name: facts.name }),
        ...{ open: gone === undefined ? facts.open : 0, seen: facts.seen, since: new Date(since).toISOString() },
        lastSeen: new Date(gone === undefined && facts.open > 0 ? world.at : lastOpen).toISOString(),
        ...(facts.guessed === true && { guessed: true as const }),
        ...(link.toldBy !== undefined && { toldBy: link.toldBy }),
        ...(gone !== undefined && { gone: new Date(gone).toISOString() }),
      };
    })
    .sort((a, b) => b.open - a.open || b.seen - a.seen || (a.id < b.id ? -1 : 1));
}

/** The container rather than the process: that is what a map shows at first. */
function placeLink(_world: World, { outside, container, process, host }: Place): NodeLink {
  if (outside !== undefined) {
    return { id: outside.nodeId, kind: outside.isPublic ? 'internet' : 'outside', label: outside.label };
  }
  if (container !== undefined) return linkTo(container);
  if (process !== undefined) return linkTo(process);
  return { id: host?.nodeId ?? '', kind: 'host', label: shorten(host?.name ?? '') };
}

export function linkTo(entry: ContainerEntry | ProcessEntry | HostState): NodeLink {
  if (!('facts' in entry)) return { id: entry.nodeId, kind: 'host', label: shorten(entry.name) };
  const kind = 'pid' in entry.facts ? 'process' : 'container';
  return { id: entry.nodeId, kind, label: shorten(entry.facts.name) };
}

function listenersOf(world: World, { kind, containers, processes, hosts }: Subject): NodeDetails['listeners'] {
  const wanted = kind === 'process' ? processes[0]!.facts.id : undefined;
  const own = containers.flatMap((held) => listenersOfContainer(held, wanted));
  const isLoose = kind === 'host' || kind === 'group' || kind === 'process';
  const loose = isLoose && (kind === 'host' || containers.length === 0) ? hosts : [];
  const ofHosts = loose.flatMap((host) =>
    (world.graph.looseListeners.get(host) ?? [])
      .filter(({ process }) => wanted === undefined || process === wanted)
      .map((facts) => ({
        ...listener(host, facts),
        exposure: facts.addresses.every(isLocal) ? ('internal' as const) : ('host' as const),
        published: [],
      })),
  );
  return [...own, ...ofHosts]
    .sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1))
    .slice(0, MOST_CONNECTIONS);
}

function listenersOfContainer({ container, listeners }: Held, wanted: string | undefined): NodeDetails['listeners'] {
  const { facts, host, gone } = container;
  if (gone !== undefined) return [];
  const found = listeners
    .filter(({ process }) => wanted === undefined || process === wanted)
    .map((one) => {
      const at = facts.ports.filter(
        ({ port, protocol, published }) => published && port === one.port && protocol === one.protocol,
      );
      return {
        ...listener(host, one),
        ...reach(
          container,
          at.flatMap(({ published }) => published ?? []),
        ),
      };
    });
  if (wanted !== undefined) return found;
  // Ports that the image or the engine names, where nobody was seen to listen.
  const more = new Map<string, NodeDetails['listeners'][number]>();
  for (const { port, protocol, published } of facts.ports) {
    if (found.some((one) => one.port === port && one.protocol === protocol)) continue;
    const key = `${protocol} ${port}`;
    const at = [...(published === undefined ? [] : [published])];
    const known = more.get(key);
    if (known === undefined) more.set(key, { port, protocol, addresses: [], ...reach(container, at) });
    else known.published.push(...at.map(addressed));
  }
  return [...found, ...more.values()];
}

function listener(host: HostState, { protocol, port, addresses, process }: ListenerFacts) {
  const entry = process === undefined ? undefined : host.processes.get(process);
  return { protocol, port, addresses: [...addresses], ...(entry !== undefined && { process: linkTo(entry) }) };
}

function reach(
  { facts: { powers } }: ContainerEntry,
  at: readonly { readonly address: string; readonly port: number }[],
): Pick<NodeDetails['listeners'][number], 'exposure' | 'published'> {
  const published = at.map(addressed);
  if (at.length > 0)
    return { exposure: at.every(({ address }) => isLocal(address)) ? 'published-locally' : 'published', published };
  return { exposure: powers?.includes('host-network') === true ? 'host' : 'internal', published };
}

function addressed({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${bracketed(address)}:${port}`;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
