import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { type BlockCodec, type CountBytes, decodeBlock } from './codec.ts';

/** Uncompressed bytes of a metadata block; only the last of a table has fewer. */
export const METADATA_BYTES = 8192;
/** Blocks that are kept: entries of a folder point to inodes that are near each other. */
const KEPT = 256;

/** A place to go on from. */
export interface MetadataPlace {
  readonly position: number;
  readonly offset: number;
}

interface Block {
  readonly position: number;
  readonly bytes: Buffer;
  /** Where the next block begins. */
  readonly next: number;
}

/** Metadata blocks of a SquashFS, those used last being kept. */
export class Metadata {
  readonly #source: ByteSource;
  readonly #codec: BlockCodec;
  readonly #count: CountBytes;
  readonly #kept: Map<number, Block> = new Map();

  constructor(source: ByteSource, codec: BlockCodec, count: CountBytes) {
    this.#source = source;
    this.#codec = codec;
    this.#count = count;
  }

  /** Reads on from a place, over as many blocks as it takes. */
  at(position: number, offset: number): MetadataReader {
    return new MetadataReader((start) => this.#block(start), position, offset);
  }

  #block(position: number): Block {
    const kept = this.#kept.get(position);
    if (kept !== undefined) return kept;
    const header = readBytes(this.#source, position, 2);
    if (header.length < 2) throw new FormatError('a block of metadata is cut', { reason: 'truncated' });
    const word = header.readUInt16LE(0);
    const length = word & 0x7fff;
    if (length === 0 || length > METADATA_BYTES) throw new FormatError('a block of metadata has an impossible length');
    const stored = readBytes(this.#source, position + 2, length);
    if (stored.length < length) throw new FormatError('a block of metadata is cut', { reason: 'truncated' });
    const isPlain = (word & 0x8000) !== 0;
    const bytes = isPlain ? stored : decodeBlock(this.#codec, stored, METADATA_BYTES, this.#count);
    if (isPlain) this.#count(stored.length);
    if (bytes.length === 0) throw new FormatError('a block of metadata is empty');
    const block = { position, bytes, next: position + 2 + length };
    if (this.#kept.size >= KEPT) this.#kept.delete(this.#kept.keys().next().value as number);
    this.#kept.set(position, block);
    return block;
  }
}

/** Reads metadata in order. */
export class MetadataReader {
  readonly #open: (position: number) => Block;
  #block: Block;
  #offset: number;

  constructor(open: (position: number) => Block, position: number, offset: number) {
    this.#open = open;
    this.#block = open(position);
    this.#offset = offset;
    if (offset > this.#block.bytes.length) throw new FormatError('a place of metadata is outside of its block');
  }

  /** Where it stands: `Metadata.at` goes on from there. */
  place(): MetadataPlace {
    return { position: this.#block.position, offset: this.#offset };
  }

  /** @throws FormatError where fewer are left */
  take(length: number): Buffer {
    const { bytes } = this.#block;
    if (this.#offset + length <= bytes.length) {
      const from = this.#offset;
      this.#offset += length;
      return bytes.subarray(from, from + length);
    }
    const parts: Buffer[] = [];
    for (let left = length; left > 0; ) {
      if (this.#offset >= this.#block.bytes.length) {
        this.#block = this.#open(this.#block.next);
        this.#offset = 0;
      }
      const part = this.#block.bytes.subarray(this.#offset, this.#offset + left);
      this.#offset += part.length;
      left -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  }
}
