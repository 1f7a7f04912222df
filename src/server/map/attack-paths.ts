import { compareSeverity } from '../../model/severity.ts';
import type { KnownPackage, ListenerFacts } from '../../model/topology.ts';
import type { AttackPath, AttackPaths, AttackStep } from './details-schema.ts';
import type { ContainerEntry, ProcessEntry } from './host-state.ts';
import { shorten } from './nodes.ts';
import type { Held, Link } from './place.ts';
import { isLocal, type World } from './world.ts';

const MOST_PATHS = 200;
/** Containers that are followed behind a door: so many hops, and so many in all. */
const MOST_HOPS = 4;
const MOST_REACHED = 30;

/** A port of a container that somebody from elsewhere can talk to. */
interface Door {
  readonly held: Held;
  readonly entry: AttackPath['entry'];
  readonly port: number;
  readonly protocol: string;
  readonly evidence: string;
  readonly isSeen: boolean;
  readonly process: ProcessEntry | undefined;
}

/**
 * The ways from outside to what is vulnerable and onwards: a published port, the container and the process that listens on
 * it, the package that this process has in use, its vulnerability; then along connections that were seen to where the
 * container could be left for. That a vulnerability can be used over that port is not known, and nobody says so.
 */
export function attackPaths(world: World): AttackPaths {
  const paths: AttackPath[] = [];
  let unknown = 0;
  const outgoing = outgoingOf(world);
  for (const door of doorsOf(world)) {
    const state = world.judge(door.held.container).knowledge?.state;
    if (state !== 'known') {
      unknown++;
      continue;
    }
    const [weak] = weakest(world, door.held, door.process);
    if (weak !== undefined) paths.push(pathOf(world, door, weak, outgoing));
  }
  paths.sort(comparePaths);
  return { paths: paths.slice(0, MOST_PATHS), leftOut: Math.max(0, paths.length - MOST_PATHS), unknown };
}

function comparePaths(a: AttackPath, b: AttackPath): number {
  return (
    compareSeverity(b.severity, a.severity) ||
    compareSeverity(b.behind ?? b.severity, a.behind ?? a.severity) ||
    Number(b.knownExploited) - Number(a.knownExploited) ||
    Number(b.entry === 'internet') - Number(a.entry === 'internet') ||
    b.reaches - a.reaches ||
    (a.id < b.id ? -1 : 1)
  );
}

function* doorsOf(world: World): Generator<Door> {
  for (const held of world.graph.containers.values()) {
    const { container, listeners } = held;
    const { facts, gone } = container;
    if (gone !== undefined || facts.state !== 'running') continue;
    const callers = publicCallers(world, container);
    const told = new Set<string>();
    for (const { port, protocol, published } of facts.ports) {
      const key = `${protocol} ${port}`;
      if (published === undefined || isLocal(published.address) || told.has(key)) continue;
      told.add(key);
      const isSeen = callers.has(port);
      const evidence = `port ${port} is published at ${published.address}:${published.port}${isSeen ? ', and called from public addresses' : ''}`;
      const process = listenerOf(held, port, protocol);
      yield { held, port, protocol, evidence, isSeen, process, entry: isSeen ? 'internet' : 'published' };
    }
    const isHostNetwork = facts.powers?.includes('host-network') === true;
    for (const listener of listeners) {
      const { port, protocol } = listener;
      const key = `${protocol} ${port}`;
      const isSeen = callers.has(port);
      if (told.has(key) || (!isSeen && !(isHostNetwork && !listener.addresses.every(isLocal)))) continue;
      told.add(key);
      const evidence = isHostNetwork
        ? `it listens on port ${port} in the network of the host${isSeen ? ', and is called from public addresses' : ''}`
        : `port ${port} is called from public addresses`;
      yield {
        held,
        port,
        protocol,
        evidence,
        isSeen,
        entry: isSeen ? 'internet' : 'host',
        process: listenerOf(held, port, protocol),
      };
    }
  }
}

