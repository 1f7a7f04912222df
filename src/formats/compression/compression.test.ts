import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import { MemorySource } from '../byte-source.ts';
import { decompress } from './decompress.ts';
import { detectCompression } from './detect.ts';
import { zstdFrameLength } from './zstd-frame.ts';

const first = randomBytes(3_000_000);
const second = Buffer.alloc(5_000_000, 'drydock ');
const both = Buffer.concat([first, second]);
const gzip = Buffer.concat([zlib.gzipSync(first), zlib.gzipSync(second)]);
const zstd = Buffer.concat([zlib.zstdCompressSync(first), zlib.zstdCompressSync(second)]);
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);

interface Outcome {
  readonly bytes: Buffer;
  readonly seen: number;
  readonly trailing?: number;
  readonly error?: unknown;
}

async function run(source: Buffer, compression: 'gzip' | 'zstd'): Promise<Outcome> {
  const pieces: Buffer[] = [];
  let seen = 0;
  const outcome = await decompress(new MemorySource(source), compression, (piece) => pieces.push(Buffer.from(piece)), {
    limits: defaultLimits,
    onInput: (piece) => {
      seen += piece.length;
    },
  }).catch((error: unknown) => ({ error }));
  return { bytes: Buffer.concat(pieces), seen, ...outcome };
}

describe('decompress', () => {
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
    ['zstd with garbage behind it', Buffer.concat([zstd, Buffer.from('garbage and more')]), 'zstd', 16],
  ] as const)('reads %s', async (_title, source, compression, trailing) => {
    const outcome = await run(source, compression);

    expect(outcome.error).toBeUndefined();
    expect(outcome.bytes.equals(both)).toBe(true);
    expect(outcome.trailing).toBe(trailing);
    expect(outcome.seen).toBe(source.length);
  });

  it.each([
    ['gzip', gzip.subarray(0, 2_000_000), 'gzip', 1_990_000],
    ['zstd', zstd.subarray(0, 2_000_000), 'zstd', 1_800_000],
    ['gzip within its first bytes', gzip.subarray(0, 5), 'gzip', 0],
    ['zstd within its first bytes', zstd.subarray(0, 5), 'zstd', 0],
  ] as const)(
    'says that %s is truncated, after handing on what came before',
    async (_title, source, compression, least) => {
      const outcome = await run(source, compression);

      expect(outcome.error).toBeInstanceOf(FormatError);
      expect(String(outcome.error)).toContain('ends in the middle');
      expect(outcome.bytes.length).toBeGreaterThanOrEqual(least);
      expect(outcome.bytes.equals(both.subarray(0, outcome.bytes.length))).toBe(true);
    },
  );

  it('takes garbage behind gzip for what it is, and loses nothing', async () => {
    const noise = randomBytes(300_000);

    const outcome = await run(Buffer.concat([zlib.gzipSync(noise), Buffer.from('garbage and more of it')]), 'gzip');

    expect(outcome.error).toBeUndefined();
    expect(outcome.trailing).toBeGreaterThan(15);
    expect(outcome.bytes.equals(noise)).toBe(true);
  });

  it('says that a skippable frame is longer than the data', async () => {
    const outcome = await run(Buffer.concat([zstd, skippable.subarray(0, 10)]), 'zstd');

    expect(String(outcome.error)).toContain('ends in the middle');
    expect(outcome.bytes.equals(both)).toBe(true);
  });

  it('hands on nearly all that comes before a damage in a small stream', async () => {
    const small = zlib.gzipSync(randomBytes(100_000));
    small[90_000] = (small[90_000] as number) ^ 0xff;

    const outcome = await run(small, 'gzip');

    expect(outcome.error).toBeInstanceOf(FormatError);
    expect(outcome.bytes.length).toBeGreaterThan(89_000);
  });

  it.each(['gzip', 'zstd'] as const)('ends a %s bomb early', async (compression) => {
    const zeros = Buffer.alloc(300_000_000);
    const bomb = compression === 'gzip' ? zlib.gzipSync(zeros, { level: 1 }) : zlib.zstdCompressSync(zeros);

    const outcome = await run(bomb, compression);

    expect(outcome.error).toBeInstanceOf(LimitError);
    const { ratio, ratioFloorBytes } = defaultLimits;
    expect(outcome.bytes.length).toBeLessThanOrEqual(Math.max(ratioFloorBytes, ratio * bomb.length));
    expect(outcome.bytes.length).toBeLessThan(zeros.length / 2);
  });

  it('refuses a zstd window above 128 MiB', async () => {
    // Frame header descriptor 0 and a window descriptor of exponent 20: 1 GiB (RFC 8878, section 3.1.1.1.2).
    const outcome = await run(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00]), 'zstd');

    expect(outcome.error).toBeInstanceOf(FormatError);
  });
});

describe('zstdFrameLength', () => {
  it.each([
    ['nothing', Buffer.alloc(0), {}],
    ['a few bytes', Buffer.from('drydock'), {}],
    ['noise', first.subarray(0, 300_000), {}],
    ['one byte many times', Buffer.alloc(500_000, 7), {}],
    ['with a checksum', Buffer.from('drydock'), { [zlib.constants.ZSTD_c_checksumFlag]: 1 }],
    ['without a content size', Buffer.from('drydock'), { [zlib.constants.ZSTD_c_contentSizeFlag]: 0 }],
  ])('finds the end of a frame of %s', (_title, bytes, params) => {
    const frame = zlib.zstdCompressSync(bytes, { params });

    expect(zstdFrameLength(Buffer.concat([frame, Buffer.from('more')]))).toBe(frame.length);
    for (let cut = 0; cut < frame.length; cut += Math.ceil(frame.length / 50)) {
      expect(zstdFrameLength(frame.subarray(0, cut))).toBeUndefined();
    }
  });
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
