import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { Fields } from '../executables/fields.ts';

/** Tables of metadata by their numbers (ECMA-335 II.22). */
export const table = { module: 0, typeRef: 1, assembly: 0x20, assemblyRef: 0x23 } as const;

/** A stream of metadata: where it stands, counted from its root. */
interface Stream {
  readonly offset: number;
  readonly size: number;
}

const SIGNATURE = 0x424a_5342;
const MAX_STREAMS = 64;
/** Names of types and assemblies; 1023 bytes are the longest that the runtime takes. */
const MAX_NAME = 1024;

/** One column: bytes, a heap, a table, or one of several tables with some bits that tell which. */
type Column =
  | number
  | 'text'
  | 'guid'
  | 'blob'
  | readonly [table: number]
  | { readonly bits: number; readonly tables: readonly number[] };

const typeDefOrRef = { bits: 2, tables: [0x02, 0x01, 0x1b] } as const;
const methodDefOrRef = { bits: 1, tables: [0x06, 0x0a] } as const;
const hasCustomAttribute = {
  bits: 5,
  tables: [
    0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0a, 0x00, 0x0e, 0x17, 0x14, 0x11, 0x1a, 0x1b, 0x20, 0x23, 0x26, 0x27, 0x28,
    0x2a, 0x2c, 0x2b,
  ],
} as const;

/** Columns of the tables up to the last one that is read here, in the order of their numbers (ECMA-335 II.22). */
const columns: readonly (readonly Column[])[] = [
  [2, 'text', 'guid', 'guid', 'guid'], // Module
  [{ bits: 2, tables: [0x00, 0x1a, 0x23, 0x01] }, 'text', 'text'], // TypeRef
  [4, 'text', 'text', typeDefOrRef, [0x04], [0x06]], // TypeDef
  [[0x04]], // FieldPtr
  [2, 'text', 'blob'], // Field
  [[0x06]], // MethodPtr
  [4, 2, 2, 'text', 'blob', [0x08]], // MethodDef
  [[0x08]], // ParamPtr
  [2, 2, 'text'], // Param
  [[0x02], typeDefOrRef], // InterfaceImpl
  [{ bits: 3, tables: [0x02, 0x01, 0x1a, 0x06, 0x1b] }, 'text', 'blob'], // MemberRef
  [2, { bits: 2, tables: [0x04, 0x08, 0x17] }, 'blob'], // Constant
  [hasCustomAttribute, { bits: 3, tables: [0x06, 0x0a] }, 'blob'], // CustomAttribute
  [{ bits: 1, tables: [0x04, 0x08] }, 'blob'], // FieldMarshal
  [2, { bits: 2, tables: [0x02, 0x06, 0x20] }, 'blob'], // DeclSecurity
  [2, 4, [0x02]], // ClassLayout
  [4, [0x04]], // FieldLayout
  ['blob'], // StandAloneSig
  [[0x02], [0x14]], // EventMap
  [[0x14]], // EventPtr
  [2, 'text', typeDefOrRef], // Event
  [[0x02], [0x17]], // PropertyMap
  [[0x17]], // PropertyPtr
  [2, 'text', 'blob'], // Property
  [2, [0x06], { bits: 1, tables: [0x14, 0x17] }], // MethodSemantics
  [[0x02], methodDefOrRef, methodDefOrRef], // MethodImpl
  ['text'], // ModuleRef
  ['blob'], // TypeSpec
  [2, { bits: 1, tables: [0x04, 0x06] }, 'text', [0x1a]], // ImplMap
  [4, [0x04]], // FieldRVA
  [4, 4], // EncLog
  [4], // EncMap
  [4, 2, 2, 2, 2, 4, 'blob', 'text', 'text'], // Assembly
  [4], // AssemblyProcessor
  [4, 4, 4], // AssemblyOS
  [2, 2, 2, 2, 4, 'blob', 'text', 'text', 'blob'], // AssemblyRef
];

/** A row of a table: numbers by column. */
export type MetadataRow = readonly number[];

/** The metadata of an assembly, of which only what is asked for is read. */
export class Metadata {
  readonly #source: ByteSource;
  readonly #strings: Stream;
  readonly #rows: readonly number[];
  /** By number of the table: widths of its columns. */
  readonly #widths: readonly (readonly number[])[];
  /** Where the rows of the first table stand. */
  readonly #start: number;

