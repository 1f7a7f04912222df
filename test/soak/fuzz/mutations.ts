import type { Random } from './random.ts';

/** Changes bytes; gives a copy. */
export type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

/** No seed grows beyond this. */
const LONGEST = 4 * 1024 * 1024;

const numbers: readonly bigint[] = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x7fff_ffff_ffff_ffffn,
  0xffff_ffff_ffff_ffffn,
];

function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) change(copy);
  return copy;
}

function spliced(bytes: Buffer, start: number, end: number, middle: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), middle, bytes.subarray(end)]).subarray(0, LONGEST);
}

function part(bytes: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length);
  return bytes.subarray(start, start + 1 + random.below(Math.min(2000, bytes.length - start)));
}

/** A number of some width and byte order; half of the time close to how long the whole is. */
function writeNumber(copy: Buffer, random: Random): void {
  const width = random.pick([1, 2, 4, 8]);
  if (copy.length < width) return;
  const at = random.below(copy.length - width + 1);
  const near = BigInt(Math.max(0, copy.length + random.below(5) - 2));
  let rest = random.below(2) === 0 ? near : random.pick(numbers);
  const little = random.below(2) === 0;
  for (let i = 0; i < width; i++) {
    copy[little ? at + i : at + width - 1 - i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** A run of digits becomes another number. */
function changeDigits(bytes: Buffer, random: Random): Buffer {
  let at = random.below(bytes.length);
  const isDigit = (position: number): boolean => {
    const byte = bytes[position];
    return byte !== undefined && byte >= 0x30 && byte <= 0x39;
  };
  for (let steps = 0; steps < 2000 && !isDigit(at); steps++) at = (at + 1) % bytes.length;
  if (!isDigit(at)) return bytes;
  let end = at;
  while (isDigit(end) && end - at < 40) end++;
  const texts = [
    '0',
    '-1',
    '1e9',
    '00000000',
    '9'.repeat(end - at),
    '4294967296',
    '9007199254740993',
    `${bytes.length}`,
  ];
  return spliced(bytes, at, end, Buffer.from(random.pick(texts)));
}

/** What a bad disk, a bad transfer or somebody with a hex editor does, whatever the format. */
export const anywhere: readonly Mutation[] = [
  (bytes, random) =>
    changed(bytes, (copy) => {
      copy[random.below(copy.length)]! ^= 1 << random.below(8);
    }),
  (bytes, random) =>
    changed(bytes, (copy) => {
      copy[random.below(copy.length)] = random.pick([0, 0xff, 0x0a, 0x80, random.below(256)]);
    }),
  (bytes, random) => changed(bytes, (copy) => writeNumber(copy, random)),
  (bytes, random) => changed(bytes, (copy) => writeNumber(copy, random)),
  (bytes, random) => (bytes.length === 0 ? bytes : changeDigits(bytes, random)),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, at + 1 + random.below(1000), Buffer.alloc(0));
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, at, Buffer.from(Array.from({ length: 1 + random.below(40) }, () => random.below(256))));
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, at, part(bytes, random));
  },
  (bytes, random) => {
    const piece = part(bytes, random);
    return changed(
      bytes,
      (copy) => void copy.set(piece.subarray(0, copy.length), random.below(copy.length - piece.length)),
    );
  },
  (bytes, random, others) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, at + random.below(2000), part(random.pick(others), random));
  },
  (bytes, random, others) => {
    const other = random.pick(others);
    return spliced(bytes, random.below(bytes.length), bytes.length, other.subarray(random.below(other.length)));
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    const piece = bytes.subarray(at, at + 1 + random.below(64));
    return spliced(bytes, at, at, Buffer.concat(Array<Buffer>(1 + random.below(1000)).fill(piece)));
  },
  (bytes, random) =>
    changed(bytes, (copy) => {
      const block = random.pick([512, 4096]);
      const at = random.below(Math.ceil(copy.length / block)) * block;
      copy.fill(random.pick([0, 0xff, 0x41]), at, Math.min(copy.length, at + block));
    }),
];

/** One to five changes, of those that fit the format as often as of those that fit any. */
export function mutate(seeds: readonly Buffer[], own: readonly Mutation[], random: Random): Buffer {
  let bytes = random.pick(seeds);
  for (let count = 1 + random.below(5); count > 0; count--) {
    const list = own.length > 0 && random.below(2) === 0 ? own : anywhere;
    bytes = random.pick(list)(bytes, random, seeds);
  }
  return bytes;
}
