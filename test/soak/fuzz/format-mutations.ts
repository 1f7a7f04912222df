import { crc32 } from 'node:zlib';
import { anywhere, type Mutation } from './mutations.ts';
import type { Random } from './random.ts';

const BLOCK = 512;

/** Positions and widths of the fields of a tar header. */
const tarFields: readonly (readonly [at: number, width: number])[] = [
  [0, 100],
  [100, 8],
  [108, 8],
  [116, 8],
  [124, 12],
  [136, 12],
  [156, 1],
  [157, 100],
  [257, 8],
  [329, 8],
  [337, 8],
  [345, 155],
  [386, 24],
  [482, 13],
];

function isHeader(bytes: Buffer, at: number): boolean {
  return bytes.toString('latin1', at + 257, at + 262) === 'ustar';
}

/** Makes the checksum fit. */
function seal(bytes: Buffer, at: number): void {
  bytes.fill(0x20, at + 148, at + 156);
  let sum = 0;
  for (let i = at; i < at + BLOCK; i++) sum += bytes[i] as number;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
}

function fieldValue(random: Random, width: number, length: number): Buffer {
  const octal = (value: number) =>
    Buffer.from(`${value.toString(8).padStart(Math.max(0, width - 1), '0')}\0`, 'latin1');
  return random.pick<() => Buffer>([
    () => Buffer.alloc(width, random.below(256)),
    () => octal(random.pick([0, 1, 511, 512, 513, length, 0o77777777777])),
    () => Buffer.concat([Buffer.from([0x80]), Buffer.alloc(width - 1, random.pick([0, 0xff, 1]))]),
    () => Buffer.from([0xff, ...Array<number>(width - 1).fill(random.pick([0, 0xff]))]),
    () =>
      Buffer.from(
        random.pick(['../../x', '/', '.', '..', '.wh.x', '.wh..wh..opq', '-1', ' 7 ', 'var/lib/dpkg/status']),
      ),
    () => Buffer.from(random.pick(['0', '1', '2', '3', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', 'V', '\0'])),
  ])();
}

/** A field of a header gets another value, and the checksum fits again. */
const tarField: Mutation = (bytes, random) => {
  const count = Math.floor(bytes.length / BLOCK);
  if (count === 0) return bytes;
  const copy = Buffer.from(bytes);
  let block = random.below(count);
  for (let steps = 0; steps < count && !isHeader(copy, block * BLOCK); steps++) block = (block + 1) % count;
  const at = block * BLOCK;
  const [field, width] = random.pick(tarFields);
  copy.set(fieldValue(random, width, bytes.length).subarray(0, width), at + field);
  seal(copy, at);
  return copy;
};

/** Blocks change places. */
const tarBlocks: Mutation = (bytes, random) => {
  const count = Math.floor(bytes.length / BLOCK);
  if (count < 2) return bytes;
  const copy = Buffer.from(bytes);
  const from = random.below(count) * BLOCK;
  const to = random.below(count) * BLOCK;
  bytes.copy(copy, to, from, from + BLOCK);
  return copy;
};

export const tarMutations: readonly Mutation[] = [tarField, tarField, tarBlocks];

/** Changes what is inside, and packs it again: the damage is then not in the packing. */
export function inside(
  open: (bytes: Buffer) => Buffer,
  close: (bytes: Buffer) => Buffer,
  own: readonly Mutation[] = [],
): Mutation {
  return (bytes, random, others) => {
    let inner: Buffer;
    try {
      inner = open(bytes);
    } catch {
      return bytes;
    }
    return close(random.pick([...anywhere, ...own])(inner, random, others));
  };
}

/** A 32-bit sum behind what it sums fits again, wherever there was one. */
export const xzHeaders: Mutation = (bytes, random) => {
  if (bytes.length < 32) return bytes;
  const copy = Buffer.from(bytes);
  const size = ((copy[12] as number) + 1) * 4;
  copy[12 + 1 + random.below(Math.max(1, size - 5))] = random.below(256);
  const end = 12 + size - 4;
  if (end + 4 <= copy.length && end > 12) copy.writeUInt32LE(crc32(copy.subarray(12, end)), end);
  copy.writeUInt32LE(crc32(copy.subarray(6, 8)), 8);
  return copy;
};

type Path = readonly (string | number)[];

function places(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => places(inner).map((path) => [key, ...path]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const inner = replaced((value as Record<string, unknown>)[key], rest, by);
  Object.defineProperty(copy, key, { value: inner, enumerable: true, configurable: true, writable: true });
  return copy;
}

/** A value in a JSON document becomes another one, of any type. */
export const jsonValue: Mutation = (bytes, random) => {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString());
  } catch {
    return bytes;
  }
  const odd: readonly unknown[] = [
    null,
    true,
    '',
    [],
    {},
    [[]],
    -1,
    0.5,
    1e308,
    2 ** 53,
    '__proto__',
    'constructor',
    '../../etc/passwd',
    `sha256:${'0'.repeat(64)}`,
    '\u202e\u001b[2J',
    'x'.repeat(5000),
    JSON.parse('{"__proto__":{"x":1},"constructor":[]}'),
  ];
  const all = places(document);
  return Buffer.from(JSON.stringify(replaced(document, random.pick(all), random.pick(odd))));
};
