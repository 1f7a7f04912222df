import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { unsupported } from '../compression/damage.ts';
import type { CountBytes, FileNode, FileSystem, NamedNode } from '../file-system.ts';
import { decodeName } from '../tar/path.ts';
import { type BlockRun, extentRuns, mappedRuns } from './block-places.ts';
import { type ExtSuperblock, readExtSuperblock } from './superblock.ts';

const ROOT = 2;
/** Bytes of a body that are handed on at a time. */
const PIECE = 1024 * 1024;
const ZEROS: Buffer = Buffer.alloc(64 * 1024);
/** A link is shorter than a block. */
const MOST_TARGET = 4096;

const [ENCRYPTED, EXTENTS, INLINE] = [0x800, 0x8_0000, 0x1000_0000];

/** By the upper four bits of the mode (inode(7)). */
const types: ReadonlyMap<number, FileNode['type']> = new Map([
  [0x1, 'fifo'],
  [0x2, 'character'],
  [0x4, 'directory'],
  [0x6, 'block'],
  [0x8, 'file'],
  [0xa, 'symlink'],
]);

/** An inode of an ext4, with what tells where its body is. */
export interface ExtNode extends FileNode {
  readonly bytes: number;
  readonly flags: number;
  readonly places: Buffer;
}

/**
 * Opens an ext2, ext3 or ext4 (Linux, Documentation/filesystems/ext4). Its journal is not played back.
 * @param count told of every byte that is read
 * @throws FormatError where there is none, or one that is not read
 */
export function openExt4(source: ByteSource, count: CountBytes): FileSystem<ExtNode> {
  return new Ext4(source, count);
}

class Ext4 implements FileSystem<ExtNode> {
  readonly kind = 'ext4';
  readonly notes: readonly string[];
  readonly #source: ByteSource;
  readonly #count: CountBytes;
  readonly #head: ExtSuperblock;

