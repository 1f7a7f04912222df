import type { Severity } from '../../model/severity.ts';
import type { Exposure, KnownPackage } from '../../model/topology.ts';
import type { Graph } from './graph.ts';
import type { ContainerEntry, ProcessEntry } from './host-state.ts';
import type { Judgement, Knowledge } from './knowledge.ts';
import type { MapReporter } from './map-schema.ts';
import type { Held, Link } from './place.ts';

/** The gravest vulnerability in use of a container, as it was judged at a moment of the past. */
export interface PastWorst {
  readonly severity: Severity;
  readonly id: string;
  readonly package: string;
  readonly count: number;
}

/** Everything at one moment: what views, details and searches are made of. */
export interface World {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly live: boolean;
  readonly graph: Graph;
  readonly reporters: readonly MapReporter[];
  judge(container: ContainerEntry): Judgement;
  /** Packages with vulnerabilities that a process has in use. */
  packagesOf(process: ProcessEntry): readonly KnownPackage[];
  /** Of a moment of the past: what the colour was then. */
  readonly past?: ReadonlyMap<string, PastWorst>;
  /** Containers and processes -> the links that end or begin there. */
  linksOf(node: ContainerEntry | ProcessEntry): readonly Link[];
}

export function makeWorld(
  graph: Graph,
  knowledge: Knowledge,
  rest: Pick<World, 'at' | 'live' | 'reporters'> & { readonly past?: NonNullable<World['past']> },
): World {
  const judgements = new Map<ContainerEntry, Judgement>();
  let links: Map<ContainerEntry | ProcessEntry, Link[]> | undefined;
  return {
    ...rest,
    graph,
    judge(container) {
      let judgement = judgements.get(container);
      if (judgement === undefined) {
        const running = graph.containers.get(container)?.processes.filter(({ gone }) => gone === undefined) ?? [];
        judgement = knowledge.judge(container, running, rest.at);
        judgements.set(container, judgement);
      }
      return judgement;
    },
    packagesOf(process) {
      const container = process.host.containers.get(process.facts.container ?? '');
      return container === undefined ? [] : knowledge.packagesOf(container, process);
    },
    linksOf(node) {
      links ??= linksByEnd(graph.links);
      return links.get(node) ?? [];
    },
  };
}

function linksByEnd(links: readonly Link[]): Map<ContainerEntry | ProcessEntry, Link[]> {
  const found = new Map<ContainerEntry | ProcessEntry, Link[]>();
  const add = (node: ContainerEntry | ProcessEntry | undefined, link: Link): void => {
    if (node === undefined) return;
    const known = found.get(node);
    if (known === undefined) found.set(node, [link]);
    // A container that calls itself has it once.
    else if (known.at(-1) !== link) known.push(link);
  };
  for (const link of links) {
    for (const { container, process } of [link.client, link.server]) {
      add(container, link);
      add(process, link);
    }
  }
  return found;
}

/** How far the ports of a container can be reached; undefined: it has none. */
export function exposureOf({ container: { facts }, listeners }: Held): Exposure | undefined {
  let found: Exposure | undefined;
  for (const { published } of facts.ports) {
    if (published === undefined) found ??= 'internal';
    else if (isLocal(published.address)) found = 'published-locally';
    else return 'published';
  }
  if (found !== 'published-locally' && listeners.length > 0) {
    return facts.powers?.includes('host-network') === true ? 'host' : 'internal';
  }
  return found;
}

export function isLocal(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address === 'localhost';
}

/** Labels by which orchestrators mark what they run for themselves. */
const systemLabels: readonly (readonly [name: string, value: string | undefined])[] = [
  ['io.cri-containerd.kind', 'sandbox'],
  ['io.kubernetes.docker.type', 'podsandbox'],
  ['io.kubernetes.pod.namespace', 'kube-system'],
  ['io.rancher.container.system', undefined],
  ['com.docker.desktop.extension', 'true'],
  ['io.podman.infra', undefined],
  ['drydock.run', undefined],
];

/** A part of the system and not of what it is for: pauses of pods, builders, cages of this program. */
export function isSystem({ facts: { labels, image } }: ContainerEntry): boolean {
  if (/(?:^|\/)(?:pause|podman-pause|buildkit)(?:[:@]|$)/.test(image.reference)) return true;
  return systemLabels.some(([name, value]) => {
    const given = labels[name];
    return given !== undefined && (value === undefined || given === value);
  });
}
