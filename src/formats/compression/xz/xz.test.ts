import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decompressed, filtered, hasProgram, mixedBytes } from '../../../../test/support/decompression.ts';
import { FormatError, LimitError } from '../../../errors.ts';
import { branches } from './branch.ts';
import { X86 } from './x86.ts';

const hasXz = hasProgram('xz');
const xz = (bytes: Uint8Array, ...args: string[]): Buffer => filtered('xz', ['-T1', ...args], bytes) as Buffer;

/** `drydock` and a line feed, by xz 5.8. */
const line = Buffer.from(
  'fd377a585a000004e6d6b44604c00c0821011c00000000000000000065e788b3010007647279646f636b0a001fb90f41a5f4be7f0001' +
    '2808b39300731fb6f37d010000000004595a',
  'hex',
);
/** Where the header of its block stands, and how long it is. */
const blockHeader = { at: 12, length: 20 } as const;

/** The stream with a byte of its block header changed, and the CRC32 of the header set right. */
function withHeaderByte(at: number, value: number): Buffer {
  const changed = Buffer.from(line);
  changed[blockHeader.at + at] = value;
  const end = blockHeader.at + blockHeader.length - 4;
  changed.writeUInt32LE(zlib.crc32(changed.subarray(blockHeader.at, end)), end);
  return changed;
}

describe('xz', () => {
  it.each([
    ['a stream', line, 'drydock\n', 0],
    ['streams behind each other', Buffer.concat([line, line]), 'drydock\ndrydock\n', 0],
    [
      'streams with padding between and behind them',
      Buffer.concat([line, Buffer.alloc(8), line, Buffer.alloc(4)]),
      'drydock\ndrydock\n',
      0,
    ],
    ['a stream with something behind it', Buffer.concat([line, Buffer.from('behind it')]), 'drydock\n', 9],
    ['a stream with a byte behind it', Buffer.concat([line, Buffer.from([0xfd])]), 'drydock\n', 1],
  ])('reads %s', async (_title, source, text, trailing) => {
    for (const coming of ['source', { pieces: [3] }] as const) {
      const outcome = await decompressed(source, 'xz', coming);

      expect(outcome).toMatchObject({ seen: source.length, trailing });
      expect(outcome.bytes.toString()).toBe(text);
    }
  });

  it('says of every beginning that it is truncated', async () => {
    for (let length = 6; length < line.length; length += 1) {
      const outcome = await decompressed(line.subarray(0, length), 'xz');

      expect(outcome.error).toMatchObject({ reason: 'truncated' });
      expect('drydock\n'.startsWith(outcome.bytes.toString())).toBe(true);
    }
  });

  it('finds every wrong bit', async () => {
    for (let bit = 8 * 6; bit < 8 * line.length; bit += 1) {
      const flipped = Buffer.from(line);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));

      expect((await decompressed(flipped, 'xz')).error).toBeInstanceOf(FormatError);
    }
  });

  it.each([
    ['a dictionary of 192 MiB', 4, 31, 'unsupported', '128 MiB'],
    ['a dictionary of 4 GiB', 4, 40, 'unsupported', '128 MiB'],
    ['a dictionary of no known size', 4, 41, 'damaged', 'dictionary'],
    ['a block that does not end with LZMA2', 2, 3, 'damaged', 'LZMA2'],
    ['reserved flags', 1, 0xc4, 'damaged', 'flags'],
    ['more filters than the header holds', 1, 3, 'damaged', ''],
  ])('refuses %s', async (_title, at, value, reason, detail) => {
    // Without sizes, the filter stands at 2: its id, the length of its properties, and the size of the dictionary.
    const source = at === 1 ? withHeaderByte(1, value) : bareHeader(at, value);

    const { error } = await decompressed(source, 'xz');

    expect(error).toMatchObject({ reason, message: expect.stringContaining(detail) });
  });

  it('takes a dictionary of 128 MiB without making it', async () => {
    const before = process.memoryUsage.rss();

    const outcome = await decompressed(bareHeader(4, 30), 'xz');

    expect(outcome.bytes.toString()).toBe('drydock\n');
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    [6, 'IA-64'],
    [11, 'RISC-V'],
    [99, 'filter 99'],
  ])('names filter %d, which is not supported', async (id, name) => {
    const header = Buffer.from([4, 1, id, 0, 0x21, 1, 22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

    const { error } = await decompressed(withBlockHeader(header), 'xz');

    expect(error).toMatchObject({ reason: 'unsupported', message: expect.stringContaining(name) });
  });

  it('survives noise in the place of a block', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0x80, max: 0xff }),
        async (noise, control) => {
          const head = line.subarray(0, blockHeader.at + blockHeader.length);
          const source = Buffer.concat([head, Buffer.from([control, 255, 255, 1, 0, 93, 0]), noise]);

          expect((await decompressed(source, 'xz')).error).toBeInstanceOf(FormatError);
        },
      ),
    );
  });
});

/** A block header that names LZMA2 alone, without sizes, with one byte changed. */
function bareHeader(at: number, value: number): Buffer {
  const header = Buffer.alloc(blockHeader.length);
  header.set([4, 0, 0x21, 1, 22]);
  header[at] = value;
  return withBlockHeader(header);
}

function withBlockHeader(header: Buffer): Buffer {
  header.writeUInt32LE(zlib.crc32(header.subarray(0, -4)), header.length - 4);
  const source = Buffer.from(line);
  source.set(header, blockHeader.at);
  return source;
}

