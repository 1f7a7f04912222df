import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Coming, decompressed, inPieces, mixedBytes } from '../../../test/support/decompression.ts';
import { FormatError, LimitError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import type { EngineKind } from './decoder.ts';
import { decompress } from './decompress.ts';
import { detectCompression } from './detect.ts';
import { handleOf } from './handle-engine.ts';

const first = randomBytes(2_500_000);
const second = Buffer.alloc(3_000_000, 'drydock ');
const both = Buffer.concat([first, second]);
const gzip = Buffer.concat([zlib.gzipSync(first), zlib.gzipSync(second)]);
const zstd = Buffer.concat([zlib.zstdCompressSync(first), zlib.zstdCompressSync(second)]);
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);

interface Way {
  readonly engine: EngineKind;
  readonly coming: Coming;
}

const ways: readonly (readonly [title: string, way: Way])[] = [
  ['a file, by the handle', { engine: 'handle', coming: 'source' }],
  ['a file, by the stream', { engine: 'stream', coming: 'source' }],
  ['bytes that come once, by the handle', { engine: 'handle', coming: { pieces: [1000, 70_000, 400_000] } }],
  ['bytes that come once, by the stream', { engine: 'stream', coming: { pieces: [1000, 70_000, 400_000] } }],
];

describe.each(ways)('decompress %s', (_title, { engine, coming }) => {
  const run = (source: Buffer, compression: 'gzip' | 'zstd') => decompressed(source, compression, coming, { engine });

  it.each([
    ['gzip members behind each other', gzip, 'gzip', 0],
    ['zstd frames behind each other', zstd, 'zstd', 0],
    [
      'zstd frames among skippable ones',
      Buffer.concat([skippable, zlib.zstdCompressSync(first), skippable, zlib.zstdCompressSync(second), skippable]),
      'zstd',
      0,
    ],
    ['gzip with zeros behind it', Buffer.concat([gzip, Buffer.alloc(512)]), 'gzip', 512],
    ['gzip with garbage behind it', Buffer.concat([gzip, Buffer.from('garbage and more')]), 'gzip', 16],
    ['gzip with a gzip of no known method behind it', Buffer.concat([gzip, Buffer.from([0x1f, 0x8b, 7])]), 'gzip', 3],
    ['gzip with more behind it than is held', Buffer.concat([gzip, Buffer.alloc(1_000_000)]), 'gzip', 1_000_000],
    ['zstd with garbage behind it', Buffer.concat([zstd, Buffer.from('garbage and more')]), 'zstd', 16],
    ['zstd with a byte behind it', Buffer.concat([zstd, Buffer.from('g')]), 'zstd', 1],
  ] as const)('reads %s', async (_title2, source, compression, trailing) => {
    const outcome = await run(source, compression);

    expect(outcome.error).toBeUndefined();
    expect(outcome.bytes.equals(both)).toBe(true);
    expect(outcome.trailing).toBe(trailing);
    expect(outcome.seen).toBe(source.length);
  });

  it.each([
    ['gzip', gzip.subarray(0, 2_000_000), 'gzip', 1_990_000],
    ['gzip in the trailer', gzip.subarray(0, -1), 'gzip', both.length],
    ['gzip before the trailer', gzip.subarray(0, -8), 'gzip', both.length],
    ['zstd', zstd.subarray(0, 2_000_000), 'zstd', 1_800_000],
    ['zstd in its last block', zstd.subarray(0, -1), 'zstd', both.length - 128 * 1024],
    ['gzip within its first bytes', gzip.subarray(0, 5), 'gzip', 0],
    ['zstd within its first bytes', zstd.subarray(0, 5), 'zstd', 0],
    ['a skippable frame', Buffer.concat([zstd, skippable.subarray(0, 10)]), 'zstd', both.length],
    ['the header of a skippable frame', Buffer.concat([zstd, skippable.subarray(0, 5)]), 'zstd', both.length],
    ['the header of a second member', Buffer.concat([gzip, gzip.subarray(0, 2)]), 'gzip', both.length],
  ] as const)('says that %s is truncated, after handing on what came before', async (_title2, source, kind, least) => {
    const outcome = await run(source, kind);

    expect(outcome.error).toBeInstanceOf(FormatError);
    expect(outcome.error).toMatchObject({ reason: 'truncated', message: 'the compressed data ends in the middle' });
    expect(outcome.bytes.length).toBeGreaterThanOrEqual(least);
    expect(outcome.bytes.equals(both.subarray(0, outcome.bytes.length))).toBe(true);
  });

  it.each([
    ['the check of gzip', -6, gzip, 'gzip', both.length, 'incorrect data check'],
    ['the length of gzip', -2, gzip, 'gzip', both.length, 'incorrect length check'],
    ['a block of zstd', 2_000_000, zstd, 'zstd', 1_800_000, ''],
  ] as const)('says that %s is damaged', async (_title2, at, whole, kind, least, detail) => {
    const source = Buffer.from(whole);
    // A stored block of zstd has nothing to be wrong: a block header is put there.
    if (kind === 'zstd') source.fill(0xff, at, at + 200_000);
    else source[source.length + at] = (source.at(at) as number) ^ 1;

    const outcome = await run(source, kind);

    expect(outcome.error).toMatchObject({ reason: 'damaged', message: expect.stringContaining(detail) });
    expect(outcome.bytes.length).toBeGreaterThanOrEqual(least);
  });

  it.each(['gzip', 'zstd'] as const)('ends a %s bomb early', async (compression) => {
    const zeros = Buffer.alloc(120_000_000);
    const bomb = compression === 'gzip' ? zlib.gzipSync(zeros, { level: 1 }) : zlib.zstdCompressSync(zeros);

    const outcome = await run(bomb, compression);

    expect(outcome.error).toBeInstanceOf(LimitError);
    const { ratio, ratioFloorBytes } = defaultLimits;
    expect(outcome.bytes.length).toBeLessThanOrEqual(Math.max(ratioFloorBytes, ratio * bomb.length));
    expect(outcome.bytes.length).toBeLessThan(zeros.length);
  });

  it.each(['gzip', 'zstd'] as const)('reads %s made of very many small parts', async (compression) => {
    const compress = compression === 'gzip' ? zlib.gzipSync : zlib.zstdCompressSync;
    const parts = Array.from({ length: 300 }, (_, index) => Buffer.from(`file ${index}\n`));

    const outcome = await run(Buffer.concat(parts.map((part) => compress(part))), compression);

    expect(outcome.error).toBeUndefined();
    expect(outcome.bytes.equals(Buffer.concat(parts))).toBe(true);
  });

  it.each([
    // Frame header descriptor 0 and a window descriptor of exponent 20: 1 GiB (RFC 8878, section 3.1.1.1.2).
    ['a zstd window above 128 MiB', [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00], 'zstd'],
    ['a zstd dictionary', [0x28, 0xb5, 0x2f, 0xfd, 0x21, 0x07, 0x00, 0x01, 0x00, 0x00], 'zstd'],
    ['another method than deflate', [0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 3], 'gzip'],
  ] as const)('says that %s is not supported', async (_title2, bytes, compression) => {
    const outcome = await run(Buffer.from(bytes), compression);

    expect(outcome.error).toMatchObject({ reason: 'unsupported', message: expect.stringContaining('not supported') });
  });

  it('passes on what the receiver throws', async () => {
    const input = coming === 'source' ? inPieces(gzip, [gzip.length]) : inPieces(gzip, coming.pieces);
    const refusal = new Error('no more');
    let calls = 0;

    const done = decompress(
      input,
      'gzip',
      () => {
        calls += 1;
        throw refusal;
      },
      { limits: defaultLimits, engine },
    );

    await expect(done).rejects.toBe(refusal);
    expect(calls).toBe(1);
  });
});

