import { damaged, unsupported } from './damage.ts';

export const FRAME_MAGIC = 0xfd2fb528;
/** Longest frame header, with its magic number. */
export const FRAME_HEADER_BYTES = 18;
/** No block is longer, compressed or not (RFC 8878, section 3.1.1.2.4). */
const MAX_BLOCK = 128 * 1024;

/** Length of the dictionary id and of the content size, by their flags (RFC 8878, section 3.1.1.1). */
const DICTIONARY_BYTES: readonly number[] = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES: readonly number[] = [0, 2, 4, 8];

/** What the header of a zstd frame says (RFC 8878, section 3.1.1.1). */
export interface FrameHeader {
  /** Bytes of the header, magic number included. */
  readonly length: number;
  /** A checksum of 4 bytes follows the last block. */
  readonly checksum: boolean;
  /** Bytes of output that must be kept to decode on. */
  readonly window: number;
}

/**
 * @param bytes from the magic number on
 * @returns undefined where more bytes are needed
 */
export function readFrameHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < 5) return undefined;
  const descriptor = bytes[4] as number;
  const singleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const windowBytes = singleSegment ? 0 : 1;
  const dictionaryBytes = DICTIONARY_BYTES[descriptor & 3] as number;
  const sizeBytes = sizeFlag === 0 && singleSegment ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] as number);
  const sizeAt = 5 + windowBytes + dictionaryBytes;
  const length = sizeAt + sizeBytes;
  if (bytes.length < length) return undefined;
  if ((descriptor & 8) !== 0) throw damaged('reserved bit of a frame header');
  if (dictionaryBytes > 0 && bytes.readUIntLE(5 + windowBytes, dictionaryBytes) !== 0) {
    throw unsupported('zstd compression with a dictionary of its own');
  }
  const window = singleSegment ? contentSize(bytes, sizeAt, sizeBytes) : windowSize(bytes[5] as number);
  return { length, checksum: (descriptor & 4) !== 0, window };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(bytes: Buffer, at: number, length: number): number {
  if (length === 8) return Number(bytes.readBigUInt64LE(at));
  return bytes.readUIntLE(at, length) + (length === 2 ? 256 : 0);
}

export interface BlockHeader {
  readonly last: boolean;
  /** Bytes of the block behind its header. */
  readonly length: number;
}

/** The 3 bytes in front of each block of a frame (RFC 8878, section 3.1.1.2). */
export function readBlockHeader(bytes: Buffer, at: number): BlockHeader {
  const header = bytes.readUIntLE(at, 3);
  const type = (header >> 1) & 3;
  const size = header >> 3;
  if (type === 3) throw damaged('reserved block type');
  if (size > MAX_BLOCK) throw damaged('a block longer than 128 KiB');
  return { last: (header & 1) === 1, length: type === 1 ? 1 : size };
}