describe.skipIf(!hasXz)('xz against the program', () => {
  const mixed = mixedBytes(300_000);

  it.each([
    ['level 0', ['-0']],
    ['level 3', ['-3']],
    ['level 6', ['-6']],
    ['level 9, extreme', ['-9e']],
    ['no check', ['--check=none']],
    ['CRC32', ['--check=crc32']],
    ['CRC64', ['--check=crc64']],
    ['SHA-256', ['--check=sha256']],
    ['blocks of 50,000 bytes', ['--block-size=50000']],
    ['blocks with their sizes in front', ['-T2', '--block-size=60000']],
    ['a dictionary of 4 KiB', ['--lzma2=dict=4KiB']],
    ['lc=0 lp=4 pb=0', ['--lzma2=lc=0,lp=4,pb=0']],
    ['lc=4 lp=0 pb=4', ['--lzma2=lc=4,lp=0,pb=4']],
    ['lc=1 lp=3 pb=2', ['--lzma2=lc=1,lp=3,pb=2']],
    ['the delta filter', ['--delta=dist=1', '--lzma2']],
    ['a far delta filter', ['--delta=dist=256', '--lzma2']],
    ['the x86 filter', ['--x86', '--lzma2']],
    ['the x86 filter with a start', ['--x86=start=4096', '--lzma2']],
    ['the ARM filter', ['--arm', '--lzma2']],
    ['the ARM-Thumb filter', ['--armthumb', '--lzma2']],
    ['the ARM64 filter', ['--arm64', '--lzma2']],
    ['the PowerPC filter', ['--powerpc', '--lzma2']],
    ['the SPARC filter', ['--sparc', '--lzma2']],
    ['three filters', ['--x86', '--delta=dist=4', '--arm64', '--lzma2']],
  ])('reads %s', async (_title, args) => {
    const source = xz(mixed, ...args);

    for (const coming of ['source', { pieces: [5000, 1, 100_000] }] as const) {
      const outcome = await decompressed(source, 'xz', coming);

      expect(outcome).toMatchObject({ seen: source.length, trailing: 0 });
      expect(outcome.bytes.equals(mixed)).toBe(true);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a byte', Buffer.from('d')],
    ['noise', randomBytes(300_000)],
    ['one byte very often', Buffer.alloc(10_000_000, 7)],
    ['machine code', readFileSync(process.execPath).subarray(30_000_000, 31_000_000)],
  ])('reads %s', async (_title, plain) => {
    for (const args of [['-6'], ['--x86', '--lzma2=dict=64KiB']]) {
      expect((await decompressed(xz(plain, ...args), 'xz')).bytes.equals(plain)).toBe(true);
    }
  });

  it('reads more than fits into the dictionary and its room', async () => {
    const plain = mixedBytes(4_500_000, 3);

    expect((await decompressed(xz(plain, '-0', '--lzma2=preset=0,dict=1MiB'), 'xz')).bytes.equals(plain)).toBe(true);
  });

  it('hands on all that comes before the end of truncated data', async () => {
    const plain = mixedBytes(3000);
    const source = xz(plain, '--block-size=1000');
    let longest = 0;

    for (let length = 6; length < source.length; length += 5) {
      const outcome = await decompressed(source.subarray(0, length), 'xz', { pieces: [11] });

      expect(outcome.error).toMatchObject({ reason: 'truncated' });
      expect(outcome.bytes.equals(plain.subarray(0, outcome.bytes.length))).toBe(true);
      expect(outcome.bytes.length).toBeGreaterThanOrEqual(longest);
      longest = outcome.bytes.length;
    }
    expect(longest).toBe(plain.length);
  });

  it('never gives other bytes for damaged data without saying so', async () => {
    const plain = mixedBytes(5000);
    const source = xz(plain);

    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 6, max: source.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = Buffer.from(source);
          changed[at] = (changed[at] as number) ^ by;

          expect((await decompressed(changed, 'xz')).error).toBeInstanceOf(FormatError);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ends a bomb early', async () => {
    const part = xz(Buffer.alloc(40_000_000), '-1');

    const outcome = await decompressed(Buffer.concat([part, part]), 'xz');

    expect(outcome.error).toBeInstanceOf(LimitError);
    expect(outcome.bytes.length).toBeLessThanOrEqual(64 * 1024 * 1024);
  });
});

describe('branch filters', () => {
  it.each([...branches.entries(), [4, undefined]] as const)('give the same in pieces: filter %d', (_id, convert) => {
    // Every fourth byte makes it likely that there is something to convert.
    const code = Buffer.from(mixedBytes(4000));
    for (let at = 0; at < code.length; at += 1) {
      const opcodes = [0xe8, 0xeb, 0x94, 0x48, 0xf0, 0x00, 0xff];
      if (code[at] === undefined || at % 3 === 0) code[at] = opcodes[at % opcodes.length] as number;
    }
    const whole = Buffer.from(code);
    const wholeDone = (convert ?? new X86().convert)(whole, 0);
    const cut = Buffer.from(code);
    const inPieces = convert ?? new X86().convert;
    let done = 0;
    for (let end = 7; end < cut.length; end += 7) done += inPieces(cut.subarray(done, end), done);
    done += inPieces(cut.subarray(done), done);

    expect(done).toBe(wholeDone);
    expect(cut.equals(whole)).toBe(true);
  });
});
