import type { ByteSource } from '../../model/bytes.ts';
import { MemorySource, readBytes } from '../byte-source.ts';

/** What stands behind the header of an array of NumPy (`numpy.lib.format`). */
export interface NpyObjects {
  /** Where the pickle begins. */
  readonly start: number;
  /** Its elements are objects for sure; else they may be, in some field of a record or by a name that is written unusually. */
  readonly isCertain: boolean;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
/** Bytes of a header that are looked at; NumPy believes 10000 unless it is told to load pickles. */
const MAX_HEADER = 64 * 1024;

/** Types of one letter and a size that are numbers, texts, dates or bytes, and nothing else. */
const PLAIN = String.raw`'[<>=|]?(?:[?bBhHiIlLqQpPnNefdgFDGcauSUVmM]|[biufcmMSUVa]\d{1,9})(?:\[\w{1,16}(?:/\d{1,9})?\])?'`;
const SHAPE = String.raw`\((?:\d{1,20}L?,){0,64}(?:\d{1,20}L?)?\)`;
/** Fields of a record: name, type, and the shape of those that are arrays. */
const FIELDS = String.raw`\[(?:\('[^'\\]{1,200}',${PLAIN}(?:,${SHAPE})?\),?){1,999}\]`;
const OBJECTS = /'descr':'[<>=|]?O/;
const HEADER = new RegExp(
  String.raw`^\{(?:'descr':(?:${PLAIN}|${FIELDS}|'[<>=|]?O\d{0,9}'),?|'fortran_order':(?:True|False),?|'shape':${SHAPE},?){3}\}$`,
);

export function isNpy(head: Uint8Array): boolean {
  return MAGIC.equals(head.subarray(0, MAGIC.length));
}

/**
 * An array of objects is a pickle behind the header (NumPy Enhancement Proposal 1, "Format Specification"), an array of anything
 * else is its bytes. Whatever a header says that is not plainly the type of numbers or of texts may mean objects.
 * @returns undefined where it is no array, or holds no objects
 */
export function npyObjects(source: ByteSource): NpyObjects | undefined {
  const head = readBytes(source, 0, MAX_HEADER);
  if (!isNpy(head)) return undefined;
  const isShort = head[MAGIC.length] === 1;
  const from = MAGIC.length + (isShort ? 4 : 6);
  if (head.length < from) return undefined;
  const length = isShort ? head.readUInt16LE(from - 2) : head.readUInt32LE(from - 4);
  const header = head.toString('latin1', from, from + length);
  const start = from + length;
  if (start > head.length) return { start, isCertain: false };
  // Python takes the last of two that are called so; one kind of quotes may stand within the other.
  const isOnce = header.split('descr').length === 2 && !(header.includes('"') && header.includes("'"));
  const packed = header.replaceAll('"', "'").replace(/\s+/g, '');
  const isSure = isOnce && HEADER.test(packed);
  if (isSure && !OBJECTS.test(packed)) return undefined;
  return { start, isCertain: isSure };
}

/** The same of the first bytes of a file: whether the rest is wanted. */
export function mayHoldObjects(head: Uint8Array): boolean {
  return npyObjects(new MemorySource(head)) !== undefined;
}