function publicCallers(world: World, container: ContainerEntry): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const { client, server, port } of world.linksOf(container)) {
    if (server.container === container && client.outside?.isPublic === true) ports.add(port);
  }
  return ports;
}

function listenerOf({ container, listeners }: Held, port: number, protocol: string): ProcessEntry | undefined {
  const fits = (one: ListenerFacts): boolean =>
    one.port === port && one.protocol === protocol && one.process !== undefined;
  const found = listeners.find(fits)?.process;
  return found === undefined ? undefined : container.host.processes.get(found);
}

interface Weakness {
  readonly process: ProcessEntry | undefined;
  readonly package: KnownPackage;
  readonly evidence: string;
}

/** Packages with vulnerabilities that a process has in use; where it is not known which one listens, all of the container. */
function weakest(world: World, held: Held, process: ProcessEntry | undefined): Weakness[] {
  const { inUse } = world.judge(held.container);
  const used = process === undefined ? undefined : new Set(world.packagesOf(process));
  return inUse.flatMap(({ package: pkg, uses }) => {
    const use = process === undefined ? uses[0] : uses.find((one) => one.process === process);
    const isUsed = used === undefined ? true : used.has(pkg) || uses.length === 0;
    if (!isUsed) return [];
    const who = use?.process ?? process;
    const evidence =
      use === undefined
        ? `a run of the image that was watched used ${pkg.name}`
        : `${use.process.facts.name} has ${use.file} in memory, which is of ${pkg.name} ${pkg.version}`;
    return { process: who, package: pkg, evidence };
  });
}

type Outgoing = ReadonlyMap<ContainerEntry, ReadonlyMap<ContainerEntry, Link>>;

/** Who called whom: one link for each pair of containers, the one that is open rather. */
function outgoingOf(world: World): Outgoing {
  const found = new Map<ContainerEntry, Map<ContainerEntry, Link>>();
  for (const link of world.graph.links) {
    const [from, to] = [link.client.container, link.server.container];
    if (from === undefined || to === undefined || from === to || to.gone !== undefined) continue;
    let known = found.get(from);
    if (known === undefined) {
      known = new Map();
      found.set(from, known);
    }
    const before = known.get(to);
    if (before === undefined || before.entry.facts.open < link.entry.facts.open) known.set(to, link);
  }
  return found;
}

function pathOf(world: World, door: Door, weak: Weakness, outgoing: Outgoing): AttackPath {
  const { held, port, protocol, evidence, entry } = door;
  const { container } = held;
  const steps: AttackStep[] = [];
  const internet = door.isSeen ? 'internet' : undefined;
  steps.push({
    ...{ kind: 'entry', label: `${protocol} ${port}`, evidence },
    ...(internet !== undefined && { node: internet, edge: [internet, container.nodeId] }),
  });
  addContainer(steps, world, container, weak);
  const reached = follow(world, container, steps.length - 1, outgoing, steps);
  const [worst] = weak.package.vulnerabilities;
  const behind = gravestOf(steps);
  const nodes = [
    ...new Set(steps.flatMap((step) => [...(step.edge ?? []), ...(step.node === undefined ? [] : [step.node])])),
  ];
  return {
    id: `${container.nodeId}:${protocol}:${port}`,
    severity: worst!.severity,
    ...(behind !== undefined && compareSeverity(behind, worst!.severity) > 0 && { behind }),
    knownExploited: worst!.knownExploited === true,
    title: `${shorten(container.facts.name)}: ${worst!.id} in ${weak.package.name} behind port ${port}`,
    ...{ entry, nodes, steps, reaches: reached },
  };
}

function gravestOf(steps: readonly AttackStep[]): AttackStep['severity'] {
  return steps
    .flatMap(({ kind, severity }) => (kind === 'hop' && severity !== undefined ? [severity] : []))
    .reduce<AttackStep['severity']>(
      (most, one) => (most === undefined || compareSeverity(one, most) > 0 ? one : most),
      undefined,
    );
}

