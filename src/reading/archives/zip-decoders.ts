import { bzip2 } from '../../formats/compression/bzip2/bzip2.ts';
import { damaged } from '../../formats/compression/damage.ts';
import type { Decoder } from '../../formats/compression/decoder.ts';
import { lzmaStream } from '../../formats/compression/lzma-alone.ts';
import { xz } from '../../formats/compression/xz/xz.ts';
import { zstd } from '../../formats/compression/zstd.ts';
import type { ZipEntry } from '../../formats/zip/entry.ts';

/** Ways of compression that archivers know and runtimes of languages do not (APPNOTE 6.3.10, section 4.4.5). */
export function zipDecoder({ method, size }: Pick<ZipEntry, 'method' | 'size'>): Decoder | undefined {
  if (method === 12) return bzip2;
  if (method === 14) return lzma(size);
  if (method === 93) return zstd;
  if (method === 95) return xz;
  return undefined;
}

/** Others by their names in the specification. */
const names: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  97: 'WavPack',
  98: 'PPMd',
};

/** What a method that is not read is called. */
export function methodName(method: number): string {
  return names[method] ?? `unknown method ${method}`;
}

/** Version of the SDK and length of the properties stand before these (section 5.8.8). */
const LZMA_HEADER = 4;
const LZMA_PROPERTIES = 5;

function lzma(size: number): Decoder {
  return function* (context) {
    const { input } = context;
    yield* input.need(LZMA_HEADER + LZMA_PROPERTIES);
    const { buffer, start } = input;
    if (buffer.readUInt16LE(start + 2) !== LZMA_PROPERTIES) throw damaged('properties of LZMA');
    const byte = buffer[start + LZMA_HEADER] as number;
    const dictionary = buffer.readUInt32LE(start + LZMA_HEADER + 1);
    input.start += LZMA_HEADER + LZMA_PROPERTIES;
    yield* lzmaStream({ byte, dictionary, size })(context);
  };
}
