import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { decodeName } from '../tar/path.ts';
import { type BlockCodec, blockCodec, type CountBytes, decodeBlock } from './codec.ts';
import { readInode, type SquashfsNode } from './inode.ts';
import { METADATA_BYTES, Metadata } from './metadata.ts';
import { readLong, readSuperblock, type Superblock } from './superblock.ts';

/** Set in the word of a block that is stored as it is. */
const PLAIN = 1 << 24;
const FRAGMENT_BYTES = 16;
/** Fragments that are kept: each holds the ends of many files, and is asked for once for each. */
const KEPT_FRAGMENTS = 4;

/** A name in a folder. */
export interface NamedNode {
  readonly name: string;
  /** @throws FormatError where the inode cannot be read */
  node(): SquashfsNode;
}

/**
 * A SquashFS 4.0 (Linux, Documentation/filesystems/squashfs.rst; the format is described by squashfs-tools-ng), read at any
 * place and never mounted. All of it may be hostile: each method ends with a FormatError where it is damaged, with
 * a LimitError where it grows to more than its budget.
 */
export class Squashfs {
  readonly #source: ByteSource;
  readonly #count: CountBytes;
  readonly #head: Superblock;
  readonly #codec: BlockCodec;
  readonly #metadata: Metadata;
  readonly #ids: readonly number[];
  readonly #fragments: Map<number, Buffer> = new Map();

  /**
   * @param count told of every byte that is made
   * @throws FormatError where there is none, or one that is not read
   */
  constructor(source: ByteSource, count: CountBytes) {
    this.#source = source;
    this.#count = count;
    this.#head = readSuperblock(source);
    this.#codec = blockCodec(this.#head.compressor);
    this.#metadata = new Metadata(source, this.#codec, count);
    this.#ids = this.#readIds();
  }

  root(): SquashfsNode {
    const { block, offset } = this.#head.root;
    return this.#inode(block, offset);
  }

  /** What a folder holds, in the order of the image, without `.` and `..`. */
  *entries(folder: SquashfsNode): Generator<NamedNode> {
    const { list } = folder;
    if (list === undefined || list.bytes <= 0) return;
    const reader = this.#metadata.at(this.#head.directoryTable + list.block, list.offset);
    for (let left = list.bytes; left > 0; ) {
      const header = reader.take(12);
      left -= 12;
      const count = header.readUInt32LE(0) + 1;
      const block = header.readUInt32LE(4);
      if (count > 256) throw new FormatError('a list of a folder has too many entries in a row');
      for (let i = 0; i < count; i++) {
        const entry = reader.take(8);
        const length = entry.readUInt16LE(6) + 1;
        const offset = entry.readUInt16LE(0);
        if (length > 256) throw new FormatError('a name in a folder is longer than any may be');
        const name = decodeName(reader.take(length));
        left -= 8 + length;
        if (left < 0) throw new FormatError('the list of a folder is shorter than its entries');
        yield { name, node: () => this.#inode(block, offset) };
      }
    }
  }

  /** The body of a file, front to back, in pieces that are valid until the next is asked for. */
  *body(node: SquashfsNode): Generator<Buffer> {
    const { file, size } = node;
    if (file === undefined) return;
    const { blockSize } = this.#head;
    let position = file.start;
    let left = size;
    const words = this.#metadata.at(file.words.position, file.words.offset);
    for (let i = 0; i < file.blocks; i++) {
      const wanted = Math.min(blockSize, left);
      const word = words.take(4).readUInt32LE(0);
      if (word === 0) this.#count(wanted, 'hole');
      const bytes = word === 0 ? Buffer.alloc(wanted) : this.#block(position, word);
      if (bytes.length !== wanted) throw new FormatError('a block of a file has another size than it should');
      yield bytes;
      left -= wanted;
      position += (word & ~PLAIN) >>> 0;
    }
    if (file.fragment === undefined || left === 0) return;
    const { index, offset } = file.fragment;
    const end = this.#fragment(index).subarray(offset, offset + left);
    if (end.length < left) throw new FormatError('the end of a file is not where it should be');
    yield end;
  }

  #inode(block: number, offset: number): SquashfsNode {
    const reader = this.#metadata.at(this.#head.inodeTable + block, offset);
    return readInode(reader, this.#head.blockSize, this.#ids);
  }

  /** A block of data: bit 24 says that it is stored as it is. */
  #block(position: number, word: number): Buffer {
    const length = (word & ~PLAIN) >>> 0;
    const { blockSize } = this.#head;
    if (length > blockSize) throw new FormatError('a block has an impossible length');
    const stored = readBytes(this.#source, position, length);
    if (stored.length < length) throw new FormatError('a block of a file is cut', { reason: 'truncated' });
    return (word & PLAIN) === 0 ? decodeBlock(this.#codec, stored, blockSize, this.#count) : this.#plain(stored);
  }

  #plain(stored: Buffer): Buffer {
    this.#count(stored.length);
    return stored;
  }

  #fragment(index: number): Buffer {
    const kept = this.#fragments.get(index);
    if (kept !== undefined) {
      // What was used last is kept longest: files that are alike share a fragment that was written long before.
      this.#fragments.delete(index);
      this.#fragments.set(index, kept);
      return kept;
    }
    if (index >= this.#head.fragments) throw new FormatError('a file ends in a fragment that there is not');
    const entry = this.#tableEntry(this.#head.fragmentTable, index, FRAGMENT_BYTES);
    const bytes = this.#block(readLong(entry, 0), entry.readUInt32LE(8));
    if (this.#fragments.size >= KEPT_FRAGMENTS) this.#fragments.delete(this.#fragments.keys().next().value as number);
    this.#fragments.set(index, bytes);
    return bytes;
  }

  /** Tables are lists of places of metadata blocks, in which their entries are. */
  #tableEntry(table: number, index: number, bytes: number): Buffer {
    const perBlock = METADATA_BYTES / bytes;
    const pointer = readBytes(this.#source, table + 8 * Math.floor(index / perBlock), 8);
    if (pointer.length < 8) throw new FormatError('a table is cut', { reason: 'truncated' });
    return this.#metadata.at(readLong(pointer, 0), (index % perBlock) * bytes).take(bytes);
  }

  #readIds(): readonly number[] {
    const ids: number[] = [];
    for (let i = 0; i < this.#head.ids; i++) ids.push(this.#tableEntry(this.#head.idTable, i, 4).readUInt32LE(0));
    return ids;
  }
}
