import type { SocketAddress } from '../../../model/call.ts';
import { readText, unescapeText } from './text.ts';

/** `127.0.0.1:80`, `[::1]:80`; undefined for what is none: `12345`, an inode. */
export function hostAddress(text: string): SocketAddress | undefined {
  const found = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([0-9a-f:.]{2,45})\]):(\d{1,5})$/.exec(text);
  if (found === null) return undefined;
  return inetAddress(found[1] ?? found[2]!, Number(found[3]));
}

/** An IPv4 address that an IPv6 socket writes as `::ffff:1.2.3.4` (RFC 4291 section 2.5.5.2) is the IPv4 address. */
export function inetAddress(address: string, port: number): SocketAddress {
  const mapped = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
  return { family: mapped.includes(':') ? 'inet6' : 'inet', address: mapped, port };
}

/** `12->13,"/run/x"`, `12,@"x"`: the name that a socket of this machine is bound to. */
export function unixAddress(text: string): SocketAddress | undefined {
  const found = /^[\d>-]{1,40},(@?)"/.exec(text);
  if (found === null) return undefined;
  return { family: 'unix', path: `${found[1]}${unescapeText(text.slice(found[0].length, -1))}` };
}

/**
 * A `struct sockaddr` as strace writes it: `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4")}`.
 * Everything of it that a program can choose as text stands in quotation marks, so that the places of the rest are sure.
 */
export function readSocketAddress(line: string, start: number, end: number): SocketAddress | undefined {
  if (!line.startsWith('{sa_family=', start)) return undefined;
  const text = line.slice(start + 11, Math.min(end, start + 1200));
  if (text.startsWith('AF_INET')) {
    const port = /^AF_INET6?, sin6?_port=htons\((\d{1,5})\)/.exec(text);
    const address = /inet_(?:addr\(|pton\(AF_INET6, )"([0-9a-f:.]{2,45})"/.exec(text);
    if (port !== null && address !== null) return inetAddress(address[1]!, Number(port[1]));
  } else if (text.startsWith('AF_UNIX')) {
    const at = 'AF_UNIX, sun_path='.length;
    const name = text.startsWith(', sun_path=', 7) ? readText(text, at, text.length) : undefined;
    return { family: 'unix', path: name === undefined ? '' : `${text[at] === '@' ? '@' : ''}${name.text}` };
  }
  return { family: 'other', text: unescapeText(text.replace(/\}?$/, '').slice(0, 200)) };
}
