import { isIP } from 'node:net';
import { asList, asMoment, asRecord, type JsonRecord } from '../../formats/record.ts';
import type {
  ConnectionFacts,
  ContainerFacts,
  ContainerState,
  Drift,
  Endpoint,
  Figures,
  HostFacts,
  HostReport,
  ListenerFacts,
  ProcessFacts,
} from '../../model/topology.ts';
import { plainAddress } from '../../runtime/topology/kernel-address.ts';
import { shownArguments, shownLabel } from '../../secrets/shown-arguments.ts';
import { mostOfHost } from './report-limits.ts';

/** A report, with what of it cannot be. Why it is none at all is a sentence. */
export type ReadReport = { readonly report: HostReport; readonly leftOut: number } | { readonly wrong: string };

/** Characters. What is longer is cut: a long name must not hide its host. */
const NAME = 256;
const LINE = 1024;

const containerStates: ReadonlySet<string> = new Set<ContainerState>([
  ...(['created', 'running', 'paused', 'restarting', 'exited', 'dead', 'removing', 'unknown'] as const),
]);
const drifts: ReadonlySet<string> = new Set<Drift>(['written', 'deleted', 'memory', 'mounted']);

/**
 * Reads what somebody says is a report. The frame must be right; of the many things in it, those that have no form are left
 * out and counted, and texts are cut: what a container can name must not keep its host from being told of.
 */
export function readReport(value: unknown): ReadReport {
  const root = asRecord(value);
  const host = readHost(root?.['host']);
  if (root === undefined || host === undefined) return { wrong: 'The report does not say of which host it is.' };
  if (root['schemaVersion'] !== 1)
    return { wrong: 'The report is of another version: the same version of Drydock is needed on both sides.' };
  const { full, sequence } = root;
  const session = identifier(root['session'], 128);
  const at = asMoment(root['at']);
  if (session === undefined || typeof full !== 'boolean' || !isCount(sequence) || at === undefined) {
    return { wrong: 'The report lacks its session, its sequence, its moment, or whether it is full.' };
  }
  const changed = asRecord(root['changed']) ?? {};
  const gone = asRecord(root['gone']) ?? {};
  const reading = new Reading(host.id);
  const report: HostReport = {
    schemaVersion: 1,
    ...{ host, session, sequence, full, at },
    changed: {
      containers: reading.many(changed['containers'], mostOfHost.containers, readContainer),
      processes: reading.many(changed['processes'], mostOfHost.processes, readProcess),
      connections: reading.many(changed['connections'], mostOfHost.connections, readConnection),
      listeners: reading.many(changed['listeners'], mostOfHost.listeners, readListener),
    },
    gone: {
      containers: reading.many(gone['containers'], mostOfHost.containers, readId),
      processes: reading.many(gone['processes'], mostOfHost.processes, readId),
      connections: reading.many(gone['connections'], mostOfHost.connections, readId),
      listeners: reading.many(gone['listeners'], mostOfHost.listeners, readId),
    },
    figures: reading.figures(root['figures']),
    blindSpots: texts(root['blindSpots'], 20, LINE),
  };
  return { report, leftOut: reading.leftOut };
}

class Reading {
  readonly #host: string;
  leftOut = 0;

  constructor(host: string) {
    this.#host = host;
  }

