import { FormatError } from '../../errors.ts';
import type { FileType } from '../../model/file.ts';
import { decodeName } from '../tar/path.ts';
import type { MetadataPlace, MetadataReader } from './metadata.ts';
import { type Place, readLong } from './superblock.ts';

/** Characters of a link: PATH_MAX of Linux. */
const MOST_TARGET = 4096;
const NO_FRAGMENT = 0xffff_ffff;
/** A file may claim to have 2^40 of them. */
const MOST_BLOCKS = 8 * 1024 * 1024;

/** A file of a SquashFS, as its inode describes it. Nothing here was verified. */
export interface SquashfsNode {
  /** Number of the inode: names that have the same one are links to one file. */
  readonly inode: number;
  /** Undefined for a socket, and for what is of no known type. */
  readonly type: Exclude<FileType, 'hardlink'> | undefined;
  /** Bytes of the body; 0 for everything but files. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a symbolic link, as written. */
  readonly linkTarget?: string;
  /** Of a folder: where its list is, and how many bytes of it. */
  readonly list?: Place & { readonly bytes: number };
  readonly file?: FileBody;
}

/** Where the body of a file is. */
export interface FileBody {
  /** Where its first block begins. */
  readonly start: number;
  /**
   * Where a word for each block is: bytes as stored, and whether they are compressed. They are read with the body, since any
   * number of entries may name one file with millions of them.
   */
  readonly words: MetadataPlace;
  readonly blocks: number;
  /** Where its end is, together with ends of other files. */
  readonly fragment?: { readonly index: number; readonly offset: number };
}

/** By the number of a basic inode; those of extended ones are 7 more. A socket is no member of any image. */
const types: readonly (SquashfsNode['type'] | undefined)[] = [
  undefined,
  'directory',
  'file',
  'symlink',
  'block',
  'character',
  'fifo',
  undefined,
];

/**
 * Reads an inode (Linux, fs/squashfs/squashfs_fs.h, `union squashfs_inode`).
 * @param ids user and group numbers, by their place in the table
 */
export function readInode(reader: MetadataReader, blockSize: number, ids: readonly number[]): SquashfsNode {
  const header = reader.take(16);
  const kind = header.readUInt16LE(0);
  if (kind < 1 || kind > 14) throw new FormatError('an inode is of an unknown type');
  const isExtended = kind > 7;
  const type = types[isExtended ? kind - 7 : kind];
  const common = {
    inode: header.readUInt32LE(12),
    type,
    size: 0,
    mode: header.readUInt16LE(2) & 0o7777,
    uid: ids[header.readUInt16LE(4)] ?? 0,
    gid: ids[header.readUInt16LE(6)] ?? 0,
  };
  switch (type) {
    case 'directory':
      return { ...common, list: isExtended ? extendedList(reader.take(24)) : basicList(reader.take(16)) };
    case 'file':
      return { ...common, ...(isExtended ? extendedFile(reader, blockSize) : basicFile(reader, blockSize)) };
    case 'symlink': {
      const length = reader.take(8).readUInt32LE(4);
      if (length > MOST_TARGET) throw new FormatError('a link is longer than any may be');
      return { ...common, linkTarget: decodeName(reader.take(length)) };
    }
    case 'character':
      // Overlay file systems mark a removed file by device 0:0.
      return { ...common, type: reader.take(8).readUInt32LE(4) === 0 ? 'whiteout' : type };
    default:
      return common;
  }
}

/** The list counts `.` and `..`, which it does not have, as 3 bytes. */
function basicList(bytes: Buffer): SquashfsNode['list'] & {} {
  return { block: bytes.readUInt32LE(0), bytes: bytes.readUInt16LE(8) - 3, offset: bytes.readUInt16LE(10) };
}

function extendedList(bytes: Buffer): SquashfsNode['list'] & {} {
  return { block: bytes.readUInt32LE(8), bytes: bytes.readUInt32LE(4) - 3, offset: bytes.readUInt16LE(18) };
}

function basicFile(reader: MetadataReader, blockSize: number): Pick<SquashfsNode, 'size' | 'file'> {
  const bytes = reader.take(16);
  return fileOf(reader, blockSize, {
    start: bytes.readUInt32LE(0),
    size: bytes.readUInt32LE(12),
    index: bytes.readUInt32LE(4),
    offset: bytes.readUInt32LE(8),
  });
}

function extendedFile(reader: MetadataReader, blockSize: number): Pick<SquashfsNode, 'size' | 'file'> {
  const bytes = reader.take(40);
  return fileOf(reader, blockSize, {
    start: readLong(bytes, 0),
    size: readLong(bytes, 8),
    index: bytes.readUInt32LE(28),
    offset: bytes.readUInt32LE(32),
  });
}

interface StatedBody {
  readonly start: number;
  readonly size: number;
  readonly index: number;
  readonly offset: number;
}

function fileOf(
  reader: MetadataReader,
  blockSize: number,
  { start, size, index, offset }: StatedBody,
): Pick<SquashfsNode, 'size' | 'file'> {
  const hasFragment = index !== NO_FRAGMENT;
  const count = hasFragment ? Math.floor(size / blockSize) : Math.ceil(size / blockSize);
  if (count > MOST_BLOCKS) throw new FormatError('a file claims to have more blocks than are read');
  const fragment = hasFragment && { fragment: { index, offset } };
  return { size, file: { start, words: reader.place(), blocks: count, ...fragment } };
}
