import type zlib from 'node:zlib';
import { FormatError } from '../errors.ts';
import { LayerIndex, type PackedIndex } from './layer-index.ts';
import type { LayerFacts } from './pass.ts';
import type { LayerReading } from './read-layer.ts';

/** Raised whenever a record is written in another way, or a walk over the same bytes gives other members. */
export const RECORD_VERSION = 4;

/** A reading as plain data: to be kept in a file, or handed to another thread. */
export interface PackedReading extends Omit<LayerReading, 'facts'> {
  readonly facts: Omit<LayerFacts, 'index' | 'analysed'> & { readonly analysed: readonly string[] };
  readonly index: PackedIndex;
}

export function packReading({ facts: { index, analysed, ...facts }, walk }: LayerReading): PackedReading {
  return { walk, facts: { ...facts, analysed: [...analysed] }, index: index.pack() };
}

/** @throws FormatError where the index is not what it says */
export function unpackReading({ walk, facts, index }: PackedReading): LayerReading {
  return { walk, facts: { ...facts, analysed: new Set(facts.analysed), index: LayerIndex.unpack(index) } };
}

/** A record is plain data of our own: what is larger than this is not worth keeping, or damaged. */
const MAXIMUM = 256 * 1024 * 1024;

/** Loaded when something is kept at all. */
const zlibModule = (): typeof zlib => process.getBuiltinModule('node:zlib');

/**
 * Writes a reading as one block of bytes: a zstd frame with a checksum, in it the length of a JSON text, the text, and
 * the block of the index.
 * @param key stands in the record, so that one under a wrong name is noticed
 * @returns undefined where it would be too large
 */
export function encodeReading(key: string, reading: LayerReading): Buffer | undefined {
  const packed = packReading(reading);
  const { block, ...index } = packed.index;
  if (block.length > MAXIMUM / 2) return undefined;
  const text = Buffer.from(JSON.stringify({ key, walk: packed.walk, facts: packed.facts, index }));
  if (block.length + text.length > MAXIMUM) return undefined;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const { constants, zstdCompressSync } = zlibModule();
  return zstdCompressSync(Buffer.concat([length, text, block]), {
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** @throws FormatError where the bytes are no whole record of this key */
export function decodeReading(key: string, bytes: Uint8Array): LayerReading {
  let plain: Buffer;
  let record: PackedReading & { readonly key?: unknown };
  let end: number;
  try {
    plain = zlibModule().zstdDecompressSync(bytes, { maxOutputLength: MAXIMUM + 4 });
    end = 4 + plain.readUInt32LE(0);
    record = JSON.parse(plain.toString('utf8', 4, end));
  } catch (error) {
    throw new FormatError('a record of the layer cache is damaged', { cause: error });
  }
  if (record.key !== key) throw new FormatError('a record of the layer cache is another one');
  return unpackReading({ ...record, index: { ...record.index, block: plain.subarray(end) } });
}
