import type { CallTarget, SocketAddress } from '../../../model/call.ts';
import { descriptorEnd } from './scan-line.ts';
import { hostAddress, unixAddress } from './socket-address.ts';
import { unescapeText } from './text.ts';

/** A descriptor with what `strace -yy` knows of it: `3</etc/passwd>`, `4<TCP:[127.0.0.1:1->127.0.0.1:80]>`. */
export interface TracedDescriptor {
  /** -100 for `AT_FDCWD`. */
  readonly number: number;
  /** Path of a file; of `AT_FDCWD` the working directory. */
  readonly path?: string;
  readonly deleted?: boolean;
  readonly memory?: boolean;
  readonly socket?: TracedSocket;
  /** The text between the angle brackets. */
  readonly text?: string;
}

export interface TracedSocket {
  /** `tcp`, `udp`, `unix`, `netlink`, ...: IPv6 is said by the addresses. */
  readonly protocol: string;
  readonly local?: SocketAddress;
  readonly remote?: SocketAddress;
}

const AT_FDCWD = -100;

/** Reads a descriptor between two places of a line; undefined for what is none. */
export function readDescriptor(line: string, start: number, end: number): TracedDescriptor | undefined {
  let at = start;
  let number = 0;
  if (line.charCodeAt(at) === 65 && line.startsWith('AT_FDCWD', at)) {
    number = AT_FDCWD;
    at += 8;
  } else {
    for (let code = line.charCodeAt(at); code >= 48 && code <= 57 && at < end; code = line.charCodeAt(++at)) {
      number = number * 10 + code - 48;
    }
    if (at === start) return undefined;
  }
  if (line.charCodeAt(at) !== 60) return at >= end || line.charCodeAt(at) === 32 ? { number } : undefined;
  const close = descriptorEnd(line, at);
  if (close >= end) return { number };
  if (line.charCodeAt(at + 1) === 47) return fileDescriptor(line, number, at + 1, close);
  const text = line.slice(at + 1, close);
  const socket = readSocket(text);
  return socket === undefined ? { number, text } : { number, text, socket };
}

function fileDescriptor(line: string, number: number, start: number, close: number): TracedDescriptor {
  // `</dev/null<char 1:3>>`: a bracket in a name would be escaped.
  const device = line.charCodeAt(close - 1) === 62 ? line.lastIndexOf('<', close) : -1;
  const path = unescapeText(line.slice(start, device > start ? device : close));
  if (line.charCodeAt(close + 1) !== 40 || !line.startsWith('(deleted)', close + 1)) return { number, path };
  return path.startsWith('/memfd:') ? { number, path, deleted: true, memory: true } : { number, path, deleted: true };
}

/** `TCP:[a:1->b:2]`, `UDPv6:[[::1]:53]`, `UNIX-STREAM:[12->13,"/path"]`, `NETLINK:[ROUTE:12]`, `socket:[12]`. */
function readSocket(text: string): TracedSocket | undefined {
  const found = /^([A-Za-z][A-Za-z0-9-]{1,19}):\[/.exec(text);
  if (found === null || found[1] === 'pipe' || found[1] === 'anon_inode') return undefined;
  const name = found[1]!;
  if (name === 'socket') return { protocol: 'socket' };
  const inside = text.slice(found[0].length, -1);
  if (name.startsWith('UNIX')) {
    const local = unixAddress(inside);
    return { protocol: 'unix', ...(local !== undefined && { local }) };
  }
  const protocol = name.toLowerCase().replace(/v6$/, '');
  const arrow = inside.indexOf('->');
  const local = hostAddress(arrow < 0 ? inside : inside.slice(0, arrow));
  const remote = arrow < 0 ? undefined : hostAddress(inside.slice(arrow + 2));
  return { protocol, ...(local !== undefined && { local }), ...(remote !== undefined && { remote }) };
}

/** What a descriptor stands for, in the terms of the model. */
export function targetOf({ path, deleted, memory, socket, text }: TracedDescriptor): CallTarget | undefined {
  if (memory === true) return { kind: 'memory', name: path!.slice('/memfd:'.length) };
  if (path !== undefined) return { kind: 'file', path, ...(deleted === true && { deleted }) };
  if (socket !== undefined) {
    const { protocol, remote } = socket;
    return { kind: 'socket', protocol, ...(remote !== undefined && { remote }) };
  }
  return text === undefined ? undefined : { kind: 'other', text: unescapeText(text.slice(0, 200)) };
}
