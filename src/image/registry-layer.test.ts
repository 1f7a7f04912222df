import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { layer, sha256 } from '../../test/support/image.ts';
import { noise } from '../../test/support/noise.ts';
import { FormatError, SourceError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { ProblemCode } from '../model/problem.ts';
import type { WalkResult } from './content.ts';
import { RegistryLayer } from './registry-layer.ts';

const plain = layer([
  { path: 'one', content: noise(100_000) },
  { path: 'two', content: noise(100_000, 1) },
]);
const blob = gzipSync(plain);

/** Walks a layer of which so many bytes come, and then an error. */
async function walked(bytes: Uint8Array, end?: Error): Promise<WalkResult & { readonly codes: ProblemCode[] }> {
  const codes: ProblemCode[] = [];
  const content = new RegistryLayer({
    size: bytes.length,
    digest: sha256(blob),
    open: async function* () {
      for (let at = 0; at < bytes.length; at += 5000) yield bytes.subarray(at, at + 5000);
      if (end !== undefined) throw end;
    },
  });
  const visitor = { member: () => 0, content: () => {}, problem: (code: ProblemCode) => codes.push(code) };
  return { ...(await content.walk(visitor, { limits: defaultLimits })), codes };
}

describe('a layer of a registry', () => {
  it('tells its digest, how long it is, how it is compressed, and how long what is in it', async () => {
    expect(await walked(blob)).toEqual({
      bytes: plain.length,
      stored: blob.length,
      compression: 'gzip',
      digest: sha256(blob),
      codes: [],
    });
  });

  const middle = Math.floor(blob.length / 2);
  const half = blob.subarray(0, middle);
  const damaged = Buffer.from(blob).fill(0, middle, middle + 100);
  const truncated = new FormatError('it ends in the middle', { reason: 'truncated' });
  const gone = new SourceError('source.not-found', 'there is no such blob');

  it.each<[string, Uint8Array, Error | undefined, ProblemCode]>([
    ['is cut short by the registry', half, truncated, 'layer.truncated'],
    ['ends too early', half, undefined, 'layer.truncated'],
    ['is damaged', damaged, undefined, 'layer.damaged'],
    ['has more bytes than it should', half, new FormatError('it has more bytes'), 'layer.damaged'],
    ['is gone when the rest is asked for', half, gone, 'image.layer-missing'],
  ])('that %s counts what came of it', async (_, bytes, end, code) => {
    const { codes, digest, stored, bytes: count } = await walked(bytes, end);

    expect(codes).toContain(code);
    expect(count).toBeGreaterThan(50_000);
    expect(count).toBeLessThanOrEqual(plain.length);
    expect([digest, stored]).toEqual([undefined, undefined]);
  });

  it.each<[string, Error, ProblemCode[]]>([
    ['is cut short', truncated, ['layer.truncated']],
    ['is not there', gone, ['image.layer-missing']],
  ])('that %s before its first byte has none', async (_, end, codes) => {
    expect(await walked(new Uint8Array(0), end)).toEqual({ bytes: 0, codes });
  });

  it('whose registry does not answer ends the walk', async () => {
    const unreachable = new SourceError('source.unreachable', 'nobody there');

    await expect(walked(half, unreachable)).rejects.toBe(unreachable);
    await expect(walked(new Uint8Array(3), unreachable)).rejects.toBe(unreachable);
  });
});
