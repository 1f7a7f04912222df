import { constants } from 'node:os';
import type { CallEvent } from '../../model/call.ts';
import { callType } from './call-types.ts';
import type { Field, FieldValue } from './field.ts';

const opens: ReadonlySet<string> = new Set(['open', 'openat', 'openat2', 'creat', 'open_by_handle_at']);

/** What the kernel gave back: the descriptor, the process or the bytes where it is one of these; 0; or the error. */
function resultOf(event: CallEvent): number {
  if (event.error !== undefined) {
    return -((constants.errno as Readonly<Record<string, number>>)[event.error] ?? 1);
  }
  if (event.kind === 'open' || event.kind === 'socket' || event.kind === 'duplicate') return event.descriptor ?? 0;
  if (event.kind === 'fork') return event.child;
  return ('bytes' in event ? event.bytes : undefined) ?? 0;
}

const time = (
  name: string,
  meaning: string,
  read: (at: number) => FieldValue,
  type: Field['type'] = 'text',
): Field => ({
  name,
  type,
  meaning,
  read: ({ event }) => read(event.at),
});

/** Conditions ask them of every call: `evt.*` but the arguments. */
export const eventFields: readonly Field[] = [
  {
    name: 'evt.num',
    type: 'number',
    meaning: 'number of the call in the run, from 1',
    read: ({ history }) => history.count,
  },
  {
    name: 'evt.type',
    type: 'text',
    meaning: 'name of the call: `openat`; `procexit` where a process ends',
    read: ({ event }) => callType(event.call),
  },
  {
    name: 'syscall.type',
    type: 'text',
    meaning: 'the same, of calls alone',
    read: ({ event }) => (event.kind === 'exit' || event.kind === 'signal' ? undefined : callType(event.call)),
  },
  { name: 'evt.dir', type: 'text', meaning: '`<` always: calls are looked at when they return', read: () => '<' },
  { name: 'evt.source', type: 'text', meaning: '`syscall`', read: () => 'syscall' },
  {
    name: 'evt.res',
    type: 'text',
    meaning: '`SUCCESS`, or the name of the error: `ENOENT`',
    read: ({ event }) => event.error ?? 'SUCCESS',
  },
  {
    name: 'evt.rawres',
    type: 'number',
    meaning: 'what the call gave back, negative for an error',
    read: ({ event }) => resultOf(event),
  },
  {
    name: 'evt.failed',
    type: 'boolean',
    meaning: 'whether the call failed',
    read: ({ event }) => event.error !== undefined,
  },
  { name: 'evt.count', type: 'number', meaning: '1', read: () => 1 },
  time('evt.rawtime', 'nanoseconds since 1970', (at) => Math.round(at * 1e9), 'number'),
  time('evt.rawtime.s', 'seconds since 1970', (at) => Math.floor(at), 'number'),
  time('evt.time', 'time of day (UTC)', (at) => new Date(at * 1000).toISOString().slice(11, -1)),
  time('evt.time.iso8601', 'time (UTC)', (at) => new Date(at * 1000).toISOString()),
  {
    name: 'evt.is_open_read',
    type: 'boolean',
    meaning: 'whether a file was opened to be read',
    read: ({ event }) => event.kind === 'open' && (event.access === 'read' || event.access === 'read-write'),
  },
  {
    name: 'evt.is_open_write',
    type: 'boolean',
    meaning: 'whether a file was opened to be written',
    read: ({ event }) => event.kind === 'open' && (event.access === 'write' || event.access === 'read-write'),
  },
  {
    name: 'evt.is_open_exec',
    type: 'boolean',
    meaning: 'whether a file was made with a right to execute it',
    read: ({ event }) =>
      event.kind === 'open' && opens.has(event.call) && event.creates && ((event.mode ?? 0) & 0o111) !== 0,
  },
  {
    name: 'evt.arg',
    type: 'text',
    argument: 'must',
    meaning: 'an argument by its name, see below',
    read: ({ event, source }, name) => argumentOf(event, name ?? '', source.users),
  },
];

/** Bits of a mode in the words of Falco. */
const modeWords: readonly (readonly [number, string])[] = [
  [0o1, 'S_IXOTH'],
  [0o2, 'S_IWOTH'],
  [0o4, 'S_IROTH'],
  [0o10, 'S_IXGRP'],
  [0o20, 'S_IWGRP'],
  [0o40, 'S_IRGRP'],
  [0o100, 'S_IXUSR'],
  [0o200, 'S_IWUSR'],
  [0o400, 'S_IRUSR'],
  [0o1000, 'S_ISVTX'],
  [0o2000, 'S_ISGID'],
  [0o4000, 'S_ISUID'],
];