  constructor(source: ByteSource, count: CountBytes) {
    this.#source = source;
    this.#count = count;
    this.#head = readExtSuperblock(source);
    const notes: string[] = [];
    if (this.#head.needsRecovery) {
      notes.push('it was not unmounted: its journal was not played back, so that the last changes may be missing');
    }
    if (this.#head.bytes > source.size) notes.push('it is cut: it should have more bytes than there are');
    this.notes = notes;
  }

  root(): ExtNode {
    return this.#inode(ROOT);
  }

  *entries(folder: ExtNode): Generator<NamedNode<ExtNode>> {
    const { blockSize } = this.#head;
    for (const piece of this.body(folder)) {
      for (let block = 0; block < piece.length; block += blockSize) {
        const end = Math.min(block + blockSize, piece.length);
        for (let at = block; at + 8 <= end; ) {
          const inode = piece.readUInt32LE(at);
          const length = piece.readUInt16LE(at + 4);
          const nameLength = piece[at + 6] as number;
          if (length < 8 || at + length > end || 8 + nameLength > length) {
            throw new FormatError('the list of a folder is damaged');
          }
          const name = piece.subarray(at + 8, at + 8 + nameLength);
          at += length;
          if (inode === 0) continue;
          const decoded = decodeName(Buffer.from(name));
          if (decoded !== '.' && decoded !== '..') yield { name: decoded, node: () => this.#inode(inode) };
        }
      }
    }
  }

  *body(node: ExtNode): Generator<Buffer> {
    const { blockSize } = this.#head;
    if ((node.flags & ENCRYPTED) !== 0) throw unsupported('an encrypted file');
    if ((node.flags & INLINE) !== 0) throw unsupported('a file that stands in its inode');
    let done = 0;
    for (const { from, count, at } of this.#runs(node)) {
      const start = from * blockSize;
      if (start < done) throw new FormatError('blocks of a file overlap');
      if (start >= node.bytes) return yield* this.#zeros(node.bytes - done);
      yield* this.#zeros(start - done);
      const length = Math.min(count * blockSize, node.bytes - start);
      if (at === undefined) yield* this.#zeros(length);
      else yield* this.#stored(at * blockSize, length);
      done = start + length;
    }
    yield* this.#zeros(node.bytes - done);
  }

  *#stored(position: number, length: number): Generator<Buffer> {
    for (let done = 0; done < length; ) {
      const piece = readBytes(this.#source, position + done, Math.min(PIECE, length - done));
      if (piece.length === 0) throw new FormatError('a block of a file is cut', { reason: 'truncated' });
      this.#count(piece.length);
      done += piece.length;
      yield piece;
    }
  }

  *#zeros(length: number): Generator<Buffer> {
    for (let left = length; left > 0; left -= ZEROS.length) {
      const piece = ZEROS.subarray(0, left);
      this.#count(piece.length, 'hole');
      yield piece;
    }
  }

  #runs(node: ExtNode): Generator<BlockRun> {
    const read = (block: number): Buffer => this.#block(block);
    if ((node.flags & EXTENTS) !== 0) return extentRuns(node.places, read);
    return mappedRuns(node.places, read, this.#head.blockSize / 4);
  }

  #block(block: number): Buffer {
    const { blockSize } = this.#head;
    const bytes = readBytes(this.#source, block * blockSize, blockSize);
    if (bytes.length < blockSize) throw new FormatError('a block of places is cut', { reason: 'truncated' });
    this.#count(blockSize);
    return bytes;
  }

  #inode(number: number): ExtNode {
    const { inodes, inodesPerGroup, inodeSize, descriptors, descriptorSize, blockSize } = this.#head;
    if (number < 1 || number > inodes) throw new FormatError('an entry names an inode that there is not');
    const group = Math.floor((number - 1) / inodesPerGroup);
    const descriptor = readBytes(this.#source, descriptors + group * descriptorSize, descriptorSize);
    if (descriptor.length < descriptorSize) throw new FormatError('the groups are cut', { reason: 'truncated' });
    const table = descriptor.readUInt32LE(8) + (descriptorSize >= 64 ? descriptor.readUInt32LE(40) * 2 ** 32 : 0);
    const bytes = readBytes(this.#source, table * blockSize + ((number - 1) % inodesPerGroup) * inodeSize, 128);
    if (bytes.length < 128) throw new FormatError('an inode is cut', { reason: 'truncated' });
    this.#count(128);
    return this.#nodeOf(number, bytes);
  }

  #nodeOf(inode: number, bytes: Buffer): ExtNode {
    const mode = bytes.readUInt16LE(0);
    const length = bytes.readUInt32LE(4) + bytes.readUInt32LE(108) * 2 ** 32;
    const places = bytes.subarray(40, 100);
    const type = types.get(mode >> 12);
    const node = {
      inode,
      type,
      size: type === 'file' ? length : 0,
      mode: mode & 0o7777,
      uid: bytes.readUInt16LE(2) + bytes.readUInt16LE(120) * 2 ** 16,
      gid: bytes.readUInt16LE(24) + bytes.readUInt16LE(122) * 2 ** 16,
      bytes: length,
      flags: bytes.readUInt32LE(32),
      places,
    };
    if (mode === 0) throw new FormatError('an entry names an inode that is not in use');
    if (!Number.isSafeInteger(length)) throw new FormatError('an inode states an impossible size');
    // Overlay file systems mark a removed file by device 0:0.
    if (type === 'character' && places.readUInt32LE(0) === 0 && places.readUInt32LE(4) === 0) {
      return { ...node, type: 'whiteout' };
    }
    return type === 'symlink' ? { ...node, linkTarget: this.#target(node) } : node;
  }

  #target(node: ExtNode): string {
    const { bytes, flags, places } = node;
    if (bytes < places.length && (flags & EXTENTS) === 0) return decodeName(Buffer.from(places.subarray(0, bytes)));
    if (bytes > MOST_TARGET) throw new FormatError('a link is longer than any may be');
    return decodeName(Buffer.concat([...this.body(node)].map((piece) => Buffer.from(piece))));
  }
}
