import { crc32 } from 'node:zlib';

/** What to write otherwise than a sane program would. */
export interface XzOptions {
  /** Size of the dictionary as the block header states it (the .xz file format, section 5.3.1); default: 64 KiB. */
  readonly dictionary?: number;
  /** Written instead of the true CRC32 of the content. */
  readonly check?: number;
  /** Id of the check that the stream header names; default: CRC32. Only that one is written. */
  readonly checkId?: number;
  /** Id and properties of filters in front of LZMA2. */
  readonly filters?: readonly (readonly [id: number, properties: readonly number[]])[];
  /** Uncompressed size that the index states. */
  readonly statedSize?: number;
  /** Blocks that the index states. */
  readonly statedBlocks?: number;
}

/** Longest chunk of LZMA2 that is not compressed. */
const CHUNK = 65_536;

function number(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

function withCrc(bytes: Uint8Array): Buffer {
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(bytes));
  return Buffer.concat([bytes, crc]);
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

function blockHeader({ dictionary = 8, filters = [] }: XzOptions): Buffer {
  const list = [...filters, [0x21, [dictionary]] as const];
  const body = list.flatMap(([id, properties]) => [...number(id), ...number(properties.length), ...properties]);
  const bytes = padded(Buffer.from([0, filters.length, ...body]));
  bytes[0] = bytes.length / 4;
  return withCrc(bytes);
}

/**
 * A stream of .xz with one block whose chunks are stored as they are (https://tukaani.org/xz/xz-file-format.txt): any
 * reader must open it, and it can be written without a compressor.
 */
export function xzStored(content: Uint8Array, options: XzOptions = {}): Buffer {
  const flags = Buffer.from([0, options.checkId ?? 1]);
  const header = blockHeader(options);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += CHUNK) {
    const part = content.subarray(at, at + CHUNK);
    chunks.push(Buffer.from([at === 0 ? 1 : 2, (part.length - 1) >> 8, (part.length - 1) & 0xff]), part);
  }
  const data = Buffer.concat([...chunks, Buffer.from([0])]);
  const check = Buffer.alloc(4);
  check.writeUInt32LE(options.check ?? crc32(content));
  const unpadded = header.length + data.length + check.length;
  const index = withCrc(
    padded(
      Buffer.from([
        0,
        ...number(options.statedBlocks ?? 1),
        ...number(unpadded),
        ...number(options.statedSize ?? content.length),
      ]),
    ),
  );
  const backward = Buffer.alloc(4);
  backward.writeUInt32LE(index.length / 4 - 1);
  const footer = withCrc(Buffer.concat([backward, flags]));
  return Buffer.concat([
    Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    withCrc(flags),
    header,
    padded(data),
    check,
    index,
    footer.subarray(6),
    footer.subarray(0, 6),
    Buffer.from('YZ'),
  ]);
}