  /**
   * @param source the metadata from its root on, and no further
   * @throws FormatError for what is none
   */
  constructor(source: ByteSource) {
    this.#source = source;
    const streams = readStreams(source);
    const tables = streams.get('#~') ?? streams.get('#-');
    const strings = streams.get('#Strings');
    if (tables === undefined || strings === undefined) throw new FormatError('its metadata has no tables');
    this.#strings = strings;
    const header = Fields.read(source, tables.offset, 24, 'header of the tables of metadata');
    const heaps = header.u8(6);
    const present = Array.from({ length: 64 }, (_, bit) => ((header.u8(8 + (bit >> 3)) >> (bit & 7)) & 1) === 1);
    const count = present.filter(Boolean).length;
    const counts = Fields.read(source, tables.offset + 24, count * 4, 'numbers of rows of metadata');
    let next = 0;
    this.#rows = present.map((here) => (here ? counts.u32(4 * next++) : 0));
    this.#widths = columns.map((kinds) => kinds.map((kind) => width(kind, heaps, this.#rows)));
    this.#start = tables.offset + 24 + count * 4 + ((heaps & 0x40) === 0 ? 0 : 4);
  }

  count(number: number): number {
    return this.#rows[number] ?? 0;
  }

  /**
   * Rows of a table, the first `maximum` at most.
   * @throws FormatError where the file ends before they do
   */
  *rows(number: number, maximum: number): Generator<MetadataRow> {
    let start = this.#start;
    for (let before = 0; before < number; before++) start += this.count(before) * sum(this.#widths[before] ?? []);
    const widths = this.#widths[number] ?? [];
    const size = sum(widths);
    const count = Math.min(this.count(number), maximum);
    const fields = Fields.read(this.#source, start, count * size, 'tables of metadata');
    for (let row = 0; row < count; row++) {
      let at = row * size;
      yield widths.map((bytes) => {
        const value = bytes === 2 ? fields.u16(at) : fields.u32(at);
        at += bytes;
        return value;
      });
    }
  }

  /**
   * A text of the heap of names.
   * @throws FormatError where the heap has no such place
   */
  text(index: number): string {
    const { offset, size } = this.#strings;
    if (index >= size) throw new FormatError('a name of its metadata lies beyond all names');
    const fields = Fields.read(this.#source, offset + index, Math.min(MAX_NAME, size - index), 'names of metadata');
    const end = fields.bytes.indexOf(0);
    return fields.bytes.toString('utf8', 0, end < 0 ? fields.length : end);
  }

  /** Places in the heap of names at which a name stands, also as the end of a longer one. Nothing of a heap beyond 16 MiB. */
  placesOf(name: string): ReadonlySet<number> {
    const places = new Set<number>();
    const { offset, size } = this.#strings;
    if (size > 16 * 1024 * 1024) return places;
    const { bytes } = Fields.read(this.#source, offset, size, 'names of metadata');
    const wanted = `${name}\0`;
    for (let at = bytes.indexOf(wanted); at >= 0 && places.size < 100; at = bytes.indexOf(wanted, at + 1))
      places.add(at);
    return places;
  }
}

/** The root: a signature, a version, and the directory of streams (ECMA-335 II.24.2.1 and II.24.2.2). */
function readStreams(source: ByteSource): ReadonlyMap<string, Stream> {
  const head = Fields.read(source, 0, 16, 'metadata');
  if (head.u32(0) !== SIGNATURE) throw new FormatError('its metadata has no signature');
  const directory = 16 + head.u32(12);
  const count = Fields.read(source, directory, 4, 'metadata').u16(2);
  if (count > MAX_STREAMS) throw new FormatError(`its metadata has ${count} streams`);
  const bytes = Math.min(count * 40, source.size - directory - 4);
  const fields = Fields.read(source, directory + 4, bytes, 'metadata');
  const streams = new Map<string, Stream>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const name = fields.text(at + 8, 32);
    const stream = { offset: fields.u32(at), size: fields.u32(at + 4) };
    if (!streams.has(name)) streams.set(name, stream);
    at += 8 + ((name.length + 4) & ~3);
  }
  return streams;
}

function width(kind: Column, heaps: number, rows: readonly number[]): number {
  if (typeof kind === 'number') return kind;
  if (kind === 'text') return (heaps & 1) === 0 ? 2 : 4;
  if (kind === 'guid') return (heaps & 2) === 0 ? 2 : 4;
  if (kind === 'blob') return (heaps & 4) === 0 ? 2 : 4;
  const { bits, tables } = 'bits' in kind ? kind : { bits: 0, tables: kind };
  const most = Math.max(...tables.map((number) => rows[number] ?? 0));
  return most < 2 ** (16 - bits) ? 2 : 4;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
