import type { CallEvent, CallProcess, SocketAddress } from '../../model/call.ts';
import { appletOf } from '../applet.ts';
import { scanAddresses } from '../scan-addresses.ts';
import { isInternet, plainAddress } from './call-target.ts';
import type { Evaluation } from './evaluation.ts';
import type { Field } from './field.ts';
import { startedScript } from './started-script.ts';

/** Seconds beyond which a pause is no pause but the wish to be ended: `sleep infinity`. */
const FOREVER = 10 * 365 * 86_400;

/**
 * Seconds of a pause as a tracer tells them: `{tv_sec=600, tv_nsec=0}` or a number. Undefined for one without an end, and
 * for one until a moment, which says nothing without the clock of the machine.
 */
export function sleepSeconds(argument: string | undefined): number | undefined {
  if (argument?.includes('TIMER_ABSTIME') === true) return undefined;
  const found = /tv_sec=(\d{1,19})/.exec(argument ?? '') ?? /^(\d{1,19}(?:\.\d{1,9})?)/.exec(argument ?? '');
  if (found === null) return undefined;
  const seconds = Number(found[1]);
  return seconds >= FOREVER ? undefined : seconds;
}

/** The name of what runs, and its arguments: of busybox the program in it, of what starts itself once more what it is called. */
function programOf({ path, name, arguments: words }: Omit<CallProcess, 'pid' | 'startedAt'>): {
  readonly name: string;
  readonly arguments: readonly string[];
} {
  const applet = appletOf(path ?? name, words);
  if (applet !== undefined) return applet;
  const [called = ''] = words;
  if (/^\/proc\/[^/]{1,20}\/exe$/.test(path ?? '') && called !== '') {
    return { name: called.slice(called.lastIndexOf('/') + 1).replace(/^-/, ''), arguments: words };
  }
  return { name, arguments: words };
}

/** What an interpreter was given as its first argument. */
function scriptOf(process: Omit<CallProcess, 'pid' | 'startedAt'>): string | undefined {
  const program = programOf(process);
  return startedScript(`/${program.name}`, program.arguments, process.directory);
}

/**
 * Whether a shell or interpreter runs what it reads: it was given no file and no command, or is to be interactive. Options
 * that take a word of their own (`-o pipefail`) count as a file.
 */
function readsCommands(process: CallProcess): boolean {
  const program = programOf(process);
  for (const word of program.arguments.slice(1)) {
    if (word === '-i' || word === '-s') return true;
    if (!word.startsWith('-') || /^-[a-zA-Z]*c$/.test(word)) return false;
  }
  return true;
}

/** The program of a process, and the script that it runs. */
function programsOf(process: CallProcess): readonly string[] {
  return [process.path?.replace(/ \(deleted\)$/, ''), scriptOf(process)].filter((one) => one !== undefined);
}

const removedPath = (event: CallEvent): string | undefined =>
  event.error === undefined && (event.kind === 'delete' || event.kind === 'rename') ? event.path : undefined;

/** What programs do after they deleted what they were started from. */
function deletesItself({ event, process, ancestors }: Evaluation): boolean {
  const path = removedPath(event);
  if (path === undefined || process === undefined) return false;
  return [process, ...ancestors.slice(0, 2)].some((one) => programsOf(one).includes(path));
}

/** 127.0.0.0/8 and ::1 (RFC 6890 section 2.2), and the address that the service scan comes from. */
const isInside = (end: SocketAddress): boolean =>
  isInternet(end) &&
  (/^127\./.test(plainAddress(end.address)) || ['::1', scanAddresses.caller].includes(plainAddress(end.address)));

const pathOf = (event: CallEvent): string | undefined => ('path' in event ? event.path : undefined);

