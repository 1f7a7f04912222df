import { describe, expect, it } from 'vitest';
import type { FileHeader } from '../../model/file.ts';
import { isPackageLists } from './package-lists.ts';
import { sourceOf, sourceSizeOf } from './python-source.ts';

describe('sourceOf', () => {
  it.each([
    ['a/__pycache__/b.cpython-313.pyc', 'a/b.py'],
    ['__pycache__/b.c.cpython-39.opt-2.pyc', 'b.c.py'],
    ['a/b.pyc', 'a/b.py'],
    ['a/b.py', undefined],
    ['a.whl!/b/__pycache__/c.cpython-313.pyc', undefined],
  ])('of %s is %s', (path, source) => {
    expect(sourceOf(path)).toBe(source);
  });
});

describe('sourceSizeOf', () => {
  const head = (flags: number): Uint8Array => Uint8Array.of(0xf3, 13, 13, 10, flags, 0, 0, 0, 1, 2, 3, 4, 5, 1, 0, 0);

  it('reads the size behind the time', () => {
    expect(sourceSizeOf('a.pyc', head(0))).toBe(261);
  });

  it.each([
    ['knows its program by a hash', 'a.pyc', head(1)],
    ['is called otherwise', 'a.py', head(0)],
    ['is too short', 'a.pyc', head(0).subarray(0, 15)],
    ['begins otherwise', 'a.pyc', new Uint8Array(16)],
  ])('is nothing of what %s', (_, path, bytes) => {
    expect(sourceSizeOf(path, bytes)).toBeUndefined();
  });
});

describe('isPackageLists', () => {
  const magic = Uint8Array.of(0xdc, 0x76, 0xfe, 0x98, 0);

  it.each([
    ['var/cache/apt/pkgcache.bin', magic, true],
    ['var/cache/apt/srcpkgcache.bin', magic, true],
    ['var/cache/apt/pkgcache.bin', Uint8Array.of(0x41, 0x42, 0x43, 0x44), false],
    ['var/cache/apt/pkgcache.bin', new Uint8Array(0), false],
    ['srv/pkgcache.bin', magic, false],
  ])('%s', (path, head, is) => {
    expect(isPackageLists({ path } as FileHeader, head)).toBe(is);
  });
});
