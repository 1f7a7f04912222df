import type { ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import { sum } from './nodes.ts';
import type { Outside, Place } from './place.ts';
import type { SearchResult } from './question-schema.ts';
import { type MetricName, parseSearch, type Term } from './search-query.ts';
import { exposureOf, type World } from './world.ts';

const MOST_NODES = 5000;
const MOST_REASONS = 200;

/** What one search may cost, in characters of text looked at; expressions cost more for each. */
const MOST_COST = 60_000_000;

type Field = readonly [name: string, value: string];

/** A thing that can be found. */
interface Found {
  readonly id: string;
  readonly place: Place;
  readonly fields: () => readonly Field[];
  readonly metrics: () => Partial<Record<MetricName, number>>;
}

/**
 * Finds what all words fit.
 * @param idOf the node of the view that a place is shown as
 */
export function search(world: World, words: string, idOf: (place: Place) => string | undefined): SearchResult {
  const terms = parseSearch(words);
  const nodes: string[] = [];
  const shown = new Set<string>();
  const why: Record<string, string[]> = {};
  let cost = 0;
  let leftOut = 0;
  if (terms.length > 0) {
    for (const one of all(world)) {
      if (cost > MOST_COST) {
        leftOut++;
        continue;
      }
      const reasons: string[] = [];
      const fits = terms.every((term) => {
        const { reason, spent } = weigh(term, one);
        cost += spent;
        if (reason === undefined) return false;
        reasons.push(reason);
        return true;
      });
      if (!fits) continue;
      const id = idOf(one.place);
      if (id !== undefined) shown.add(id);
      if (nodes.length >= MOST_NODES) leftOut++;
      else {
        nodes.push(one.id);
        if (nodes.length <= MOST_REASONS) why[one.id] = reasons;
      }
    }
  }
  return { terms: terms.map((term) => term.shown), nodes, shown: [...shown], why, leftOut };
}

function weigh(term: Term, one: Found): { readonly reason?: string; readonly spent: number } {
  if (term.kind === 'metric') {
    const value = one.metrics()[term.metric];
    if (value === undefined || !term.test(value)) return { spent: 1 };
    return { reason: `${term.metric}: ${Math.round(value * 1000) / 1000}`, spent: 1 };
  }
  let spent = 0;
  for (const [name, value] of one.fields()) {
    if (term.kind === 'field' && !isOf(term.field, name)) continue;
    spent += (value.length + 8) * term.test.cost;
    if (term.test(value))
      return { reason: `${name}: ${value.length > 200 ? `${value.slice(0, 199).toWellFormed()}…` : value}`, spent };
  }
  return { spent };
}

/** `label` is any label. */
function isOf(asked: string, name: string): boolean {
  return name === asked || (asked === 'label' && name.startsWith('label.'));
}

function* all(world: World): Generator<Found> {
  const { graph } = world;
  for (const host of graph.hosts) {
    const place: Place = { host };
    yield { id: host.nodeId, place, fields: once(() => hostFields(host)), metrics: () => hostMetrics(host) };
    for (const container of host.containers.values()) {
      yield {
        ...{ id: container.nodeId, place: { host, container } },
        fields: once(() => containerFields(world, container)),
        metrics: () => containerMetrics(world, container),
      };
    }
    for (const process of host.processes.values()) {
      const container = host.containers.get(process.facts.container ?? '');
      yield {
        ...{ id: process.nodeId, place: { host, ...(container !== undefined && { container }), process } },
        fields: once(() => processFields(world, process, container)),
        metrics: () => processMetrics(world, process),
      };
    }
  }
  const outside = new Map<string, Outside>();
  for (const { client, server } of graph.links) {
    for (const one of [client.outside, server.outside]) if (one !== undefined) outside.set(one.nodeId, one);
  }
  for (const one of outside.values()) {
    const fields: readonly Field[] = [
      ['name', one.label],
      ['kind', one.isPublic ? 'internet' : 'outside'],
    ];
    yield { id: one.nodeId, place: { outside: one }, fields: () => fields, metrics: () => ({}) };
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function hostFields(host: HostState): Field[] {
  const facts = host.told.host;
  return [
    ...([
      ['kind', 'host'],
      ['name', host.name],
      ['host', host.name],
      ['id', host.id],
    ] as const),
    ...(facts?.addresses ?? []).map((one) => ['address', one] as const),
    ...[facts?.system, facts?.kernel, facts?.engine?.name].flatMap((one) =>
      one === undefined ? [] : [['system', one] as const],
    ),
  ];
}

function hostMetrics(host: HostState): Partial<Record<MetricName, number>> {
  const figures = host.told.figures.get(host.id);
  return {
    ...measured(figures),
    containers: host.told.containers.size,
    processes: host.told.processes.size,
    connections: sum([...host.told.connections.values()], ({ open }) => open),
  };
}

function containerFields(world: World, container: ContainerEntry): Field[] {
  const { facts, host } = container;
  const held = world.graph.containers.get(container);
  const exposure = held === undefined ? undefined : exposureOf(held);
  const { inUse } = world.judge(container);
  const severity = inUse[0]?.package.vulnerabilities[0]?.severity;
  const ports = new Set([
    ...facts.ports.flatMap(({ port, published }) => [port, published?.port ?? port]),
    ...(held?.listeners ?? []).map(({ port }) => port),
  ]);
  return [
    ...([
      ['kind', 'container'],
      ['name', facts.name],
      ['image', facts.image.reference],
      ['image', facts.image.id],
    ] as const),
    ...([
      ['id', facts.id],
      ['state', facts.state],
      ['host', host.name],
    ] as const),
    ...(facts.health === undefined ? [] : [['health', facts.health] as const]),
    ...facts.networks.flatMap(({ name, addresses, aliases = [] }) => [
      ['network', name] as const,
      ...addresses.map((one) => ['address', one] as const),
      ...aliases.map((one) => ['name', one] as const),
    ]),
    ...[...ports].map((port) => ['port', String(port)] as const),
    ...Object.entries(facts.labels).map(([name, value]) => [`label.${name}`, value] as const),
    ...(severity === undefined ? [] : [['severity', severity] as const]),
    ...inUse.flatMap(({ package: { name, vulnerabilities } }) => [
      ['package', name] as const,
      ...vulnerabilities.map(({ id }) => ['vulnerability', id] as const),
    ]),
    ...(facts.powers ?? []).map((one) => ['power', one] as const),
    ...(exposure === undefined ? [] : [['exposure', exposure] as const]),
    ...(facts.command === undefined ? [] : [['command', facts.command.join(' ')] as const]),
    ...[...new Set((held?.processes ?? []).map((one) => one.facts.drift))].flatMap((one) =>
      one === undefined ? [] : [['drift', one] as const],
    ),
  ];
}

function containerMetrics(world: World, container: ContainerEntry): Partial<Record<MetricName, number>> {
  const { facts, host } = container;
  const { restarts } = facts;
  return {
    ...measured(host.told.figures.get(facts.id)),
    processes: world.graph.containers.get(container)?.processes.filter(({ gone }) => gone === undefined).length ?? 0,
    connections: openOf(world, container),
    ...(restarts !== undefined && { restarts }),
  };
}

function processFields(world: World, process: ProcessEntry, container: ContainerEntry | undefined): Field[] {
  const { facts, host } = process;
  const packages = world.packagesOf(process);
  const severity = packages[0]?.vulnerabilities[0]?.severity;
  const listeners =
    container === undefined ? world.graph.looseListeners.get(host) : world.graph.containers.get(container)?.listeners;
  return [
    ...([
      ['kind', 'process'],
      ['name', facts.name],
      ['process', facts.name],
      ['host', host.name],
      ['pid', String(facts.pid)],
    ] as const),
    ...(facts.executable === undefined ? [] : [['command', facts.executable] as const]),
    ...(facts.arguments === undefined ? [] : [['command', facts.arguments.join(' ')] as const]),
    ...(facts.uid === undefined ? [] : [['user', String(facts.uid)] as const]),
    ...(container === undefined ? [] : [['image', container.facts.image.reference] as const]),
    ...(facts.drift === undefined ? [] : [['drift', facts.drift] as const]),
    ...(severity === undefined ? [] : [['severity', severity] as const]),
    ...packages.flatMap(({ name, vulnerabilities }) => [
      ['package', name] as const,
      ...vulnerabilities.map(({ id }) => ['vulnerability', id] as const),
    ]),
    ...(listeners ?? []).flatMap((one) => (one.process === facts.id ? [['port', String(one.port)] as const] : [])),
  ];
}

function processMetrics(world: World, process: ProcessEntry): Partial<Record<MetricName, number>> {
  return {
    ...measured(process.host.told.figures.get(process.facts.id)),
    connections: openOf(world, process),
  };
}

function measured(
  figures: { cpu?: number; memoryBytes?: number; load?: number; threads?: number; openFiles?: number } | undefined,
): Partial<Record<MetricName, number>> {
  const { cpu, memoryBytes, load, threads, openFiles } = figures ?? {};
  return {
    ...(cpu !== undefined && { cpu }),
    ...(memoryBytes !== undefined && { memory: memoryBytes }),
    ...(load !== undefined && { load }),
    ...(threads !== undefined && { threads }),
    ...(openFiles !== undefined && { files: openFiles }),
  };
}

function openOf(world: World, node: ContainerEntry | ProcessEntry): number {
  return sum(world.linksOf(node), ({ entry: { gone, facts } }) => (gone === undefined ? facts.open : 0));
}
