import { isIP } from 'node:net';

/** Which part of the internet an address belongs to. `special`: reserved, shared, multicast, or no address at all. */
export type AddressScope = 'public' | 'loopback' | 'link-local' | 'private' | 'special';

/** Ranges that are not of the public internet (IANA special-purpose address registries, RFC 6890), narrower ones first. */
const ranges = table<AddressScope>([
  ['::1', 128, 'loopback'],
  ['::', 128, 'special'],
  ['100::', 64, 'special'],
  ['2001::', 23, 'special'],
  ['2001:db8::', 32, 'special'],
  ['3fff::', 20, 'special'],
  ['5f00::', 16, 'special'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['fec0::', 10, 'private'],
  ['ff00::', 8, 'special'],
  ['0.0.0.0', 8, 'special'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'special'],
  ['192.0.2.0', 24, 'special'],
  ['192.88.99.0', 24, 'special'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'special'],
  ['198.51.100.0', 24, 'special'],
  ['203.0.113.0', 24, 'special'],
  ['224.0.0.0', 4, 'special'],
  ['240.0.0.0', 4, 'special'],
]);

/** Forms of IPv6 that carry an IPv4 address to which packets may go in the end, and where in the 16 bytes it stands. */
const carriers = table<number>([
  ['::ffff:0:0', 96, 12],
  ['::ffff:0:0:0', 96, 12],
  ['64:ff9b::', 96, 12],
  ['64:ff9b:1::', 48, 12],
  ['2002::', 16, 2],
]);

/**
 * Tells where an address belongs. An IPv6 address that carries an IPv4 address (mapped, compatible, translated, 6to4) is
 * what the carried one is.
 * @param address as `dns.lookup` gives it; an IPv6 address may stand in brackets. Anything else is `special`.
 */
export function addressScope(address: string): AddressScope {
  const bytes = parseAddress(address.startsWith('[') ? address.slice(1, -1) : address);
  return bytes === undefined ? 'special' : scopeOf(bytes);
}

function scopeOf(bytes: Uint8Array): AddressScope {
  for (const [prefix, bits, scope] of ranges) if (startsWith(bytes, prefix, bits)) return scope;
  if (bytes.length === 4) return 'public';
  for (const [prefix, bits, place] of carriers) {
    if (startsWith(bytes, prefix, bits)) return scopeOf(bytes.subarray(place, place + 4));
  }
  // The old IPv4-compatible form: twelve zero bytes before the address (RFC 4291 section 2.5.5.1).
  return bytes.subarray(0, 12).every((byte) => byte === 0) ? scopeOf(bytes.subarray(12)) : 'public';
}

function table<T>(rows: readonly (readonly [string, number, T])[]): (readonly [Uint8Array, number, T])[] {
  return rows.map(([prefix, bits, rest]) => [parseAddress(prefix) as Uint8Array, bits, rest]);
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  if (bytes.length !== prefix.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== prefix[i]) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = 0xff00 >> rest;
  return ((bytes[whole] as number) & mask & 0xff) === ((prefix[whole] as number) & mask & 0xff);
}

/** 4 or 16 bytes; undefined for what is no address. */
function parseAddress(text: string): Uint8Array | undefined {
  const address = text.split('%', 1)[0] as string;
  const family = isIP(address);
  if (family === 4) return Uint8Array.from(address.split('.'), Number);
  if (family !== 6) return undefined;
  const [head, tail] = address.split('::', 2) as [string, string | undefined];
  const before = groups(head);
  const after = groups(tail ?? '');
  const bytes = new Uint8Array(16);
  bytes.set(before);
  bytes.set(after, 16 - after.length);
  return bytes;
}

/** Bytes of groups between colons, of which the last may be an IPv4 address. */
function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