  many<T>(value: unknown, most: number, read: (one: unknown, host: string) => T | undefined): T[] {
    const given = asList(value);
    const found: T[] = [];
    for (let index = 0; index < given.length && index < most; index++) {
      const one = read(given[index], this.#host);
      if (one === undefined) this.leftOut++;
      else found.push(one);
    }
    this.leftOut += Math.max(0, given.length - most);
    return found;
  }

  figures(value: unknown): Record<string, Figures> {
    const found: Record<string, Figures> = Object.create(null) as Record<string, Figures>;
    let count = 0;
    for (const [id, one] of Object.entries(asRecord(value) ?? {})) {
      const figures = asRecord(one);
      if (figures === undefined || identifier(id, LINE) === undefined || count++ >= mostOfHost.processes)
        this.leftOut++;
      else found[id] = readFigures(figures);
    }
    return found;
  }
}

function readHost(value: unknown): HostFacts | undefined {
  const given = asRecord(value);
  const id = identifier(given?.['id'], 128);
  if (given === undefined || id === undefined || !/^[\w.-]+$/.test(id)) return undefined;
  const engine = asRecord(given['engine']);
  const engineName = text(engine?.['name'], NAME);
  return {
    id,
    name: text(given['name'], NAME) ?? id,
    ...optional('kernel', text(given['kernel'], NAME)),
    ...optional('system', text(given['system'], NAME)),
    ...optional('processors', amount(given['processors'])),
    ...optional('memoryBytes', amount(given['memoryBytes'])),
    addresses: addresses(given['addresses'], 256),
    ...(engineName !== undefined && {
      engine: { name: engineName, ...optional('version', text(engine?.['version'], NAME)) },
    }),
  };
}

function readContainer(value: unknown): ContainerFacts | undefined {
  const given = asRecord(value);
  const id = identifier(given?.['id'], 128);
  if (given === undefined || id === undefined || !/^[\w.-]+$/.test(id)) return undefined;
  const image = asRecord(given['image']) ?? {};
  const reference = text(image['reference'], LINE) ?? '';
  const state = given['state'];
  return {
    id,
    name: text(given['name'], NAME) ?? id.slice(0, 12),
    state: (typeof state === 'string' && containerStates.has(state) ? state : 'unknown') as ContainerState,
    image: {
      id: text(image['id'], NAME) ?? reference,
      reference,
      ...optional('manifest', text(image['manifest'], NAME)),
    },
    ...optional('created', asMoment(given['created'])),
    ...optional('started', asMoment(given['started'])),
    ...optional('exitCode', number(given['exitCode'])),
    ...optional('health', text(given['health'], NAME)),
    ...optional('restarts', amount(given['restarts'])),
    labels: readLabels(asRecord(given['labels']) ?? {}),
    networks: asList(given['networks']).slice(0, 64).flatMap(readNetwork),
    ports: asList(given['ports']).slice(0, 1024).flatMap(readPort),
    ...list('environment', given['environment'], 500, LINE),
    ...words('command', given['command']),
    ...list('powers', given['powers'], 100, NAME),
  };
}

function readLabels(given: JsonRecord): Record<string, string> {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(given).slice(0, 200)) {
    if (typeof value === 'string') labels[cut(name, NAME)] = cut(shownLabel(name, value, LINE), LINE);
  }
  return labels;
}

function readNetwork(value: unknown): ContainerFacts['networks'] {
  const given = asRecord(value);
  const name = text(given?.['name'], NAME);
  if (given === undefined || name === undefined) return [];
  return [
    {
      name,
      ...optional('id', identifier(given['id'], 128)),
      addresses: addresses(given['addresses'], 16),
      ...list('aliases', given['aliases'], 50, NAME),
    },
  ];
}

function readPort(value: unknown): ContainerFacts['ports'] {
  const given = asRecord(value);
  const port = readPortNumber(given?.['port']);
  const protocol = readProtocol(given?.['protocol']);
  if (given === undefined || port === undefined || protocol === undefined) return [];
  const published = readAddressed(given['published']);
  return [{ protocol, port, ...optional('published', published) }];
}

function readProcess(value: unknown, host: string): ProcessFacts | undefined {
  const given = asRecord(value);
  const id = processId(given?.['id'], host);
  if (given === undefined || id === undefined || !isCount(given['pid'])) return undefined;
  const { drift } = given;
  return {
    id,
    pid: given['pid'],
    ...optional('innerPid', amount(given['innerPid'])),
    ...optional('parent', processId(given['parent'], host)),
    ...optional('container', identifier(given['container'], 128)),
    name: text(given['name'], NAME) ?? '?',
    ...optional('executable', text(given['executable'], LINE)),
    ...(typeof drift === 'string' && drifts.has(drift) && { drift: drift as Drift }),
    ...words('arguments', given['arguments']),
    ...optional('uid', amount(given['uid'])),
    ...list('libraries', given['libraries'], 500, LINE),
  };
}

function readConnection(value: unknown, host: string): ConnectionFacts | undefined {
  const given = asRecord(value);
  const id = identifier(given?.['id'], LINE);
  const client = readEndpoint(given?.['client'], host);
  const server = readEndpoint(given?.['server'], host);
  const protocol = readProtocol(given?.['protocol']);
  const port = readPortNumber(given?.['port']);
  if (given === undefined || id === undefined || client === undefined || server === undefined) return undefined;
  if (protocol === undefined || port === undefined) return undefined;
  return {
    ...{ id, protocol, client, server, port },
    ...optional('asked', readAddressed(given['asked'])),
    ...optional('name', text(given['name'], NAME)),
    open: amount(given['open']) ?? 0,
    seen: amount(given['seen']) ?? 0,
    by: given['by'] === 'conntrack' ? 'conntrack' : 'sockets',
    ...(given['guessed'] === true && { guessed: true }),
  };
}

