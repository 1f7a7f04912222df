import type { CallEvent } from '../../model/call.ts';
import { isInternet, plainAddress, type Target } from './call-target.ts';
import type { Evaluation } from './evaluation.ts';
import type { Field, FieldType, FieldValue } from './field.ts';

function typeOf(target: Target): string | undefined {
  if (target.kind === 'other') return target.type;
  if (target.kind === 'file') return 'file';
  const address = target.remote ?? target.local;
  if (isInternet(address)) return plainAddress(address.address).includes(':') ? 'ipv6' : 'ipv4';
  if (address?.family === 'unix') return 'unix';
  const protocol = target.protocol?.toLowerCase() ?? '';
  if (protocol.startsWith('unix')) return 'unix';
  if (/^(?:tcp|udp|raw|ping|icmp)/.test(protocol)) return protocol.endsWith('6') ? 'ipv6' : 'ipv4';
  return undefined;
}

const typeCharacters: Readonly<Record<string, string>> = {
  file: 'f',
  directory: 'd',
  ipv4: '4',
  ipv6: '6',
  unix: 'u',
  pipe: 'p',
};

function nameOf(target: Target): string | undefined {
  if (target.kind === 'file') return target.path;
  if (target.kind === 'other') return undefined;
  const address = target.remote ?? target.local;
  if (isInternet(address)) return `${plainAddress(address.address)}:${address.port}`;
  return address?.family === 'unix' ? address.path : undefined;
}

const field = (
  name: string,
  type: FieldType,
  meaning: string,
  read: (target: Target, evaluation: Evaluation) => FieldValue,
): Field => ({
  name,
  type,
  meaning,
  read: (evaluation) => {
    const { target } = evaluation;
    return target === undefined ? undefined : read(target, evaluation);
  },
});

type End = 'local' | 'remote' | 'server' | 'client';

const addressAt = (target: Target, ends: readonly End[]): readonly string[] | undefined => {
  if (target.kind !== 'socket') return undefined;
  const found = ends.map((end) => target[end]).filter(isInternet);
  return found.length === 0 ? undefined : found.map(({ address }) => plainAddress(address));
};

const portAt = (target: Target, ends: readonly End[]): readonly number[] | undefined => {
  if (target.kind !== 'socket') return undefined;
  const found = ends.map((end) => target[end]).filter(isInternet);
  return found.length === 0 ? undefined : found.map(({ port }) => port);
};

const ends: readonly (readonly [letter: string, words: string, ends: readonly End[]])[] = [
  ['', 'either end', ['remote', 'local']],
  ['s', 'the server', ['server']],
  ['c', 'the client', ['client']],
  ['l', 'the near end', ['local']],
  ['r', 'the far end', ['remote']],
];

/** Where several names may belong to an address, all that the process asked for. */
const serverName = (_: Target, { event, history }: Evaluation): FieldValue => {
  if (event.kind !== 'connect' && event.kind !== 'send') return undefined;
  if (event.name !== undefined) return event.name;
  const names = history.namesAsked(event.pid);
  return names.length === 0 ? undefined : names;
};

const isDirectory = (event: CallEvent): boolean => event.kind === 'open' && event.directory === true;

/** `fd.*` */
export const targetFields: readonly Field[] = [
  field('fd.name', 'text', 'path of the file, or address of the far end', nameOf),
  {
    name: 'fd.nameraw',
    type: 'text',
    meaning: 'path as the program wrote it',
    read: ({ event }) => (event.kind === 'open' ? (event.given ?? event.path) : undefined),
  },
  field('fd.directory', 'text', 'directory of the file', (target) =>
    target.kind === 'file' ? target.path.slice(0, Math.max(1, target.path.lastIndexOf('/'))) : undefined,
  ),
  field('fd.filename', 'text', 'name of the file without its directory', (target) =>
    target.kind === 'file' ? target.path.slice(target.path.lastIndexOf('/') + 1) : undefined,
  ),
  field('fd.type', 'text', '`file`, `directory`, `ipv4`, `ipv6`, `unix`, `pipe`', (target, { event }) =>
    isDirectory(event) ? 'directory' : typeOf(target),
  ),
  field('fd.typechar', 'text', '`f`, `d`, `4`, `6`, `u`, `p`', (target, { event }) =>
    isDirectory(event) ? 'd' : typeCharacters[typeOf(target) ?? ''],
  ),
  {
    name: 'fd.num',
    type: 'number',
    meaning: 'number of the descriptor, -1 where it could not be opened',
    read: ({ event }) => {
      if (event.kind !== 'open' && event.kind !== 'socket' && event.kind !== 'duplicate') return undefined;
      return event.error === undefined ? (event.descriptor ?? 0) : -1;
    },
  },
  ...ends.flatMap(([letter, words, which]): Field[] => [
    field(`fd.${letter}ip`, 'address', `address of ${words}`, (target) => addressAt(target, which)),
    field(`fd.${letter}port`, 'number', `port of ${words}`, (target) => portAt(target, which)),
    field(`fd.${letter}net`, 'network', `address of ${words}, for networks`, (target) => addressAt(target, which)),
  ]),
  field(
    'fd.sip.name',
    'text',
    'name of the server: what its address was the answer for, else what the process asked for',
    serverName,
  ),
  field('fd.rip.name', 'text', 'the same', serverName),
  field('fd.l4proto', 'text', '`tcp`, `udp`, `icmp`, `raw`', (target) => {
    if (target.kind !== 'socket' || target.protocol === undefined) return undefined;
    const protocol = target.protocol.toLowerCase().replace(/v?6$/, '');
    return protocol === 'ping' ? 'icmp' : protocol;
  }),
  field('fd.sockfamily', 'text', '`ip`, `unix`', (target) => {
    const type = target.kind === 'socket' ? typeOf(target) : undefined;
    return type === undefined ? undefined : type === 'unix' ? 'unix' : 'ip';
  }),
  field('fd.is_server', 'boolean', 'whether the process is the server of the connection', (target) =>
    target.kind === 'socket' ? target.remote === undefined || target.server !== target.remote : undefined,
  ),
  field('fd.connected', 'boolean', 'whether the socket is connected', (target, { event }) => {
    if (target.kind !== 'socket') return undefined;
    if (event.kind === 'connect' || event.kind === 'accept') return event.error === undefined;
    // What is sent without a connection has its address with it, each time.
    return event.kind === 'send' ? target.protocol === 'tcp' : target.remote !== undefined;
  }),
  field(
    'fd.name_changed',
    'boolean',
    'whether the process sends to another address than before',
    (target, { event, history }) =>
      target.kind === 'socket' && event.kind === 'send' ? history.nameChanged() : undefined,
  ),
];
