import { compareSeverity, type Severity } from '../../model/severity.ts';
import type { ContainerFacts, KnownPackage } from '../../model/topology.ts';
import type { ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import { idPart } from './id-part.ts';
import { gravest, isUseSeen, type PackageInUse } from './knowledge.ts';
import type { MapNode } from './map-schema.ts';
import type { Held, Outside } from './place.ts';
import { exposureOf, isSystem, type World } from './world.ts';

type Worst = NonNullable<MapNode['worst']>;

const nothing = { containers: 0, processes: 0, connections: 0 } as const;

/** As it is shown: no name decides how wide a map is. */
const MOST_LABEL = 120;

export function containerNode(world: World, held: Held): MapNode {
  const { container, processes } = held;
  const { facts, host, gone } = container;
  const { knowledge, inUse, installed, isUseUnknown } = world.judge(container);
  const worst = world.past === undefined ? worstOf(inUse) : world.past.get(container.nodeId);
  const exposure = exposureOf(held);
  const running = processes.filter((process) => process.gone === undefined);
  const drift = running.filter(isDrifting).length;
  const figures = host.told.figures.get(facts.id);
  return {
    id: container.nodeId,
    kind: 'container',
    label: shorten(facts.name),
    detail: shorten(facts.image.reference),
    parent: host.nodeId,
    state: facts.state,
    host: shorten(host.name),
    image: shorten(facts.image.reference),
    ...belongingOf(facts),
    ...(exposure !== undefined && { exposure }),
    ...(worst !== undefined && { worst }),
    ...(installed !== undefined && { installed }),
    knowledge: world.past !== undefined && worst !== undefined ? 'known' : (knowledge?.state ?? 'unknown'),
    ...(isUseUnknown && worst === undefined && { useUnknown: true as const }),
    ...(drift > 0 && { drift }),
    ...(facts.powers !== undefined && facts.powers.length > 0 && { powers: facts.powers.slice(0, 20) }),
    counts: { ...nothing, containers: 1, processes: running.length },
    ...figuresOf(figures),
    ...(isSystem(container) && { system: true }),
    ...(processes.length > 0 && { canExpand: true }),
    ...goneAt(gone),
  };
}

export function processNode(world: World, process: ProcessEntry, parent: string | undefined): MapNode {
  const { facts, host, gone } = process;
  const container = host.containers.get(facts.container ?? '');
  const worst = worstOfPackages(world.packagesOf(process));
  const words = facts.arguments?.join(' ') ?? facts.executable;
  const knowledge = container === undefined ? undefined : world.judge(container).knowledge;
  const isUseUnknown =
    knowledge?.state === 'known' &&
    (knowledge.incomplete !== undefined || (knowledge.packages.length > 0 && !isUseSeen(process, knowledge)));
  return {
    id: process.nodeId,
    kind: 'process',
    label: shorten(facts.name),
    ...(words !== undefined && { detail: shorten(words) }),
    ...(parent !== undefined && { parent }),
    state: gone === undefined ? 'running' : 'exited',
    host: shorten(host.name),
    ...(container !== undefined && { image: shorten(container.facts.image.reference) }),
    ...(worst !== undefined && { worst }),
    knowledge: container === undefined ? 'none' : (knowledge?.state ?? 'unknown'),
    ...(isUseUnknown && worst === undefined && gone === undefined && { useUnknown: true as const }),
    ...(isDrifting(process) && { drift: 1 }),
    counts: { ...nothing, processes: 1 },
    ...figuresOf(host.told.figures.get(facts.id)),
    ...goneAt(gone),
  };
}

/** A host with its containers: `state` is that of its reporter. */
export function hostNode(world: World, host: HostState): MapNode {
  const reporter = world.reporters.find((one) => one.host === host.id);
  const { engine, system } = host.told.host ?? {};
  const detail = engine === undefined ? system : `${engine.name} ${engine.version ?? ''}`.trim();
  return {
    id: host.nodeId,
    kind: 'host',
    label: shorten(host.name),
    ...(detail !== undefined && { detail: shorten(detail) }),
    state: reporter?.state ?? 'unknown',
    knowledge: 'none',
    counts: { ...nothing, containers: host.told.containers.size, processes: host.told.processes.size },
    ...figuresOf(host.told.figures.get(host.id)),
  };
}

export function outsideNode({ nodeId, label, isPublic }: Outside): MapNode {
  return {
    id: nodeId,
    kind: isPublic ? 'internet' : 'outside',
    label,
    state: 'unknown',
    knowledge: 'none',
    counts: nothing,
  };
}

/** Several containers as one. */
export function foldContainers(world: World, containers: readonly Held[], frame: Fold): MapNode {
  return fold(
    containers.map((held) => containerNode(world, held)),
    frame,
  );
}

/** Several processes as one. */
export function foldProcesses(world: World, processes: readonly ProcessEntry[], frame: Fold): MapNode {
  return fold(
    processes.map((process) => processNode(world, process, undefined)),
    frame,
  );
}

interface Fold {
  readonly id: string;
  readonly kind: MapNode['kind'];
  readonly label: string;
  readonly detail?: string;
  readonly parent?: string;
  readonly canExpand?: true;
}

const exposures = ['internal', 'host', 'published-locally', 'published'] as const;

function fold(members: readonly MapNode[], frame: Fold): MapNode {
  const there = members.filter(({ gone }) => gone === undefined);
  const shown = there.length > 0 ? there : members;
  let worst: Worst | undefined;
  let count = 0;
  for (const { worst: one } of shown) {
    if (one === undefined) continue;
    count = Math.max(count, one.count);
    if (worst === undefined || compareSeverity(one.severity, worst.severity) > 0) worst = one;
  }
  const installed = gravest(shown.map((one) => one.installed));
  const exposure = exposures.findLast((one) => shown.some((member) => member.exposure === one));
  const powers = [...new Set(shown.flatMap((one) => one.powers ?? []))].slice(0, 20);
  const drift = sum(shown, (one) => one.drift ?? 0);
  const states = new Set(shown.map(({ state }) => state));
  const known = new Set(shown.map(({ knowledge }) => knowledge));
  const hosts = new Set(shown.map(({ host }) => host));
  const [host] = hosts;
  const image = shown[0]?.image;
  const cpu = sum(shown, (one) => one.cpu ?? 0);
  const memoryBytes = sum(shown, (one) => one.memoryBytes ?? 0);
  return {
    ...frame,
    label: shorten(frame.label),
    ...(frame.detail !== undefined && { detail: shorten(frame.detail) }),
    state: states.has('running') ? 'running' : ([...states][0] ?? 'unknown'),
    ...(hosts.size === 1 && host !== undefined && { host }),
    ...(image !== undefined && { image }),
    ...commonBelonging(shown),
    ...(exposure !== undefined && { exposure }),
    ...(worst !== undefined && { worst: { ...worst, count } }),
    ...(installed !== undefined && { installed }),
    // What is known of all of them: of one that is known nobody else becomes calm.
    knowledge: (['unknown', 'failed', 'scanning', 'known'] as const).find((one) => known.has(one)) ?? 'none',
    ...(shown.some(({ useUnknown }) => useUnknown === true) && { useUnknown: true as const }),
    ...(frame.kind === 'group' && there.length > 0 && { tally: tallyOf(there) }),
    ...(drift > 0 && { drift }),
    ...(powers.length > 0 && { powers }),
    counts: {
      containers: sum(shown, (one) => one.counts.containers),
      processes: sum(shown, (one) => one.counts.processes),
      connections: 0,
    },
    ...figuresOf({ ...(cpu > 0 && { cpu }), ...(memoryBytes > 0 && { memoryBytes }) }),
    ...(shown.length > 0 && shown.every(({ system }) => system === true) && { system: true }),
    ...(there.length === 0 &&
      members.length > 0 && {
        gone: members
          .map((one) => one.gone!)
          .sort()
          .at(-1)!,
      }),
  };
}

function tallyOf(members: readonly MapNode[]): NonNullable<MapNode['tally']> {
  const severities = new Map<Severity, number>();
  let [calm, notKnown] = [0, 0];
  for (const { worst, knowledge, useUnknown } of members) {
    if (worst !== undefined) severities.set(worst.severity, (severities.get(worst.severity) ?? 0) + 1);
    else if (knowledge === 'known' && useUnknown !== true) calm++;
    else if (knowledge !== 'none') notKnown++;
  }
  return {
    severities: [...severities]
      .map(([severity, count]) => ({ severity, count }))
      .sort((a, b) => compareSeverity(b.severity, a.severity)),
    ...{ calm, notKnown },
  };
}

/** Networks of a container that are named. */
const MOST_NETWORKS = 5;

/** What a container belongs to beside its host and image, for whoever draws those of one together. */
function belongingOf({ labels, networks }: ContainerFacts): Pick<MapNode, 'project' | 'networks'> {
  const project = labels['com.docker.compose.project'];
  return {
    ...(project !== undefined && project !== '' && { project: shorten(project) }),
    ...(networks.length > 0 && { networks: networks.slice(0, MOST_NETWORKS).map(({ name }) => shorten(name)) }),
  };
}

/** Of several as one: what they have in common. */
function commonBelonging([first, ...rest]: readonly MapNode[]): Pick<MapNode, 'project' | 'networks'> {
  if (first === undefined) return {};
  const { project, networks } = first;
  const inAll = networks?.filter((network) => rest.every((one) => one.networks?.includes(network) === true));
  return {
    ...(project !== undefined && rest.every((one) => one.project === project) && { project }),
    ...(inAll !== undefined && inAll.length > 0 && { networks: inAll }),
  };
}

export function worstOf(inUse: readonly PackageInUse[]): Worst | undefined {
  return worstOfPackages(inUse.map((one) => one.package));
}

/** @param packages the gravest first */
function worstOfPackages(packages: readonly KnownPackage[]): Worst | undefined {
  const [first] = packages;
  const gravestOne = first?.vulnerabilities[0];
  if (first === undefined || gravestOne === undefined) return undefined;
  return {
    severity: gravestOne.severity,
    id: gravestOne.id,
    package: first.name,
    count: sum(packages, ({ vulnerabilities }) => vulnerabilities.length),
  };
}

/** What a volume brings is wanted there; what else is no file of the image is not. */
export function isDrifting({ facts: { drift }, gone }: ProcessEntry): boolean {
  return drift !== undefined && drift !== 'mounted' && gone === undefined;
}

/** Two digits are what anybody sees of them, and all that has to be told again when they move. */
function figuresOf(figures: { readonly cpu?: number; readonly memoryBytes?: number } | undefined) {
  return {
    ...(figures?.cpu !== undefined && { cpu: rounded(figures.cpu, 0.01) }),
    ...(figures?.memoryBytes !== undefined && { memoryBytes: rounded(figures.memoryBytes, 2 ** 20) }),
  };
}

function rounded(value: number, least: number): number {
  return value < least ? 0 : Number(value.toPrecision(2));
}

function goneAt(gone: number | undefined): { gone: string } | object {
  return gone === undefined ? {} : { gone: new Date(gone).toISOString() };
}

export function shorten(text: string): string {
  return text.length > MOST_LABEL ? `${text.slice(0, MOST_LABEL - 1).toWellFormed()}…` : text;
}

export function sum<T>(from: readonly T[], of: (one: T) => number): number {
  let total = 0;
  for (const one of from) total += of(one);
  return total;
}

/** Asked for of both ends of each connection. */
const imageIds = new WeakMap<ContainerFacts, string>();

export function imageNodeId({ facts }: ContainerEntry): string {
  let id = imageIds.get(facts);
  if (id === undefined) {
    id = `image:${idPart(facts.image.id)}`;
    imageIds.set(facts, id);
  }
  return id;
}