/** Container, process, package and vulnerability. */
function addContainer(steps: AttackStep[], world: World, container: ContainerEntry, weak: Weakness): void {
  const { facts } = container;
  const { process, package: pkg, evidence } = weak;
  const worst = pkg.vulnerabilities[0]!;
  const { inUse } = world.judge(container);
  const others = inUse.length - 1;
  steps.push({
    kind: 'container',
    label: shorten(facts.name),
    node: container.nodeId,
    evidence: `it runs ${shorten(facts.image.reference)}`,
  });
  if (process !== undefined) {
    const user = process.facts.uid === 0 ? ', as root' : '';
    steps.push({
      kind: 'process',
      label: shorten(process.facts.name),
      node: process.nodeId,
      evidence: `process ${process.facts.pid}${user}`,
    });
  }
  steps.push({ kind: 'package', label: `${pkg.name} ${pkg.version}`, evidence, severity: worst.severity });
  steps.push({
    kind: 'vulnerability',
    label: worst.id,
    severity: worst.severity,
    evidence: [
      `${worst.severity}`,
      ...(worst.knownExploited === true ? ['known to be exploited'] : []),
      ...(worst.epss === undefined ? [] : [`EPSS ${(worst.epss * 100).toFixed(1)} %`]),
      ...(pkg.vulnerabilities.length > 1 ? [`${pkg.vulnerabilities.length - 1} more in this package`] : []),
      ...(others > 0 ? [`${others} more packages in use have some`] : []),
    ].join(', '),
    ...(worst.knownExploited === true && { knownExploited: true as const }),
    ...(worst.fixedVersion !== undefined && { fixedVersion: worst.fixedVersion }),
  });
}

/**
 * Goes on from a container along what it called; and from there on where that one is vulnerable, too.
 * @param from index of the step that stands for the container
 * @returns how many containers were reached
 */
function follow(world: World, first: ContainerEntry, from: number, outgoing: Outgoing, steps: AttackStep[]): number {
  const reached = new Set([first]);
  let edge: { readonly container: ContainerEntry; readonly step: number }[] = [{ container: first, step: from }];
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const next: typeof edge = [];
    for (const { container, step } of edge) {
      for (const [to, link] of outgoing.get(container) ?? []) {
        if (reached.has(to)) continue;
        reached.add(to);
        if (reached.size > MOST_REACHED + 1) continue;
        const { facts } = link.entry;
        const name = facts.name === undefined ? '' : ` as ${shorten(facts.name)}`;
        const state = facts.open > 0 && link.entry.gone === undefined ? `${facts.open} open` : `${facts.seen} seen`;
        const held = world.graph.containers.get(to)!;
        const [weak] = weakest(world, held, link.server.process);
        const worst = weak?.package.vulnerabilities[0];
        const index =
          steps.push({
            kind: 'hop',
            label: shorten(to.facts.name),
            evidence: `${shorten(container.facts.name)} calls it${name} on port ${link.port} (${state})${
              weak === undefined
                ? wordOf(world.judge(to).knowledge?.state)
                : `; there ${worst!.id} in ${weak.package.name} ${weak.package.version}, in use`
            }`,
            node: to.nodeId,
            edge: [container.nodeId, to.nodeId],
            from: step,
            ...(worst !== undefined && { severity: worst.severity }),
            ...(worst?.knownExploited === true && { knownExploited: true as const }),
            ...(worst?.fixedVersion !== undefined && { fixedVersion: worst.fixedVersion }),
          }) - 1;
        if (weak !== undefined) next.push({ container: to, step: index });
      }
    }
    edge = next;
  }
  return reached.size - 1;
}

function wordOf(state: string | undefined): string {
  return state === 'known' ? '; no vulnerability of what listens there is known' : '; its software is not known';
}