/** `S_IXUSR|S_ISUID` */
export function modeText(mode: number): string {
  return modeWords.flatMap(([bit, word]) => ((mode & bit) !== 0 ? [word] : [])).join('|');
}

function openFlags(event: Extract<CallEvent, { kind: 'open' }>): string {
  const access = { read: 'O_RDONLY', write: 'O_WRONLY', 'read-write': 'O_RDWR', path: 'O_PATH' }[event.access];
  return [
    access,
    ...(event.creates ? ['O_CREAT'] : []),
    ...(event.truncates ? ['O_TRUNC'] : []),
    ...(event.directory === true ? ['O_DIRECTORY'] : []),
  ].join('|');
}

/** A user or group by name and by number, whichever a rule has. */
function named(id: number | undefined, names: ReadonlyMap<number, string> | undefined): FieldValue {
  if (id === undefined) return undefined;
  const name = names?.get(id);
  return name === undefined ? [String(id)] : [name, String(id)];
}

/** Arguments that rules name, by the name of the argument; each knows the calls that have it. */
const callArguments: Readonly<
  Record<string, (event: CallEvent, users: ReadonlyMap<number, string> | undefined) => FieldValue>
> = {
  flags: (event) => {
    if (event.kind === 'open') return openFlags(event);
    if (event.kind === 'namespace') return event.flags.join('|');
    return event.kind === 'exec' && event.memory === true ? 'EXE_FROM_MEMFD' : undefined;
  },
  nstype: (event) => (event.kind === 'namespace' ? event.flags.join('|') : undefined),
  name: (event) => {
    if (event.kind === 'open') return event.given ?? event.path;
    if (event.kind === 'memfd' || event.kind === 'setxattr') return event.name;
    return event.kind === 'delete' || event.kind === 'umount' ? event.path : undefined;
  },
  path: (event) => ('to' in event || event.kind === 'exec' ? undefined : pathOf(event)),
  filename: (event) => pathOf(event),
  mode: (event) =>
    (event.kind === 'chmod' || event.kind === 'open') && event.mode !== undefined ? modeText(event.mode) : undefined,
  oldpath: (event) => (event.kind === 'rename' || event.kind === 'link' ? event.path : undefined),
  newpath: (event) => (event.kind === 'rename' || event.kind === 'link' ? event.to : undefined),
  target: (event) => (event.kind === 'symlink' ? event.path : undefined),
  linkpath: (event) => (event.kind === 'symlink' ? event.to : undefined),
  uid: (event, users) => (event.kind === 'credentials' || event.kind === 'chown' ? named(event.uid, users) : undefined),
  gid: (event) => (event.kind === 'credentials' || event.kind === 'chown' ? named(event.gid, undefined) : undefined),
  request: (event) => (event.kind === 'ptrace' ? event.request : undefined),
  pid: (event) => {
    if (event.kind === 'ptrace' || event.kind === 'kill')
      return event.target === undefined ? undefined : String(event.target);
    return event.kind === 'fork' ? String(event.child) : undefined;
  },
  sig: (event) => (event.kind === 'kill' || event.kind === 'signal' ? event.signal : undefined),
  domain: (event) => (event.kind === 'socket' ? event.family : undefined),
  type: (event) => {
    if (event.kind === 'socket') return event.type;
    return event.kind === 'mount' ? event.type : undefined;
  },
  dev: (event) => (event.kind === 'mount' ? event.from : undefined),
  dir: (event) => (event.kind === 'mount' ? event.path : undefined),
  cmd: (event) =>
    event.kind === 'bpf' || event.kind === 'keyctl' || event.kind === 'seccomp' ? firstWord(event.argument) : undefined,
  option: (event) => (event.kind === 'prctl' ? firstWord(event.argument) : undefined),
  exe: (event) => (event.kind === 'exec' ? event.arguments[0] : undefined),
  args: (event) => (event.kind === 'exec' ? event.arguments.slice(1).join(' ') : undefined),
  env: (event) => (event.kind === 'exec' ? event.environment?.join(' ') : undefined),
  res: (event) => event.error ?? 'SUCCESS',
};

/** Names that may stand behind `evt.arg.`. */
export const argumentNames: readonly string[] = Object.keys(callArguments).sort();

function argumentOf(event: CallEvent, name: string, users: ReadonlyMap<number, string> | undefined): FieldValue {
  return callArguments[name]?.(event, users);
}

function pathOf(event: CallEvent): string | undefined {
  return 'path' in event ? event.path : undefined;
}

/** Tracers tell all arguments of such calls as one text: `BPF_PROG_LOAD, {prog_type=...`. */
function firstWord(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /^[^,\s]{0,100}/.exec(text)![0];
}
