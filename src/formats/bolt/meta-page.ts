import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { unsupported } from '../compression/damage.ts';

const MAGIC = 0xed0cdaed;
const VERSION = 2;
/** Header of every page; the fields follow. */
export const PAGE_HEADER = 16;
const SUMMED = 56;
const [FNV_BASIS, FNV_PRIME, BITS] = [0xcbf29ce484222325n, 0x100000001b3n, 64];
/** Powers of two that pages may have as their size: that of the memory pages of whoever made the file. */
const [SMALLEST, LARGEST] = [10, 16];

/** What a state of a BoltDB file begins with (bbolt, internal/common/meta.go and page.go). */
export interface BoltMeta {
  readonly pageSize: number;
  /** Number of the page with the root bucket. */
  readonly root: number;
  /** Pages that were ever in use. */
  readonly pages: number;
  /** Number of the transaction that wrote it: the higher one of two is the newer. */
  readonly transaction: bigint;
}

/**
 * The newer of both states that a file has: while one is written, the other holds.
 * @throws FormatError where neither is whole
 */
export function newestMeta(source: ByteSource): BoltMeta {
  const first = metaAt(source, 0);
  const metas = first === undefined ? secondMetas(source) : [first, metaAt(source, first.pageSize)];
  const [newest] = metas
    .filter((meta) => meta !== undefined)
    .toSorted((a, b) => (a.transaction < b.transaction ? 1 : a.transaction > b.transaction ? -1 : 0));
  if (newest !== undefined) return newest;
  if (source.size < 2 * 2 ** SMALLEST) throw new FormatError('it is cut', { reason: 'truncated' });
  if (readBytes(source, PAGE_HEADER, 4).equals(Buffer.from([0xed, 0x0c, 0xda, 0xed]))) {
    throw unsupported('a BoltDB of a machine with another order of bytes');
  }
  throw new FormatError('it is no BoltDB, or both of its first pages are damaged');
}

/** Without the first one nobody says where the second is. */
function secondMetas(source: ByteSource): (BoltMeta | undefined)[] {
  const metas: (BoltMeta | undefined)[] = [];
  for (let power = SMALLEST; power <= LARGEST; power++) {
    const meta = metaAt(source, 2 ** power);
    if (meta?.pageSize === 2 ** power) metas.push(meta);
  }
  return metas;
}

function metaAt(source: ByteSource, position: number): BoltMeta | undefined {
  const bytes = readBytes(source, position + PAGE_HEADER, SUMMED + 8);
  if (bytes.length < SUMMED + 8 || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== VERSION)
    return undefined;
  if (bytes.readBigUInt64LE(SUMMED) !== fnv1a(bytes.subarray(0, SUMMED))) return undefined;
  const pageSize = bytes.readUInt32LE(8);
  const power = Math.log2(pageSize);
  if (!Number.isInteger(power) || power < SMALLEST || power > LARGEST) return undefined;
  return {
    pageSize,
    root: Number(bytes.readBigUInt64LE(16)),
    pages: Number(bytes.readBigUInt64LE(40)),
    transaction: bytes.readBigUInt64LE(48),
  };
}

/** FNV-1a with 64 bits (RFC 9923). */
function fnv1a(bytes: Uint8Array): bigint {
  let sum = FNV_BASIS;
  for (const byte of bytes) sum = BigInt.asUintN(BITS, (sum ^ BigInt(byte)) * FNV_PRIME);
  return sum;
}
