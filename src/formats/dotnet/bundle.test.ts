import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hostData, bundleFile as made, nativeFile } from '../../../test/support/assemblies.ts';
import { FormatError, LimitError } from '../../errors.ts';
import { MemorySource } from '../byte-source.ts';
import { bundleFile, findBundle, readBundle, readBundleFile } from './bundle.ts';

const host = (at: number): Buffer => nativeFile({}, hostData(at));
const deps = { path: 'app.deps.json', kind: bundleFile.deps, content: Buffer.from('{"libraries": {}}') };
const long = { path: `${'x'.repeat(300)}.dll`, kind: bundleFile.assembly, content: Buffer.from('MZ') };

const whole = (source: MemorySource) => [{ offset: 0, size: source.size }];

describe('findBundle', () => {
  it('tells a host without a bundle from another program', () => {
    const empty = new MemorySource(host(0));
    const other = new MemorySource(nativeFile({}));

    expect(findBundle(empty, whole(empty))).toBe(0);
    expect(findBundle(other, whole(other))).toBeUndefined();
  });

  it('finds a mark across pieces, and none outside the parts', () => {
    const bytes = Buffer.concat([Buffer.alloc(1024 * 1024 - 60), hostData(77)]);
    const source = new MemorySource(bytes);

    expect(findBundle(source, [{ offset: 0, size: Number.MAX_SAFE_INTEGER }])).toBe(77);
    expect(findBundle(source, [{ offset: 0, size: 1024 }])).toBeUndefined();
    expect(findBundle(source, [{ offset: Number.MAX_SAFE_INTEGER, size: 1 }])).toBeUndefined();
  });
});

describe('readBundle', () => {
  it.each([1, 2, 6] as const)('reads version %s', (version) => {
    const source = new MemorySource(made(host, [deps, long], version));

    const entries = readBundle(source, findBundle(source, whole(source))!);

    expect(entries.map(({ path, kind }) => ({ path, kind }))).toEqual([
      { path: deps.path, kind: 3 },
      { path: long.path, kind: 1 },
    ]);
    expect(entries.map((entry) => readBundleFile(source, entry).toString())).toEqual(['{"libraries": {}}', 'MZ']);
  });

  it('inflates what is compressed', () => {
    const source = new MemorySource(made(host, [{ ...deps, compressed: deflateRawSync(deps.content) }]));
    const [entry] = readBundle(source, findBundle(source, whole(source))!);

    expect(readBundleFile(source, entry!)).toEqual(deps.content);
  });

  const good = made(host, [deps, long]);
  const start = findBundle(new MemorySource(good), whole(new MemorySource(good)))!;

  it('refuses a list that ends early', () => {
    for (let length = start; length < good.length; length++) {
      expect(() => readBundle(new MemorySource(good.subarray(0, length)), start), String(length)).toThrow(FormatError);
    }
  });

  it.each([
    ['a version of the future', 0, 7],
    ['four billion files', 8, 0xffff_ffff],
    ['more files than there are', 8, 50_000],
  ])('refuses %s', (_, at, value) => {
    const bytes = Buffer.from(good);
    bytes.writeUInt32LE(value, start + at);
    expect(() => readBundle(new MemorySource(bytes), start)).toThrow(FormatError);
  });

  it('refuses a beginning beyond the end', () => {
    expect(() => readBundle(new MemorySource(good), good.length)).toThrow(FormatError);
    expect(() => readBundle(new MemorySource(good), Number.MAX_SAFE_INTEGER)).toThrow(FormatError);
  });
});

describe('readBundleFile', () => {
  const source = new MemorySource(Buffer.alloc(1000));
  const entry = { path: 'a', kind: 1, offset: 0, size: 10, compressedSize: 0 };

  it.each([
    ['beyond the end', { offset: 991 }, FormatError],
    ['far beyond', { offset: Number.MAX_SAFE_INTEGER }, FormatError],
    ['of a wrong size', { size: 2 ** 40 }, LimitError],
    ['compressed to a wrong size', { compressedSize: 2 ** 40 }, LimitError],
    ['compressed, and no such data', { compressedSize: 10 }, FormatError],
  ])('refuses a file %s', (_, change, kind) => {
    expect(() => readBundleFile(source, { ...entry, ...change })).toThrow(kind);
  });

  it('inflates no more than was stated', () => {
    const bomb = deflateRawSync(Buffer.alloc(10_000_000));
    const place = { ...entry, size: 1000, compressedSize: bomb.length };
    expect(() => readBundleFile(new MemorySource(bomb), place)).toThrow(FormatError);
  });
});
