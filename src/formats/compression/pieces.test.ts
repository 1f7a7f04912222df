import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import { decompressedPieces } from './pieces.ts';

const plain = Buffer.concat([randomBytes(300_000), Buffer.alloc(3_000_000, 'drydock '), randomBytes(300_000)]);
const kinds = [
  ['none', plain],
  ['gzip', zlib.gzipSync(plain)],
  ['zstd', zlib.zstdCompressSync(plain)],
] as const;

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function* given(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe.each(kinds)('decompressedPieces of %s', (kind, compressed) => {
  it('gives the whole, from bytes and from a stream whose first pieces are tiny', async () => {
    expect((await gathered(decompressedPieces(compressed))).equals(plain)).toBe(true);
    const small = compressed.subarray(0, 3);
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield small.subarray(0, 1);
      yield small.subarray(1);
      yield* given(compressed.subarray(3), 70_000);
    }
    expect((await gathered(decompressedPieces(slow()))).equals(plain)).toBe(true);
  });

  it('can be left in the middle', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* given(compressed, 10_000);
      } finally {
        closed = true;
      }
    }
    for await (const piece of decompressedPieces(source())) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(closed).toBe(true);
  });

  it.skipIf(kind === 'none')('refuses data that ends early, or has something behind it', async () => {
    await expect(gathered(decompressedPieces(compressed.subarray(0, -5)))).rejects.toThrow(FormatError);
    await expect(gathered(decompressedPieces(Buffer.concat([compressed, Buffer.from('more')])))).rejects.toThrow(
      '4 bytes follow the compressed data',
    );
  });
});

describe('decompressedPieces', () => {
  it('gives nothing of nothing', async () => {
    expect(await gathered(decompressedPieces(Buffer.alloc(0)))).toHaveLength(0);
    expect(await gathered(decompressedPieces(given(Buffer.alloc(0), 1)))).toHaveLength(0);
  });

  it('decompresses no more than was asked for', async () => {
    const large = zlib.gzipSync(randomBytes(4_000_000));
    let asked = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for await (const piece of given(large, 65_536)) {
        asked++;
        yield piece;
      }
    }
    const pieces = decompressedPieces(source());
    for (let index = 0; index < 3; index++) await pieces.next();
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(asked).toBeLessThan(10);
    await pieces.return(undefined);
  });

  it('ends a bomb', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(100_000_000));
    const limits = { ...defaultLimits, layerBytes: 20_000_000 };

    await expect(gathered(decompressedPieces(bomb, { limits }))).rejects.toThrow(LimitError);
  });
});
