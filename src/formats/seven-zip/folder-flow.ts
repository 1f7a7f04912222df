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
import type { Coder, Folder, PackedStreams } from './streams.ts';

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
  const order = chainOf(folder);
  const number = folder.firstPacked;
  const before = streams.sizes.slice(0, number).reduce((sum, size) => sum + size, 0);
  const size = streams.sizes[number];
  if (size === undefined) throw new FormatError('a folder of it is packed nowhere');
  const start = SIGNATURE_BYTES + streams.position + before;
  const stages: Decoded[] = [];
  let flow = inflowOf(source.slice(start, size + (order[0]?.id === DEFLATE ? BEHIND : 0)));
  for (const coder of order) {
    const decoder = decoderOf(coder, folder.sizes[folder.coders.indexOf(coder)] as number);
    if (decoder === undefined) continue;
    // A filter makes as many bytes as it gets.
    const stage = decoded(decoder, flow, coder.id in filters ? () => true : counter());
    stages.push(stage);
    flow = stage.flow;
  }
  return {
    flow,
    failure: () => stages.find(({ failure }) => failure !== undefined)?.failure,
    isStopped: () => stages.some(({ isStopped }) => isStopped),
    close: () => {
      for (const stage of stages) stage.close();
    },
  };
}

/** The coders from the packed stream on, where each has one stream in and one out. */
function chainOf({ coders, bonds, packed }: Folder): Coder[] {
  const encrypted = coders.find(({ id }) => id === AES);
  if (encrypted !== undefined) throw new FormatError('is encrypted', { reason: 'unsupported' });
  if (packed.length !== 1 || coders.some(({ inputs }) => inputs !== 1)) {
    const name = coders.some(({ id }) => id === BCJ2) ? 'BCJ2' : 'several streams';
    throw new FormatError(`is packed by ${name}, which is not supported,`, { reason: 'unsupported' });
  }
  const chain: Coder[] = [];
  let input = packed[0] as number;
  while (chain.length <= coders.length) {
    const coder = coders[input];
    if (coder === undefined) throw new FormatError('its folders are damaged');
    chain.push(coder);
    const next = bonds.find(({ output }) => output === input);
    if (next === undefined) return chain;
    input = next.input;
  }
  throw new FormatError('its folders are damaged');
}

const DEFLATE = '040108';
const AES = '06f10701';
const BCJ2 = '0303011b';

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

const names: Readonly<Record<string, string>> = { '030401': 'PPMd', '040109': 'Deflate64' };

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
  if (filter === undefined) {
    const name = names[id] ?? `unknown method ${id}`;
    throw new FormatError(`is packed by ${name}, which is not supported,`, { reason: 'unsupported' });
  }
  // The first instruction may stand anywhere in the whole: there 7z has no such property.
  const isDelta = filter === 3;
  openFilter({ id: filter, properties: isDelta ? properties : Buffer.alloc(0) }, () => {});
  return filterDecoder(filter, isDelta ? properties : Buffer.alloc(0));
}

function lzma2(byte: number, size: number): Decoder {
  const dictionary = Math.min(dictionarySize(byte), Math.max(4096, size));
  return ({ input, consume }) => new Lzma2().decode(input, dictionary, consume);
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
