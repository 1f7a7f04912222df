import { crc32 } from 'node:zlib';
import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { truncated } from '../compression/damage.ts';
import type { Steps } from '../compression/wait.ts';
import { readFiles, type SevenZipFile } from './files.ts';
import { type Counter, folderFlow } from './folder-flow.ts';
import { HeaderReader } from './header-reader.ts';
import { type PackedStreams, readStreams, unpackedSize } from './streams.ts';

const SIGNATURE_BYTES = 32;
/** Bytes of a header: about a hundred thousand files. */
const MOST_HEADER = 16 * 1024 * 1024;
/** A header that is packed may be packed again. */
const MOST_PACKED = 4;

const END = 0x00;
const HEADER = 0x01;
const PROPERTIES = 0x02;
const FURTHER_STREAMS = 0x03;
const STREAMS = 0x04;
const FILES = 0x05;
const PACKED_HEADER = 0x17;

export interface SevenZip {
  readonly streams: PackedStreams;
  readonly files: readonly SevenZipFile[];
}

/**
 * Reads the header of a 7z archive (LZMA SDK, "7zFormat.txt"), which may be packed in turn.
 * @throws FormatError where it is damaged, or of a form that is not read; `unsupported` where it is encrypted
 */
export function* readSevenZip(source: ByteSource, counter: () => Counter): Steps<SevenZip> {
  const start = readBytes(source, 0, SIGNATURE_BYTES);
  if (start.length < SIGNATURE_BYTES) throw truncated();
  if (crc32(start.subarray(12)) !== start.readUInt32LE(8)) throw new FormatError('the checksum of its header is wrong');
  const position = Number(start.readBigUInt64LE(12));
  const length = Number(start.readBigUInt64LE(20));
  if (length === 0) return { streams: { starts: [], sizes: [], folders: [] }, files: [] };
  if (length > MOST_HEADER) throw new FormatError('its header is too large', { reason: 'unsupported' });
  let bytes: Buffer = readBytes(source, Math.min(SIGNATURE_BYTES + position, source.size), length);
  if (bytes.length < length) throw truncated();
  if (crc32(bytes) !== start.readUInt32LE(28)) throw new FormatError('the checksum of its header is wrong');
  for (let depth = 0; bytes[0] === PACKED_HEADER; depth++) {
    if (depth === MOST_PACKED) throw new FormatError('its header is packed too often');
    bytes = yield* unpackedHeader(source, bytes, counter);
  }
  return readHeader(new HeaderReader(bytes));
}

function* unpackedHeader(source: ByteSource, bytes: Buffer, counter: () => Counter): Steps<Buffer> {
  const header = new HeaderReader(bytes);
  header.byte();
  const streams = readStreams(header);
  const [folder] = streams.folders;
  if (folder === undefined) throw new FormatError('its header is damaged');
  const size = unpackedSize(folder);
  if (size > MOST_HEADER) throw new FormatError('its header is too large', { reason: 'unsupported' });
  const { flow, failure, close } = folderFlow(source, streams, folder, counter);
  try {
    const unpacked = yield* flow.peek(size);
    if (unpacked.length < size) throw failure() ?? truncated();
    return Buffer.from(unpacked);
  } finally {
    close();
  }
}

function readHeader(header: HeaderReader): SevenZip {
  if (header.byte() !== HEADER) throw new FormatError('its header is damaged');
  let streams: PackedStreams = { starts: [], sizes: [], folders: [] };
  let files: SevenZipFile[] = [];
  for (;;) {
    const id = header.byte();
    if (id === END) return { streams, files };
    if (id === PROPERTIES) passProperties(header);
    else if (id === FURTHER_STREAMS) readStreams(header);
    else if (id === STREAMS) streams = readStreams(header);
    else if (id === FILES) files = readFiles(header);
    else throw new FormatError(`its header has an unknown part ${id}`);
  }
}

function passProperties(header: HeaderReader): void {
  while (header.byte() !== END) header.take(header.number());
}