function readListener(value: unknown, host: string): ListenerFacts | undefined {
  const given = asRecord(value);
  const id = identifier(given?.['id'], LINE);
  const protocol = readProtocol(given?.['protocol']);
  const port = readPortNumber(given?.['port']);
  if (given === undefined || id === undefined || protocol === undefined || port === undefined) return undefined;
  return {
    ...{ id, protocol, port },
    addresses: texts(given['addresses'], 64, 64),
    ...optional('process', processId(given['process'], host)),
    ...optional('container', identifier(given['container'], 128)),
  };
}

function readEndpoint(value: unknown, host: string): Endpoint | undefined {
  const given = asRecord(value);
  const address = text(given?.['address'], 64);
  if (given === undefined || address === undefined) return undefined;
  return {
    ...optional('process', processId(given['process'], host)),
    ...optional('container', identifier(given['container'], 128)),
    address: address.includes(':') ? plainAddress(address) : address,
  };
}

function readAddressed(value: unknown): { address: string; port: number } | undefined {
  const given = asRecord(value);
  const address = text(given?.['address'], 64);
  const port = readPortNumber(given?.['port']);
  return address === undefined || port === undefined ? undefined : { address, port };
}

const figureNames = [
  ...([
    'cpu',
    'memoryBytes',
    'memoryLimitBytes',
    'load',
    'threads',
    'openFiles',
    'receivedBytes',
    'sentBytes',
  ] as const),
];

function readFigures(given: JsonRecord): Figures {
  const found: Partial<Record<(typeof figureNames)[number], number>> = {};
  for (const name of figureNames) {
    const value = amount(given[name]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

const readId = (value: unknown): string | undefined => identifier(value, LINE);

/** A process belongs to the host that tells of it. */
function processId(value: unknown, host: string): string | undefined {
  const id = identifier(value, 256);
  if (id?.startsWith(`${host};`) !== true) return undefined;
  return /^;\d{1,10};\d{1,20}$/.test(id.slice(host.length)) ? id : undefined;
}

/** Ids are compared, so that cutting one would make it another. */
function identifier(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= most && value.isWellFormed() ? value : undefined;
}

function text(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value !== '' ? cut(value, most) : undefined;
}

function cut(value: string, most: number): string {
  return (value.length > most ? `${value.slice(0, most - 1)}…` : value).toWellFormed();
}

function texts(value: unknown, most: number, length: number): string[] {
  return asList(value)
    .slice(0, most)
    .flatMap((one) => text(one, length) ?? []);
}

/** In one form, so that nobody claims the address of another by writing it differently. */
function addresses(value: unknown, most: number): string[] {
  return texts(value, most, 64).flatMap((one) => (isIP(one) === 0 ? [] : plainAddress(one)));
}

/** Reporters leave secrets out by themselves; an old one, or another program, may not have, and whoever may read sees these. */
function words<N extends string>(name: N, value: unknown): Partial<Record<N, string[]>> {
  return (
    Array.isArray(value) ? { [name]: [...shownArguments(texts(value, 100, 4096))].map((one) => cut(one, LINE)) } : {}
  ) as Partial<Record<N, string[]>>;
}

function list<N extends string>(name: N, value: unknown, most: number, length: number): Partial<Record<N, string[]>> {
  return (Array.isArray(value) ? { [name]: texts(value, most, length) } : {}) as Partial<Record<N, string[]>>;
}

function optional<N extends string, T>(name: N, value: T | undefined): Partial<Record<N, T>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<N, T>>;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= 2 ** 53 ? value : undefined;
}

function amount(value: unknown): number | undefined {
  const found = number(value);
  return found !== undefined && found >= 0 ? found : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readPortNumber(value: unknown): number | undefined {
  return isCount(value) && value <= 65_535 ? value : undefined;
}

function readProtocol(value: unknown): 'tcp' | 'udp' | undefined {
  return value === 'tcp' || value === 'udp' ? value : undefined;
}
