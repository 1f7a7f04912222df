import { damaged } from '../damage.ts';
import { zlibModule } from '../open-engine.ts';
import { type FilterEntry, LZMA2_ID } from './filter.ts';
import { readNumber } from './number.ts';

/** Magic number, flags and their CRC32. */
export const STREAM_HEADER_BYTES = 12;
export const STREAM_MAGIC: Buffer = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);

/** Throws unless the last 4 bytes are the CRC32 of those before. */
export function verifyCrc(bytes: Buffer, what: string): void {
  const end = bytes.length - 4;
  if (bytes.readUInt32LE(end) !== zlibModule().crc32(bytes.subarray(0, end))) throw damaged(`CRC of ${what}`);
}

/** @returns the id of the check (the .xz file format, section 2.1.1) */
export function readStreamHeader(bytes: Buffer): number {
  verifyCrc(bytes.subarray(6), 'a stream header');
  const check = bytes[7] as number;
  if (bytes[6] !== 0 || check > 15) throw damaged('flags of a stream header');
  return check;
}

/** What stands in front of a block (the .xz file format, section 3.1). */
export interface BlockHeader {
  readonly compressedSize?: number;
  readonly uncompressedSize?: number;
  /** In the order of compression; the last one is LZMA2. */
  readonly filters: readonly FilterEntry[];
}

/** @param bytes the header from its size to its CRC32 */
export function readBlockHeader(bytes: Buffer): BlockHeader {
  verifyCrc(bytes, 'a block header');
  const end = bytes.length - 4;
  const flags = bytes[1] as number;
  if ((flags & 0x3c) !== 0) throw damaged('flags of a block header');
  let at = 2;
  const number = (): number => {
    const { value, next } = readNumber(bytes, at, end);
    at = next;
    return value;
  };
  const compressedSize = (flags & 0x40) !== 0 ? number() : undefined;
  const uncompressedSize = (flags & 0x80) !== 0 ? number() : undefined;
  const filters: FilterEntry[] = [];
  for (let left = (flags & 3) + 1; left > 0; left -= 1) {
    const id = number();
    const length = number();
    if (length > end - at) throw damaged('a filter longer than its header');
    filters.push({ id, properties: bytes.subarray(at, at + length) });
    at += length;
  }
  if (bytes.subarray(at, end).some((byte) => byte !== 0)) throw damaged('padding of a block header');
  const last = filters.at(-1);
  if (last?.id !== LZMA2_ID || last.properties.length !== 1) throw damaged('a block that does not end with LZMA2');
  return {
    filters,
    ...(compressedSize !== undefined && { compressedSize }),
    ...(uncompressedSize !== undefined && { uncompressedSize }),
  };
}
