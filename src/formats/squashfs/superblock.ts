import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { unsupported } from '../compression/damage.ts';

const SUPERBLOCK_BYTES = 96;
const MAGIC = 0x73717368;
const SMALLEST_BLOCK = 4096;
const LARGEST_BLOCK = 1024 * 1024;

/** Where the parts of a SquashFS are (Linux, fs/squashfs/squashfs_fs.h, `struct squashfs_super_block`). */
export interface Superblock {
  readonly compressor: number;
  /** Uncompressed bytes of a data block. */
  readonly blockSize: number;
  readonly fragments: number;
  readonly ids: number;
  /** Place of the inode of the root. */
  readonly root: Place;
  /** Bytes that the file system takes. */
  readonly bytesUsed: number;
  readonly idTable: number;
  readonly inodeTable: number;
  readonly directoryTable: number;
  readonly fragmentTable: number;
}

/** A place in a table of metadata: where its block begins, from the table on, and how far in it. */
export interface Place {
  readonly block: number;
  readonly offset: number;
}

/** Whether bytes begin as a SquashFS of this age does. */
export function isSquashfs(head: Uint8Array): boolean {
  return Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1', 0, 4) === 'hsqs';
}

/** @throws FormatError where there is none, or one that is not read */
export function readSuperblock(source: ByteSource): Superblock {
  const bytes = readBytes(source, 0, SUPERBLOCK_BYTES);
  if (bytes.length < SUPERBLOCK_BYTES) throw new FormatError('the superblock is cut', { reason: 'truncated' });
  if (bytes.readUInt32LE(0) !== MAGIC) throw new FormatError('there is no SquashFS');
  const major = bytes.readUInt16LE(28);
  if (major !== 4) throw unsupported(`version ${major} of SquashFS`);
  const blockSize = bytes.readUInt32LE(12);
  if (blockSize < SMALLEST_BLOCK || blockSize > LARGEST_BLOCK || blockSize !== 2 ** bytes.readUInt16LE(22)) {
    throw new FormatError('the superblock states an impossible size of blocks');
  }
  return {
    blockSize,
    compressor: bytes.readUInt16LE(20),
    fragments: bytes.readUInt32LE(16),
    ids: bytes.readUInt16LE(26),
    root: { offset: bytes.readUInt16LE(32), block: bytes.readUIntLE(34, 6) },
    bytesUsed: readLong(bytes, 40),
    idTable: readLong(bytes, 48),
    inodeTable: readLong(bytes, 64),
    directoryTable: readLong(bytes, 72),
    fragmentTable: readLong(bytes, 80),
  };
}

/** A number of 64 bits; what is too large for a place in a file is nowhere. */
export function readLong(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
