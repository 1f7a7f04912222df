import { endianness } from 'node:os';

const known = new Map<string, string>();
/** Addresses that are kept in both forms. */
const KEPT = 50_000;

/**
 * An address as /proc/net prints it, words of 32 bits in the byte order of the machine, as people write it: IPv4 also where it
 * stands inside IPv6 (RFC 4291 section 2.5.5.2), IPv6 as RFC 5952 has it. Undefined for what is none.
 */
export function kernelAddress(hex: string): string | undefined {
  const found = known.get(hex);
  if (found !== undefined) return found;
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.length !== 4 && bytes.length !== 16) return undefined;
  if (endianness() === 'LE') bytes.swap32();
  const address = bytes.length === 4 ? bytes.join('.') : readLong(bytes);
  if (known.size >= KEPT) known.clear();
  known.set(hex, address);
  return address;
}

function readLong(bytes: Buffer): string {
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (isMapped) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return plainAddress(groups.join(':'));
}

/** One address written in one way, whoever wrote it. What is no address comes back as it is. */
export function plainAddress(text: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(text)?.[1];
  if (mapped !== undefined) return mapped;
  if (!text.includes(':')) return text;
  const host = URL.parse(`http://[${text.replace(/%.*/, '')}]/`)?.hostname;
  return host === undefined ? text : host.slice(1, -1);
}

/** `127.0.0.0/8` (RFC 1122 section 3.2.1.3) and `::1`. */
export function isLoopbackAddress(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}

/** A socket that is bound to no address is reached at each. */
export function isAnyAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
