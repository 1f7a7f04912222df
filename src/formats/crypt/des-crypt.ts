import { decodeCharacter, encodeBits } from './encode.ts';

/** The tables of DES (FIPS 46-3); positions are counted from 1, the first bit is the most significant. */
const boxes: readonly string[] = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
];
const permutation = numbers('16 7 20 21 29 12 28 17 1 15 23 26 5 18 31 10 2 8 24 14 32 27 3 9 19 13 30 6 22 11 4 25');
const keyHalves = numbers(
  '57 49 41 33 25 17 9 1 58 50 42 34 26 18 10 2 59 51 43 35 27 19 11 3 60 52 44 36 ' +
    '63 55 47 39 31 23 15 7 62 54 46 38 30 22 14 6 61 53 45 37 29 21 13 5 28 20 12 4',
);
const keyChoice = numbers(
  '14 17 11 24 1 5 3 28 15 6 21 10 23 19 12 4 26 8 16 7 27 20 13 2 ' +
    '41 52 31 37 47 55 30 40 51 45 33 48 44 49 39 56 34 53 46 42 50 36 29 32',
);
const shifts = numbers('1 1 2 2 2 2 2 2 1 2 2 2 2 2 2 1');
const last = numbers('40 8 48 16 56 24 64 32').flatMap((_, row, first) => first.map((position) => position - row));

function numbers(text: string): readonly number[] {
  return text.split(' ').map(Number);
}

/** How often DES runs, one over the result of the other. */
const TIMES = 25;

/** What each box gives for each six bits, at the places where the permutation puts it. */
const substituted: readonly Int32Array[] = boxes.map((digits, box) =>
  Int32Array.from({ length: 64 }, (_, six) => {
    const row = ((six >>> 4) & 2) | (six & 1);
    const four = Number.parseInt(digits[16 * row + ((six >>> 1) & 15)]!, 16);
    return permutation.reduce((word, from, to) => {
      const bit = from - 1 - 4 * box;
      return bit >= 0 && bit < 4 && (four & (8 >>> bit)) !== 0 ? word | (1 << (31 - to)) : word;
    }, 0);
  }),
);

/**
 * The eleven characters behind the salt of a hash of the oldest method, which has no prefix (crypt(3) of Unix V7, 1979).
 * Eight characters of the password count, and of each seven bits.
 * @param salt two characters
 */
export function desCrypt(password: Uint8Array, salt: string): string {
  const keys = scheduleOf(password);
  const saltBits = decodeCharacter(salt.charAt(0)) | (decodeCharacter(salt.charAt(1)) << 6);
  let mask = 0;
  for (let bit = 0; bit < 12; bit++) if ((saltBits & (1 << bit)) !== 0) mask |= 1 << (23 - bit);
  let left = 0;
  let right = 0;
  for (let time = 0; time < TIMES; time++) {
    for (const [first, second] of keys) {
      const six = (box: number): number => rotate(right, 4 * box - 1) >>> 26;
      let high = (six(0) << 18) | (six(1) << 12) | (six(2) << 6) | six(3);
      let low = (six(4) << 18) | (six(5) << 12) | (six(6) << 6) | six(7);
      const swapped = (high ^ low) & mask;
      high ^= swapped ^ first;
      low ^= swapped ^ second;
      let word = left;
      for (let box = 0; box < 4; box++) {
        word ^= substituted[box]![(high >>> (18 - 6 * box)) & 63]!;
        word ^= substituted[box + 4]![(low >>> (18 - 6 * box)) & 63]!;
      }
      left = right;
      right = word;
    }
    [left, right] = [right, left];
  }
  const bits = last.map((position) => (position <= 32 ? left >>> (32 - position) : right >>> (64 - position)) & 1);
  return charactersOf([...bits, 0, 0]);
}

function charactersOf(bits: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bits.length; at += 6) {
    text += encodeBits(
      bits.slice(at, at + 6).reduce((value, bit) => 2 * value + bit, 0),
      1,
    );
  }
  return text;
}

/** The keys of the sixteen rounds, in halves of 24 bits. */
function scheduleOf(password: Uint8Array): readonly (readonly [number, number])[] {
  const bits = Array.from({ length: 64 }, (_, bit) => ((password[bit >>> 3] ?? 0) >>> (6 - (bit & 7))) & 1);
  let key = keyHalves.map((position) => bits[position - 1]!);
  return shifts.map((shift) => {
    const [c, d] = [key.slice(0, 28), key.slice(28)];
    key = [c, d].flatMap((half) => [...half.slice(shift), ...half.slice(0, shift)]);
    const chosen = keyChoice.map((position) => key[position - 1]!);
    const numberOf = (half: readonly number[]): number => half.reduce((value, bit) => 2 * value + bit, 0);
    return [numberOf(chosen.slice(0, 24)), numberOf(chosen.slice(24))] as const;
  });
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
