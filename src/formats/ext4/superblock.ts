import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { unsupported } from '../compression/damage.ts';

const PLACE = 1024;
const BYTES = 1024;
const MAGIC = 0xef53;

/** Features that change where things are, and are not read: by their bit, and what they are called. */
const unread: readonly (readonly [bit: number, name: string])[] = [
  [0x1, 'compression'],
  [0x8, 'a journal alone'],
  [0x10, 'meta block groups'],
  [0x1000, 'data in folder entries'],
];
const NEEDS_RECOVERY = 0x4;
const LONG_ADDRESSES = 0x80;

/** Where things of an ext2, ext3 or ext4 are (Linux, Documentation/filesystems/ext4, "Super Block"). */
export interface ExtSuperblock {
  readonly blockSize: number;
  readonly inodes: number;
  readonly inodesPerGroup: number;
  readonly inodeSize: number;
  /** Where the descriptors of the groups begin, in bytes, and how long each is. */
  readonly descriptors: number;
  readonly descriptorSize: number;
  /** Bytes that it takes. */
  readonly bytes: number;
  /** Its journal has changes that were not written back. */
  readonly needsRecovery: boolean;
}

/** Whether bytes begin as an ext2, ext3 or ext4 does. @param head at least 1082 bytes */
export function isExt4(head: Uint8Array): boolean {
  return head.length >= PLACE + 58 && head[PLACE + 56] === 0x53 && head[PLACE + 57] === 0xef;
}

/** @throws FormatError where there is none, or one that is not read */
export function readExtSuperblock(source: ByteSource): ExtSuperblock {
  const bytes = readBytes(source, PLACE, BYTES);
  if (bytes.length < BYTES) throw new FormatError('the superblock is cut', { reason: 'truncated' });
  if (bytes.readUInt16LE(56) !== MAGIC) throw new FormatError('there is no ext4');
  const incompatible = bytes.readUInt32LE(96);
  for (const [bit, name] of unread) if ((incompatible & bit) !== 0) throw unsupported(`an ext4 with ${name}`);
  const log = bytes.readUInt32LE(24);
  if (log > 6) throw new FormatError('the superblock states an impossible size of blocks');
  const blockSize = 1024 << log;
  const inodesPerGroup = bytes.readUInt32LE(40);
  const inodeSize = bytes.readUInt32LE(76) === 0 ? 128 : bytes.readUInt16LE(88);
  if (inodesPerGroup === 0 || inodeSize < 128 || inodeSize > blockSize) {
    throw new FormatError('the superblock states impossible inodes');
  }
  const isLong = (incompatible & LONG_ADDRESSES) !== 0;
  const descriptorSize = isLong ? bytes.readUInt16LE(254) : 32;
  if (descriptorSize < 32 || descriptorSize > blockSize) {
    throw new FormatError('the superblock states impossible groups');
  }
  return {
    blockSize,
    inodes: bytes.readUInt32LE(0),
    inodesPerGroup,
    inodeSize,
    // Behind the block with the superblock: `s_first_data_block` is 0 with bigalloc, also where that is block 1.
    descriptors: (Math.floor(PLACE / blockSize) + 1) * blockSize,
    descriptorSize,
    bytes: blockSize * (bytes.readUInt32LE(4) + (isLong ? bytes.readUInt32LE(336) * 2 ** 32 : 0)),
    needsRecovery: (incompatible & NEEDS_RECOVERY) !== 0,
  };
}
