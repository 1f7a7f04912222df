import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileHeader } from '../model/file.ts';
import { LayerIndex } from './layer-index.ts';

const part = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((s) => !s.includes('/') && !s.startsWith('.wh.'));
const header = fc
  .record({
    parts: fc.array(part, { minLength: 1, maxLength: 4 }),
    type: fc.constantFrom('file' as const, 'directory' as const, 'symlink' as const, 'character' as const),
    size: fc.maxSafeNat(),
    offset: fc.maxSafeNat(),
    mode: fc.nat(0o7777),
    uid: fc.nat(2 ** 31),
    gid: fc.nat(2 ** 31),
    extra: fc.constantFrom({}, { sparse: true as const }, { capabilities: '01' }, { linkTarget: 'x' }),
  })
  .map(
    ({ parts, extra, ...rest }): FileHeader => ({
      path: parts.join('/'),
      name: parts.at(-1) as string,
      ...rest,
      ...extra,
    }),
  );

describe('LayerIndex', () => {
  it('gives back what was put in, and finds the last of a path', () => {
    fc.assert(
      fc.property(fc.array(header, { maxLength: 600 }), (headers) => {
        const index = new LayerIndex();
        for (const one of headers) index.add(one);

        expect(index.count).toBe(headers.length);
        const last = new Map(headers.map((one, entry) => [one.path, entry]));
        headers.forEach((one, entry) => {
          expect(index.header(entry)).toEqual(one);
          expect(index.find(one.path)).toBe(last.get(one.path));
        });
        expect(index.find('not/there')).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['d/.wh.gone', [{ directory: 'd', name: 'gone' }], []],
    ['.wh.gone', [{ directory: '', name: 'gone' }], []],
    ['d/.wh..wh..opq', [], ['d']],
    ['.wh..wh.aufs', [], []],
  ])('keeps %s apart from the members', (path, whiteouts, opaque) => {
    const index = new LayerIndex();

    index.add({
      path,
      name: path.slice(path.lastIndexOf('/') + 1),
      type: 'file',
      size: 0,
      mode: 0,
      uid: 0,
      gid: 0,
      offset: 0,
    });

    expect(index.count).toBe(0);
    expect(index.whiteouts.map((w) => ({ ...w, directory: index.directories[w.directory] }))).toEqual(whiteouts);
    expect(index.opaque.map((directory) => index.directories[directory])).toEqual(opaque);
  });
});