/** What takes more than one call to see, and names of name servers: `drydock.*`, which Falco does not have. */
export const ownFields: readonly Field[] = [
  {
    name: 'drydock.kind',
    type: 'text',
    meaning: 'kind of the call, whatever its name is: `exec`, `open`, `delete`, `sleep`, `memfd`, `duplicate`',
    read: ({ event }) => event.kind,
  },
  {
    name: 'drydock.program',
    type: 'text',
    meaning: 'short name of the program: of busybox and toybox that of the program in it (`sh`)',
    read: ({ process }) => (process === undefined ? undefined : programOf(process).name),
  },
  {
    name: 'drydock.path',
    type: 'text',
    meaning: 'path that the call is about, also of calls without a descriptor',
    read: ({ event }) => pathOf(event),
  },
  {
    name: 'drydock.to',
    type: 'text',
    meaning: 'new path of a link or of what is renamed',
    read: ({ event }) => ('to' in event ? event.to : undefined),
  },
  {
    name: 'drydock.file_in_image',
    type: 'boolean',
    meaning: 'whether the image has a file at the path',
    read: ({ event, source }) => {
      const path = pathOf(event);
      return path === undefined ? undefined : source.image.has(path);
    },
  },
  {
    name: 'drydock.exe_written',
    type: 'boolean',
    meaning: 'a program, or a script of an interpreter, starts that was made or written during the run',
    read: ({ event, process, history }) => {
      if (event.kind !== 'exec') return false;
      if (event.path !== undefined && history.wrote(event.path)) return true;
      // Where the file is not known, what the program calls itself has to do.
      const named = event.path ?? event.arguments[0] ?? '';
      const name = named.slice(named.lastIndexOf('/') + 1);
      const script = scriptOf({ ...process, path: named, name, arguments: event.arguments });
      return script !== undefined && history.wrote(script);
    },
  },
  {
    name: 'drydock.exe_made_executable',
    type: 'boolean',
    meaning: 'a program starts that got its right to be executed during the run',
    read: ({ event, history }) =>
      event.kind === 'exec' && event.path !== undefined && history.madeExecutable(event.path),
  },
  {
    name: 'drydock.deletes_itself',
    type: 'boolean',
    meaning: 'the call deletes or renames the program or script of the process, of its parent or of theirs',
    read: deletesItself,
  },
  {
    name: 'drydock.files_changed',
    type: 'number',
    meaning:
      'files of the image that the process, its parent or theirs overwrote or renamed within ten seconds, where the call is the last of them',
    read: ({ event, history }) =>
      event.kind === 'open' || event.kind === 'rename' || event.kind === 'delete'
        ? history.changedFiles(event.pid, event.at)
        : undefined,
  },
  {
    name: 'drydock.environments_read',
    type: 'number',
    meaning: 'other processes whose environment the process has read',
    read: ({ event, history }) => history.environmentsRead(event.pid),
  },
  {
    name: 'drydock.input',
    type: 'address',
    meaning: 'far end of the connection that standard input, output or error of the process is',
    read: ({ event, history }) => {
      const input = history.inputOf(event.pid);
      return input?.family === 'inet' || input?.family === 'inet6' ? plainAddress(input.address) : undefined;
    },
  },
  {
    name: 'drydock.local_client',
    type: 'boolean',
    meaning:
      'the process, or one before it, accepted that connection from the loopback of the container: as those of the service scan, and of the image to itself',
    read: ({ event, history }) => {
      const input = history.inputOf(event.pid);
      return input !== undefined && isInside(input) && history.accepted(input);
    },
  },
  {
    name: 'drydock.reads_commands',
    type: 'boolean',
    meaning: 'a shell or interpreter was given no file and no command: it runs what it reads',
    read: ({ process }) => (process === undefined ? undefined : readsCommands(process)),
  },
  {
    name: 'drydock.sleep',
    type: 'number',
    meaning: 'seconds that the process wants to sleep',
    read: ({ event }) => (event.kind === 'sleep' ? sleepSeconds(event.argument) : undefined),
  },
  {
    name: 'drydock.dns.name',
    type: 'text',
    meaning: 'name that a name server is asked for, in lower case',
    read: ({ event }) => (event.kind === 'dns' ? event.name.toLowerCase().replace(/\.$/, '') : undefined),
  },
  {
    name: 'drydock.dns.type',
    type: 'text',
    meaning: 'type of the question: `A`, `TXT`',
    read: ({ event }) => (event.kind === 'dns' ? event.type : undefined),
  },
  {
    name: 'drydock.socket_path',
    type: 'text',
    meaning: 'path of the socket that is connected to',
    read: ({ event }) =>
      event.kind === 'connect' && event.address?.family === 'unix' ? event.address.path : undefined,
  },
];