describe('decompress', () => {
  it('hands on nearly all that comes before a damage', async () => {
    const noise = randomBytes(100_000);
    const small = zlib.gzipSync(noise, { strategy: zlib.constants.Z_HUFFMAN_ONLY });
    small.fill(0xff, 90_000, 90_100);

    const outcome = await decompressed(small, 'gzip');

    expect(outcome.error).toMatchObject({ reason: 'damaged' });
    expect(outcome.bytes.length).toBeGreaterThan(89_900);
    expect(outcome.bytes.subarray(0, 89_900).equals(noise.subarray(0, 89_900))).toBe(true);
  });

  it('hands on all blocks before a damaged one, and nothing of that', async () => {
    const noise = randomBytes(1_000_000);
    const frame = zlib.zstdCompressSync(noise);
    // Noise is stored: the header of the fifth block, behind four of 128 KiB, becomes one of the reserved type.
    const at = 4 * (128 * 1024 + 3);
    const header = frame.indexOf(noise.subarray(4 * 128 * 1024, 4 * 128 * 1024 + 16)) - 3;
    expect(header).toBeGreaterThanOrEqual(at);
    frame[header] = (frame[header] as number) | 6;

    const outcome = await decompressed(frame, 'zstd');

    expect(outcome.error).toMatchObject({ reason: 'damaged' });
    expect(outcome.bytes.equals(noise.subarray(0, 4 * 128 * 1024))).toBe(true);
  });

  it.each(['gzip', 'zstd'] as const)('gives the same for %s however its bytes come', async (compression) => {
    const plain = mixedBytes(300_000);
    const parts = [plain.subarray(0, 1000), plain.subarray(1000, 1000), plain.subarray(1000, 250_000)];
    parts.push(plain.subarray(250_000));
    const compress = compression === 'gzip' ? zlib.gzipSync : zlib.zstdCompressSync;
    const source = Buffer.concat([...parts.map((part) => compress(part)), Buffer.from('behind')]);
    const lengths = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 20 });

    await fc.assert(
      fc.asyncProperty(lengths, fc.constantFrom('handle', 'stream'), async (pieces, engine) => {
        const outcome = await decompressed(source, compression, { pieces }, { engine });

        expect(outcome).toMatchObject({ seen: source.length, trailing: 6 });
        expect(outcome.bytes.equals(plain)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it.each(['gzip', 'zstd'] as const)('reads every beginning of %s the same from a file and a stream', async (kind) => {
    const plain = mixedBytes(900);
    const parts = [plain.subarray(0, 500), plain.subarray(500)];
    const params = { [zlib.constants.ZSTD_c_checksumFlag]: 1 };
    const [one, two] = parts.map((part) =>
      kind === 'gzip' ? zlib.gzipSync(part) : zlib.zstdCompressSync(part, { params }),
    ) as [Buffer, Buffer];
    const source = Buffer.concat([one, two]);

    for (let length = kind === 'gzip' ? 3 : 4; length < source.length; length += 1) {
      const cut = source.subarray(0, length);
      const fromFile = await decompressed(cut, kind);
      const fromStream = await decompressed(cut, kind, { pieces: [7] });

      expect(fromStream).toEqual(fromFile);
      expect(fromFile.bytes.equals(plain.subarray(0, fromFile.bytes.length))).toBe(true);
      // One byte of gzip's magic number, or three of zstd's, may be anything.
      if (fromFile.error === undefined) expect(length - one.length).toBeLessThan(kind === 'gzip' ? 2 : 4);
      else expect(fromFile.error).toMatchObject({ reason: 'truncated' });
    }
  });

  it.each(['gzip', 'zstd'] as const)('never gives other bytes for damaged %s without saying so', async (kind) => {
    const plain = mixedBytes(5000);
    const params = { [zlib.constants.ZSTD_c_checksumFlag]: 1 };
    const source = kind === 'gzip' ? zlib.gzipSync(plain) : zlib.zstdCompressSync(plain, { params });
    const place = fc.integer({ min: 4, max: source.length - 1 });

    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 0, max: 7 }), async (at, bit) => {
        const flipped = Buffer.from(source);
        flipped[at] = (flipped[at] as number) ^ (1 << bit);

        const outcome = await decompressed(flipped, kind);

        if (outcome.error === undefined) expect(outcome.bytes.equals(plain)).toBe(true);
        else expect(outcome.error).toBeInstanceOf(FormatError);
      }),
      { numRuns: 200 },
    );
  });

  it('reads a gzip header with a long name, a comment and extra bytes, and checks it', async () => {
    const plain = Buffer.from('drydock');
    const fields = Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3]);
    const head = Buffer.concat([fields, Buffer.alloc(400_000, 'n'), Buffer.from([0]), Buffer.from('comment\0')]);
    const crc = Buffer.alloc(2);
    crc.writeUInt16LE(zlib.crc32(head) & 0xffff);
    const rest = zlib.gzipSync(plain).subarray(10);

    const outcome = await decompressed(Buffer.concat([head, crc, rest]), 'gzip');
    crc[0] = (crc[0] as number) ^ 1;
    const damaged = await decompressed(Buffer.concat([head, crc, rest]), 'gzip');

    expect(outcome.bytes.toString()).toBe('drydock');
    expect(damaged.error).toMatchObject({ reason: 'damaged' });
  });

  it('reads a zstd window of 128 MiB', async () => {
    const params = { [zlib.constants.ZSTD_c_windowLog]: 27, [zlib.constants.ZSTD_c_contentSizeFlag]: 0 };
    const compressor = zlib.createZstdCompress({ params });
    const pieces: Buffer[] = [];
    compressor.on('data', (chunk: Buffer) => pieces.push(chunk));
    compressor.write(first);
    compressor.end(second);
    await new Promise((resolve) => compressor.on('end', resolve));

    const outcome = await decompressed(Buffer.concat(pieces), 'zstd');

    expect(outcome.error).toBeUndefined();
    expect(outcome.bytes.equals(both)).toBe(true);
  });

  it('lets timers run, and ends when it is told to', async () => {
    const controller = new AbortController();
    const plain = mixedBytes(2_000_000);
    const source = zlib.gzipSync(plain, { level: 1 });
    setTimeout(() => controller.abort(), 50);
    let closed = false;
    const endless = (async function* () {
      try {
        for (;;) yield source;
      } finally {
        closed = true;
      }
    })();

    const done = decompress(endless, 'gzip', () => {}, { limits: defaultLimits, signal: controller.signal });

    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(closed).toBe(true);
  });

  it('passes on the error of a stream', async () => {
    const broken = (async function* () {
      yield gzip.subarray(0, 1_000_000);
      throw new Error('connection lost');
    })();
    let bytes = 0;

    const done = decompress(broken, 'gzip', (chunk) => (bytes += chunk.length), { limits: defaultLimits });

    await expect(done).rejects.toThrow('connection lost');
    expect(bytes).toBeGreaterThan(900_000);
  });
});

it.each([
  ['has no handle', { _handle: null }],
  ['has a handle that cannot be written to synchronously', { _handle: { close() {}, reset() {} } }],
  ['keeps its state elsewhere', { _writeState: [0, 0] }],
])('does not take the handle of a stream that %s', (_title, different) => {
  expect(handleOf((chunkSize) => zlib.createInflateRaw({ chunkSize }))).toBeDefined();
  expect(handleOf((chunkSize) => Object.assign(zlib.createInflateRaw({ chunkSize }), different))).toBeUndefined();
});

it.each([
  ['gzip', [0x1f, 0x8b, 8]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zstd', [0x5a, 0x2a, 0x4d, 0x18]],
  ['bzip2', [0x42, 0x5a, 0x68, 0x39]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['none', [0x75, 0x73, 0x74, 0x61, 0x72]],
  ['none', []],
])('tells %s by %j', (compression, head) => {
  expect(detectCompression(Buffer.from(head))).toBe(compression);
});
