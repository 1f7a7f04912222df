import { FormatError } from '../../errors.ts';

/** Blocks of a file that follow each other on the disk. */
export interface BlockRun {
  /** First block within the file. */
  readonly from: number;
  readonly count: number;
  /** First block on the disk; undefined where nothing was written: zeros. */
  readonly at: number | undefined;
}

/** Reads a block of the file system. @throws FormatError where it is not there */
export type ReadBlock = (block: number) => Buffer;

const EXTENT_MAGIC = 0xf30a;
const DEEPEST = 5;
/** An extent that is longer is one of which nothing was written. */
const LONGEST = 32_768;

/** The tree of extents of a file (Linux, Documentation/filesystems/ext4, "Extent Tree"). @param node its `i_block` */
export function* extentRuns(node: Buffer, read: ReadBlock, depthLeft: number = DEEPEST): Generator<BlockRun> {
  if (node.readUInt16LE(0) !== EXTENT_MAGIC) throw new FormatError('a tree of extents is damaged');
  const entries = node.readUInt16LE(2);
  const depth = node.readUInt16LE(6);
  if (depth > depthLeft || 12 + 12 * entries > node.length) throw new FormatError('a tree of extents is damaged');
  for (let i = 0; i < entries; i++) {
    const at = 12 + 12 * i;
    const from = node.readUInt32LE(at);
    if (depth > 0) {
      yield* extentRuns(read(node.readUInt32LE(at + 4) + node.readUInt16LE(at + 8) * 2 ** 32), read, depth - 1);
      continue;
    }
    const length = node.readUInt16LE(at + 4);
    const place = node.readUInt32LE(at + 8) + node.readUInt16LE(at + 6) * 2 ** 32;
    const isWritten = length <= LONGEST;
    yield { from, count: isWritten ? length : length - LONGEST, at: isWritten ? place : undefined };
  }
}

/** The list of blocks of a file of ext2 and ext3: twelve, and blocks of blocks, up to three deep. @param node its `i_block` */
export function* mappedRuns(node: Buffer, read: ReadBlock, perBlock: number): Generator<BlockRun> {
  let from = 0;
  for (let i = 0; i < 12; i++) yield* runOf(node.readUInt32LE(4 * i), from++);
  for (let depth = 1; depth <= 3; depth++) {
    const block = node.readUInt32LE(4 * (11 + depth));
    const count = perBlock ** depth;
    if (block !== 0) yield* indirectRuns(block, depth, from, read, perBlock);
    from += count;
  }
}

function* indirectRuns(
  block: number,
  depth: number,
  from: number,
  read: ReadBlock,
  perBlock: number,
): Generator<BlockRun> {
  const bytes = read(block);
  const below = perBlock ** (depth - 1);
  for (let i = 0; i < perBlock; i++) {
    const entry = bytes.readUInt32LE(4 * i);
    if (entry === 0) continue;
    if (depth === 1) yield* runOf(entry, from + i);
    else yield* indirectRuns(entry, depth - 1, from + i * below, read, perBlock);
  }
}

function* runOf(block: number, from: number): Generator<BlockRun> {
  if (block !== 0) yield { from, count: 1, at: block };
}
