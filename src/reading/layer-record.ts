import type zlib from 'node:zlib';
import { FormatError, LimitError } from '../errors.ts';
import type { Fact, OwnershipFact } from '../model/fact.ts';
import { LayerIndex, type PackedIndex } from './layer-index.ts';
import type { LayerFacts } from './pass.ts';
import type { LayerReading } from './read-layer.ts';

/** Raised whenever a record is written in another way, or a walk over the same bytes gives other members. */
export const RECORD_VERSION = 8;

/** A reading as plain data, to be handed to another thread. */
export interface PackedReading extends Omit<LayerReading, 'facts'> {
  readonly facts: Omit<LayerFacts, 'index' | 'analysed'> & { readonly analysed: readonly string[] };
  readonly index: PackedIndex;
  /** The columns of the index behind each other. */
  readonly block: Uint8Array;
}

export function packReading({ facts: { index, analysed, ...facts }, walk }: LayerReading): PackedReading {
  const block = Buffer.concat(index.columns());
  return { walk, facts: { ...facts, analysed: [...analysed] }, index: index.pack(), block };
}

/** @throws FormatError where the index is not what it says */
export function unpackReading({ walk, facts, index, block }: PackedReading): LayerReading {
  return { walk, facts: { ...facts, analysed: new Set(facts.analysed), index: LayerIndex.unpack(index, block) } };
}

/** A record is plain data of our own: what is larger than this is not worth keeping, or damaged. */
const MAXIMUM = 256 * 1024 * 1024;

/** Bytes of a record that are compressed, and held, at a time. */
const PIECE = 512 * 1024;

/** Loaded when something is kept at all. */
const zlibModule = (): typeof zlib => process.getBuiltinModule('node:zlib');

/** The first line of a record. */
interface RecordHead extends Pick<LayerReading, 'walk'>, Pick<LayerFacts, 'problems'> {
  readonly key: string;
  readonly index: PackedIndex;
  readonly analysed: readonly string[];
  /** How many lines follow. */
  readonly facts: number;
}

/** Long texts of facts: as JSON they would take several times as long. */
const longTexts = ['files', 'md5', 'sha256'] as const satisfies readonly (keyof OwnershipFact)[];

type LongTexts<T> = Partial<Record<(typeof longTexts)[number], T>>;
/** A fact whose long texts were taken out: how many bytes of UTF-8 each has instead. */
type ShortFact = Exclude<Fact, OwnershipFact> | (Omit<OwnershipFact, keyof LongTexts<unknown>> & LongTexts<number>);

/**
 * Writes a reading piece by piece: other layers are decompressed meanwhile, so all of it is never held. Each piece is a
 * zstd frame with a checksum, behind its length (4 bytes, little-endian). Decompressed and put together they are lines
 * of JSON, a head and a line a fact, then the long texts of the facts, then the columns of the index.
 * @param key stands in the record, so that one under a wrong name is noticed
 * @throws LimitError where it is too large
 */
export function* encodeReading(key: string, { walk, facts: read }: LayerReading): Generator<Uint8Array, void, void> {
  const { index, analysed, problems, facts } = read;
  const head: RecordHead = { key, walk, problems, index: index.pack(), analysed: [...analysed], facts: facts.length };
  const pieces = new PieceWriter();
  const texts: string[] = [];
  yield* pieces.add(line(head));
  for (const fact of facts) yield* pieces.add(line(withoutTexts(fact, texts)));
  for (const text of texts) yield* pieces.add(Buffer.from(text));
  for (const column of index.columns()) yield* pieces.add(column);
  yield* pieces.end();
}

const line = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

function withoutTexts(fact: Fact, texts: string[]): ShortFact {
  if (fact.kind !== 'ownership') return fact;
  const { files: _files, md5: _md5, sha256: _sha256, ...short } = fact;
  const lengths: LongTexts<number> = {};
  for (const name of longTexts) {
    const text = fact[name];
    if (text === undefined) continue;
    texts.push(text);
    lengths[name] = Buffer.byteLength(text);
  }
  return { ...short, ...lengths };
}

class PieceWriter {
  readonly #piece: Buffer = Buffer.allocUnsafeSlow(PIECE);
  #filled = 0;
  #total = 0;

  *add(bytes: Uint8Array): Generator<Uint8Array, void, void> {
    this.#total += bytes.length;
    if (this.#total > MAXIMUM) throw new LimitError(`a record of more than ${MAXIMUM} bytes`);
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + PIECE - this.#filled);
      this.#piece.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === PIECE) yield* this.end();
    }
  }

  *end(): Generator<Uint8Array, void, void> {
    if (this.#filled === 0) return;
    const { constants, zstdCompressSync } = zlibModule();
    // A level more is a twentieth smaller and takes twice the time.
    const frame = zstdCompressSync(this.#piece.subarray(0, this.#filled), {
      chunkSize: PIECE,
      params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
    });
    this.#filled = 0;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(frame.length);
    yield length;
    yield frame;
  }
}

/** @throws FormatError where the bytes are no whole record of this key */
export function decodeReading(key: string, bytes: Buffer): LayerReading {
  let head: RecordHead;
  let facts: ShortFact[];
  let rest: RecordRest;
  try {
    rest = new RecordRest(Buffer.concat([...framesOf(bytes)]));
    head = rest.line();
    facts = head.key === key ? Array.from({ length: head.facts }, () => rest.line<ShortFact>()) : [];
  } catch (error) {
    throw new FormatError('a record of the layer cache is damaged', { cause: error });
  }
  if (head.key !== key) throw new FormatError('a record of the layer cache is another one');
  const { walk, problems, index, analysed } = head;
  const whole = facts.map((fact) => withTexts(fact, rest));
  return unpackReading({ walk, facts: { facts: whole, problems, analysed }, index, block: rest.bytes() });
}

function* framesOf(bytes: Buffer): Generator<Buffer, void, void> {
  let total = 0;
  for (let at = 0; at < bytes.length; ) {
    const start = at + 4;
    at = start + bytes.readUInt32LE(at);
    if (at > bytes.length) throw new FormatError('it ends in the middle of a piece');
    const piece = zlibModule().zstdDecompressSync(bytes.subarray(start, at), { maxOutputLength: PIECE });
    total += piece.length;
    if (total > MAXIMUM) throw new FormatError('it is too large');
    yield piece;
  }
}

function withTexts(fact: ShortFact, rest: RecordRest): Fact {
  if (fact.kind !== 'ownership') return fact;
  const texts: LongTexts<string> = {};
  for (const name of longTexts) {
    const bytes = fact[name];
    if (bytes !== undefined) texts[name] = rest.bytes(Number(bytes)).toString();
  }
  return { ...fact, ...texts } as OwnershipFact;
}

/** What of a record was not taken yet. */
class RecordRest {
  #rest: Buffer;

  constructor(bytes: Buffer) {
    this.#rest = bytes;
  }

  line<T>(): T {
    const end = this.#rest.indexOf('\n');
    if (end < 0) throw new FormatError('it ends in the middle of a line');
    return JSON.parse(this.bytes(end + 1).toString()) as T;
  }

  /** @throws FormatError where there are fewer */
  bytes(count: number = this.#rest.length): Buffer {
    if (count > this.#rest.length) throw new FormatError('a record of the layer cache ends too early');
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }
}
