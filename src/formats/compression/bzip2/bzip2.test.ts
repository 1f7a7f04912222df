import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompressed, filtered, hasProgram, mixedBytes } from '../../../../test/support/decompression.ts';
import { FormatError, LimitError } from '../../../errors.ts';
import { randomDistances } from './randomisation.ts';

const hasBzip2 = hasProgram('bzip2');
const bzip2 = (bytes: Uint8Array, level = 9): Buffer => filtered('bzip2', [`-${level}`], bytes) as Buffer;

/** `drydock` and a line feed, by bzip2 1.0.8. */
const line = Buffer.from(
  '425a6839314159265359f7e123b5000001c18000100c08902020002218021804ea73ae177245385090f7e123b5',
  'hex',
);

describe('bzip2', () => {
  it.each([
    ['a stream', line, 'drydock\n', 0],
    ['streams behind each other', Buffer.concat([line, line]), 'drydock\ndrydock\n', 0],
    ['a stream with zeros behind it', Buffer.concat([line, Buffer.alloc(100)]), 'drydock\n', 100],
    ['a stream with the half of a magic number behind it', Buffer.concat([line, Buffer.from('BZ')]), 'drydock\n', 2],
    ['a stream without blocks', Buffer.from('BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0', 'latin1'), '', 0],
  ])('reads %s', async (_title, source, text, trailing) => {
    for (const coming of ['source', { pieces: [3] }] as const) {
      const outcome = await decompressed(source, 'bzip2', coming);

      expect(outcome).toMatchObject({ seen: source.length, trailing });
      expect(outcome.bytes.toString()).toBe(text);
    }
  });

  it('says of every beginning that it is truncated', async () => {
    for (let length = 4; length < line.length; length += 1) {
      const outcome = await decompressed(line.subarray(0, length), 'bzip2');

      expect(outcome.error).toMatchObject({ reason: 'truncated' });
      expect('drydock\n'.startsWith(outcome.bytes.toString())).toBe(true);
    }
  });

  it('never gives other bytes for a damaged stream without saying so', async () => {
    for (let bit = 0; bit < 8 * line.length; bit += 1) {
      const flipped = Buffer.from(line);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (0x80 >> (bit & 7));

      const outcome = await decompressed(flipped, 'bzip2');

      if (outcome.error === undefined) expect(outcome.bytes.toString()).toBe('drydock\n');
      else expect(outcome.error).toBeInstanceOf(FormatError);
    }
  });

  it.each([
    ['another version', 'BZ0', 'unsupported'],
    ['a block size of 0', 'BZh01AY&SY', 'damaged'],
  ])('refuses %s', async (_title, text, reason) => {
    expect((await decompressed(Buffer.from(text), 'bzip2')).error).toMatchObject({ reason });
  });

  it('survives noise behind a header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        const source = Buffer.concat([line.subarray(0, 10), noise]);

        expect((await decompressed(source, 'bzip2')).error).toBeInstanceOf(FormatError);
      }),
    );
  });
});

describe.skipIf(!hasBzip2)('bzip2 against the program', () => {
  const mixed = mixedBytes(1_200_000);

  it.each([1, 2, 5, 9])('reads level %d', async (level) => {
    expect((await decompressed(bzip2(mixed, level), 'bzip2')).bytes.equals(mixed)).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a byte', Buffer.from('d')],
    ['noise', randomBytes(250_000)],
    ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['one byte very often', Buffer.alloc(3_000_000, 7)],
    ['runs of every length', Buffer.concat(Array.from({ length: 600 }, (_, length) => Buffer.alloc(length, length)))],
    ['a short period', Buffer.alloc(1_000_000, 'ab')],
  ])('reads %s', async (_title, plain) => {
    const source = bzip2(plain, 9);

    expect((await decompressed(source, 'bzip2', { pieces: [5000, 1] })).bytes.equals(plain)).toBe(true);
  });

  it('hands on the blocks before a damaged one', async () => {
    const source = bzip2(mixed, 1);
    source.fill(0, source.length - 20_000, source.length - 10_000);

    const outcome = await decompressed(source, 'bzip2');

    expect(outcome.error).toMatchObject({ reason: 'damaged' });
    expect(outcome.bytes.length).toBeGreaterThan(900_000);
    expect(outcome.bytes.subarray(0, 900_000).equals(mixed.subarray(0, 900_000))).toBe(true);
  });

  it('hands on the blocks before the end of truncated data', async () => {
    const source = bzip2(mixed, 1);

    const outcome = await decompressed(source.subarray(0, source.length / 2), 'bzip2', { pieces: [10_000] });

    expect(outcome.error).toMatchObject({ reason: 'truncated' });
    expect(outcome.bytes.length).toBeGreaterThan(400_000);
    expect(outcome.bytes.equals(mixed.subarray(0, outcome.bytes.length))).toBe(true);
  });

  it('ends a bomb early', async () => {
    const part = bzip2(Buffer.alloc(45_000_000));

    const outcome = await decompressed(Buffer.concat([part, part, part]), 'bzip2');

    expect(outcome.error).toBeInstanceOf(LimitError);
    expect(outcome.bytes.length).toBeLessThanOrEqual(64 * 1024 * 1024);
  });

  it('reads a randomised block', async () => {
    // No program writes them any more: a plain block is made one, and the program has to agree that it is.
    const plain = Buffer.from(Array.from({ length: 20_000 }, (_, at) => (at * 7919) % 251));
    const inverted = Buffer.from(plain);
    for (let at = -1, which = 0; ; which += 1) {
      at += randomDistances[which % 512] as number;
      if (at - 1 >= inverted.length) break;
      inverted[at - 1] = (inverted[at - 1] as number) ^ 1;
    }
    const sums = bzip2(plain);
    const source = bzip2(inverted);
    sums.copy(source, 10, 10, 14);
    source[14] = (source[14] as number) | 0x80;
    copySum(sums, source);

    expect(filtered('bzip2', ['-d'], source)?.equals(plain)).toBe(true);
    expect((await decompressed(source, 'bzip2')).bytes.equals(plain)).toBe(true);
  });
});

/** Puts the sum at the end of one stream, which is that of its block, at the end of another. */
function copySum(from: Buffer, to: Buffer): void {
  const end = BigInt(0x177245385090);
  const tail = BigInt(`0x${to.subarray(-12).toString('hex')}`);
  for (let spare = 0n; spare < 8n; spare += 1n) {
    if (((tail >> (spare + 32n)) & 0xffffffffffffn) !== end) continue;
    const sum = BigInt(from.readUInt32BE(10));
    const changed = (tail & ~(0xffffffffn << spare)) | (sum << spare);
    to.write(changed.toString(16).padStart(24, '0'), to.length - 12, 'hex');
    return;
  }
  throw new Error('the stream has no end');
}
