import type { ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import type { Outside, Place } from './place.ts';
import type { SearchResult } from './question-schema.ts';
import { exposureOf, type World } from './world.ts';

const MOST_NODES = 5000;
const MOST_REASONS = 200;

/** How much text one search may look at, in characters. */
const MOST_COST = 60_000_000;
const MOST_TERMS = 20;

/** Fields that can be asked for by name, besides `label.NAME`. */
const fieldNames: ReadonlySet<string> = new Set([
  ...['name', 'id', 'image', 'state', 'health', 'host', 'network', 'address', 'port', 'label', 'severity'],
  ...['vulnerability', 'package', 'drift', 'power', 'exposure', 'process', 'command', 'user', 'pid', 'kind'],
]);

/** A word that has to stand in some field, or in one. */
interface Term {
  readonly shown: string;
  readonly field?: string;
  /** In lower case. */
  readonly word: string;
}

type Field = readonly [name: string, value: string];

/** A thing that can be found. */
interface Found {
  readonly id: string;
  readonly place: Place;
  readonly fields: () => readonly Field[];
}

/**
 * Finds what all words fit.
 * @param idOf the node of the view that a place is shown as
 */
export function search(world: World, words: string, idOf: (place: Place) => string | undefined): SearchResult {
  const terms = termsOf(words);
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

/**
 * Words between blanks, or between quotes; `field:word` is for one field. What names no field is a word, so that nothing
 * that somebody types is wrong.
 */
function termsOf(words: string): Term[] {
  const tokens = (words.match(/(?:"[^"]*"?|[^\s"])+/g) ?? []).map((token) => token.replaceAll('"', ''));
  return tokens
    .filter((token) => token !== '')
    .slice(0, MOST_TERMS)
    .map((token) => {
      const at = token.indexOf(':');
      const named = at < 0 ? '' : token.slice(0, at);
      const field = /^label\../i.test(named) ? `label.${named.slice(6)}` : named.toLowerCase();
      const word = token.slice(at + 1).toLowerCase();
      if (fieldNames.has(field) || field.startsWith('label.'))
        return { shown: `${field}:${token.slice(at + 1)}`, field, word };
      return { shown: token, word: token.toLowerCase() };
    });
}

function weigh({ field, word }: Term, one: Found): { readonly reason?: string; readonly spent: number } {
  let spent = 0;
  for (const [name, value] of one.fields()) {
    if (field !== undefined && !isOf(field, name)) continue;
    spent += value.length + 8;
    if (value.toLowerCase().includes(word))
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
    yield { id: host.nodeId, place, fields: once(() => hostFields(host)) };
    for (const container of host.containers.values()) {
      yield {
        ...{ id: container.nodeId, place: { host, container } },
        fields: once(() => containerFields(world, container)),
      };
    }
    for (const process of host.processes.values()) {
      const container = host.containers.get(process.facts.container ?? '');
      yield {
        ...{ id: process.nodeId, place: { host, ...(container !== undefined && { container }), process } },
        fields: once(() => processFields(world, process, container)),
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
    yield { id: one.nodeId, place: { outside: one }, fields: () => fields };
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
