import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { type Decoded, decoded } from '../archive/decoded.ts';
import { type Inflow, inflowOf } from '../archive/inflow.ts';
import { bzip2 } from '../compression/bzip2/bzip2.ts';
import type { Decoder } from '../compression/decoder.ts';
import { lzmaStream } from '../compression/lzma-alone.ts';
import { rawDeflate } from '../compression/raw-deflate.ts';
import { openFilter } from '../compression/xz/filter.ts';
import { dictionarySize, Lzma2 } from '../compression/xz/lzma2.ts';
import { type Coder, type Folder, lastCoder, type PackedStreams } from './streams.ts';

const SIGNATURE_BYTES = 32;
/** The end of deflate data shows only where bytes follow. */
const BEHIND = 32;

/** Counts what one step of unpacking makes, and of how many bytes; false where there are too many. */
export type Counter = (made: number, used: number) => boolean;

/** What a folder unpacks to. */
export interface FolderFlow {
  readonly flow: Inflow;
  /** Why it ended too early. */
  failure(): FormatError | undefined;
  /** Whoever counts said that it is enough. */
  isStopped(): boolean;
  close(): void;
}

/**
 * @throws FormatError where a coder is not known; `unsupported` where it is encrypted
 */
export function folderFlow(
  source: ByteSource,
  streams: PackedStreams,
  folder: Folder,
  counter: () => Counter,
): FolderFlow {
  if (isLocked(folder)) throw new FormatError('is encrypted', { reason: 'unsupported' });
  const { coders, bonds, sizes } = folder;
  // Of what is read, each has one input: so inputs and coders have the same numbers.
  const odd = coders.find(({ inputs }) => inputs !== 1);
  if (odd !== undefined) throw unsupportedCoder(odd);
  const stages: Decoded[] = [];
  const flowOf = (number: number, depth: number): Inflow => {
    const coder = coders[number];
    if (coder === undefined || depth > coders.length) throw new FormatError('its folders are damaged');
    const bond = bonds.find(({ input }) => input === number);
    const main = bond === undefined ? packedFlow(number, coder) : flowOf(bond.output, depth + 1);
    const decoder = decoderOf(coder, sizes[number] as number);
    if (decoder === undefined) return main;
    // A filter makes as many bytes as it gets.
    const stage = decoded(decoder, main, coder.id in filters ? () => true : counter());
    stages.push(stage);
    return stage.flow;
  };
  const packedFlow = (input: number, { id }: Coder): Inflow => {
    const packed = folder.packed.indexOf(input);
    if (packed < 0) throw new FormatError('its folders are damaged');
    return inflowOf(packedStream(source, streams, folder.firstPacked + packed, id === DEFLATE ? BEHIND : 0));
  };
  const flow = flowOf(lastCoder(folder), 0);
  return {
    flow,
    failure: () => stages.find(({ failure }) => failure !== undefined)?.failure,
    isStopped: () => stages.some(({ isStopped }) => isStopped),
    close: () => {
      for (const stage of stages) stage.close();
    },
  };
}

/** Whether it is encrypted. */
export function isLocked({ coders }: Folder): boolean {
  return coders.some(({ id }) => id === AES);
}

/** @param behind bytes that may be read beyond it */
function packedStream(
  source: ByteSource,
  { starts, sizes }: PackedStreams,
  number: number,
  behind: number,
): ByteSource {
  const start = starts[number];
  const size = sizes[number];
  if (start === undefined || size === undefined) throw new FormatError('a folder of it is packed nowhere');
  return source.slice(SIGNATURE_BYTES + start, size + behind);
}

const DEFLATE = '040108';
const AES = '06f10701';

/** Filters by the ids that .xz has for them. */
const filters: Readonly<Record<string, number>> = {
  '03': 3,
  '04': 4,
  '05': 5,
  '06': 6,
  '07': 7,
  '08': 8,
  '09': 9,
  '0a': 10,
  '03030103': 4,
  '03030205': 5,
  '03030401': 6,
  '03030501': 7,
  '03030701': 8,
  '03030805': 9,
};

const names: Readonly<Record<string, string>> = { '030401': 'PPMd', '040109': 'Deflate64', '0303011b': 'BCJ2' };

/** Undefined for what is stored. */
function decoderOf({ id, properties }: Coder, size: number): Decoder | undefined {
  if (id === '00') return undefined;
  if (id === '21') return lzma2(properties[0] ?? 0, size);
  if (id === '030101') {
    if (properties.length < 5) throw new FormatError('the properties of LZMA are missing');
    return lzmaStream({ byte: properties[0] as number, dictionary: properties.readUInt32LE(1), size });
  }
  if (id === DEFLATE) return rawDeflate;
  if (id === '040202') return bzip2;
  const filter = filters[id];
  if (filter === undefined) throw unsupportedCoder({ id });
  // The first instruction may stand anywhere in the whole: there 7z has no such property.
  const isDelta = filter === 3;
  openFilter({ id: filter, properties: isDelta ? properties : Buffer.alloc(0) }, () => {});
  return filterDecoder(filter, isDelta ? properties : Buffer.alloc(0));
}

function unsupportedCoder({ id }: Pick<Coder, 'id'>): FormatError {
  const name = names[id] ?? `unknown method ${id}`;
  return new FormatError(`is packed by ${name}, which is not supported,`, { reason: 'unsupported' });
}

function lzma2(byte: number, size: number): Decoder {
  const dictionary = Math.min(dictionarySize(byte), Math.max(4096, size));
  return function* ({ input, consume }) {
    const lzma2 = new Lzma2();
    try {
      yield* lzma2.decode(input, dictionary, consume);
    } finally {
      lzma2.close();
    }
  };
}

function filterDecoder(id: number, properties: Buffer): Decoder {
  return function* ({ input, consume }) {
    const filter = openFilter({ id, properties }, consume);
    while (yield* input.wait(1)) {
      const piece = Buffer.from(input.buffer.subarray(input.start, input.end));
      input.start = input.end;
      filter.push(piece);
      yield 'pause';
    }
    filter.flush();
  };
}
