/**
 * The maxima of a convolution by vectors of WebAssembly, which JavaScript has not: eight channels are added at once. The
 * code is made here, a function for each width, as the format wants it (WebAssembly Core Specification 2.0, 5).
 */

/** Looks for the maxima of one width: all are places in the memory, in bytes; channels are unsigned numbers of 16 bits. */
type FindMaximaAt = (tables: number, input: number, positions: number, maxima: number) => void;

/** Rows are 64 channels of 16 bits; a tap has 256 of them. */
const ROW_BITS = 7;
const TAP_BYTES = 256 << ROW_BITS;
const VECTOR_BYTES = 16;
const VECTORS = (1 << ROW_BITS) / VECTOR_BYTES;

const I32 = 0x7f;
const V128 = 0x7b;

/** Parameters of the functions, by their numbers. */
const TABLES = 0;
const INPUT = 1;
const POSITIONS = 2;
const MAXIMA = 3;

/** Functions, and the memory over which they run. */
interface SimdMaxima {
  readonly memory: ArrayBuffer;
  /** In the order of the widths. */
  readonly find: readonly FindMaximaAt[];
}

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** Node.js has it; the types of Node.js do not. */
declare const WebAssembly:
  | {
      readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;
      readonly Module: new (code: Uint8Array) => object;
      readonly Instance: new (
        module: object,
        imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>,
      ) => { readonly exports: Readonly<Record<string, FindMaximaAt>> };
      validate(code: Uint8Array): boolean;
    }
  | undefined;

const PAGE = 65_536;

/**
 * The functions for some widths.
 * @param bytes of memory that are needed at the least
 * @returns undefined where there are no such vectors
 */
export function simdMaxima(widths: readonly number[], bytes: number): SimdMaxima | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  const pages = Math.ceil(bytes / PAGE);
  const code = moduleOf(widths, pages);
  if (!WebAssembly.validate(code)) return undefined;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { '': { '': memory } });
  return { memory: memory.buffer, find: widths.map((width) => exports[String(width)]!) };
}

function moduleOf(widths: readonly number[], pages: number): Uint8Array<ArrayBuffer> {
  const type = [0x60, ...listOf([I32, I32, I32, I32].map((one) => [one])), 0];
  const memory = [0, 0, 0x02, 0x01, ...unsigned(pages), ...unsigned(pages)];
  const exported = widths.map((width, i) => [
    ...listOf([...String(width)].map((digit) => [digit.charCodeAt(0)])),
    0,
    i,
  ]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [type]),
    ...section(2, [memory]),
    ...section(
      3,
      widths.map(() => [0]),
    ),
    ...section(7, exported),
    ...section(10, widths.map(functionOf)),
  ]);
}

function functionOf(width: number): readonly number[] {
  const rows = Array.from({ length: width }, (_, tap) => MAXIMA + 1 + tap);
  const best = Array.from({ length: VECTORS }, (_, vector) => MAXIMA + 1 + width + vector);
  const code = [
    ...listOf([
      [...unsigned(width), I32],
      [VECTORS, V128],
    ]),
    ...[0x03, 0x40],
    // The row of each tap: where the table begins, and the byte that stands there.
    ...rows.flatMap((row, tap) => [
      ...get(TABLES),
      ...get(INPUT),
      ...[0x2d, 0, ...unsigned(tap)],
      ...[0x41, ROW_BITS, 0x74],
      ...[0x6a, 0x21, row],
    ]),
    ...best.flatMap((maximum, vector) => [
      ...get(maximum),
      ...rows.flatMap((row, tap) => [
        ...get(row),
        ...[0xfd, 0x00, 4, ...unsigned(tap * TAP_BYTES + vector * VECTOR_BYTES)],
        // i16x8.add
        ...(tap > 0 ? [0xfd, 0x8e, 0x01] : []),
      ]),
      // i16x8.max_u
      ...[0xfd, 0x99, 0x01, 0x21, maximum],
    ]),
    ...[...get(INPUT), 0x41, 1, 0x6a, 0x21, INPUT],
    ...[...get(POSITIONS), 0x41, 1, 0x6b, 0x22, POSITIONS, 0x0d, 0, 0x0b],
    ...best.flatMap((maximum, vector) => [
      ...get(MAXIMA),
      ...get(maximum),
      ...[0xfd, 0x0b, 4, ...unsigned(vector * VECTOR_BYTES)],
    ]),
    0x0b,
  ];
  return [...unsigned(code.length), ...code];
}

function get(local: number): readonly number[] {
  return [0x20, local];
}

function section(id: number, items: readonly (readonly number[])[]): readonly number[] {
  const body = listOf(items);
  return [id, ...unsigned(body.length), ...body];
}

function listOf(items: readonly (readonly number[])[]): readonly number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
