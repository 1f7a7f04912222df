import { escapeLine } from '../../formats/escape-text.ts';
import type { CallEvent, CallProcess, SocketAddress } from '../../model/call.ts';
import { withoutSecrets } from '../../secrets/without-secrets.ts';

/** Characters of an argument list, of a path and of a sentence. */
const MOST_LINE = 160;
const MOST_PATH = 120;
const MOST_SENTENCE = 400;

/**
 * What a call did, as evidence: `sh (process 12, user 33) connected to 203.0.113.7:4444`. Escaped, without secrets.
 * @param origin where the program of the process comes from, for people
 */
export function callEvidence(
  event: CallEvent,
  process: CallProcess | undefined,
  userName?: string,
  origin?: string,
): string {
  const name = process === undefined ? 'a process' : shown(process.name, MOST_PATH);
  const user = userWords(process?.uid, userName);
  const failed = outcomeWords(event.error);
  // Who is seen from outside alone has no number.
  const number = event.pid === 0 ? 'seen by the sinkhole' : `process ${event.pid}`;
  return cut(`${name} (${number}${user}${program(process, origin)}) ${deedOf(event)}${failed}`, MOST_SENTENCE);
}

function program(process: CallProcess | undefined, origin: string | undefined): string {
  if (process?.path === undefined || origin === undefined) return '';
  return `, ${shown(process.path, MOST_PATH)} ${shown(origin, MOST_PATH)}`;
}

/** Names are those of the image: root by another name is told as what it is. */
function userWords(uid: number | undefined, name: string | undefined): string {
  const who = uid === 0 && name !== undefined && name !== 'root' ? `0, named ${name}` : (name ?? uid);
  return who === undefined ? '' : `, user ${shown(String(who), 32)}`;
}

function outcomeWords(error: string | undefined): string {
  if (error === undefined || error === 'EINPROGRESS') return '';
  return error === 'unfinished' ? '; the trace ends before it did' : `; it failed (${shown(error, 20)})`;
}

/** What a call was about: findings of one rule on one process and one subject are told once. */
export function subjectOf(event: CallEvent): string {
  if ('address' in event && event.address !== undefined) return addressText(event.address);
  // One file may come to several places.
  if ('to' in event && event.to !== undefined) return `${event.path ?? ''} to ${event.to}`;
  if ('path' in event && event.path !== undefined) return event.path;
  if (event.kind === 'dns') return event.name.toLowerCase();
  return event.kind;
}

function deedOf(event: CallEvent): string {
  switch (event.kind) {
    case 'exec':
      return `started ${path(event.path ?? event.arguments[0])}: ${shown(event.arguments.join(' '), MOST_LINE)}`;
    case 'open':
      return `opened ${path(event.path)} ${event.access === 'read' ? 'to read' : event.access === 'path' ? '' : 'to write'}`.trim();
    case 'delete':
      return `deleted ${path(event.path)}`;
    case 'rename':
      return `renamed ${path(event.path)} to ${path(event.to)}`;
    case 'link':
    case 'symlink':
      return `made ${path(event.to)} a link to ${path(event.path)}`;
    case 'chmod':
      return `set mode ${((event.mode ?? 0) & 0o7777).toString(8).padStart(4, '0')} of ${path(event.path)}`;
    case 'chown':
      return `gave ${path(event.path)} to user ${event.uid ?? '?'}`;
    case 'setxattr':
      return `set ${shown(event.name ?? 'an attribute', 64)} of ${path(event.path)}`;
    case 'connect':
    case 'send':
      return `${event.kind === 'connect' ? 'connected' : 'sent'} to ${place(event.address)}${event.name === undefined ? '' : ` (${shown(event.name, MOST_PATH)})`}`;
    case 'bind':
    case 'listen':
      return `listens on ${place(event.address)}`;
    case 'accept':
    case 'receive':
      return `${event.kind === 'accept' ? 'was called' : 'received'} from ${place(event.address)}`;
    case 'dns':
      return `asked for ${shown(event.name, MOST_PATH)} (${shown(event.type, 16)})`;
    case 'duplicate': {
      const remote = event.from?.kind === 'socket' ? event.from.remote : undefined;
      return `made ${remote === undefined ? 'a descriptor' : `the connection to ${place(remote)}`} its descriptor ${event.descriptor ?? '?'}`;
    }
    case 'ptrace':
      return `called ptrace (${shown(event.request, 40)})${event.target === undefined ? '' : ` on process ${event.target}`}`;
    case 'memfd':
      return `made a file in memory (${shown(event.name, 64)})`;
    case 'mount':
      return `mounted ${path(event.from)} on ${path(event.path)}`;
    case 'namespace':
      return `called ${shown(event.call, 40)} (${shown(event.flags.join('|'), MOST_PATH)})`;
    case 'module':
      return `loaded a kernel module${event.path === undefined ? '' : ` (${path(event.path)})`}`;
    case 'sleep':
      return `slept (${shown(event.argument ?? '', 64)})`;
    default: {
      const more = 'path' in event && event.path !== undefined ? ` on ${path(event.path)}` : '';
      return `called ${shown(event.call, 40)}${more}`;
    }
  }
}

function path(text: string | undefined): string {
  return text === undefined ? 'a path that could not be read' : shown(text, MOST_PATH);
}

function place(address: SocketAddress | undefined): string {
  return address === undefined ? 'an address that could not be read' : shown(addressText(address), MOST_PATH);
}

function addressText(address: SocketAddress): string {
  if (address.family === 'unix') return address.path;
  if (address.family === 'other') return address.text;
  return address.family === 'inet' ? `${address.address}:${address.port}` : `[${address.address}]:${address.port}`;
}

function shown(text: string, most: number): string {
  return cut(escapeLine(withoutSecrets(text, 2048)), most);
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
