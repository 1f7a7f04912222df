import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../model/bytes.ts';
import type { FileHeader, LayerFile } from '../model/file.ts';
import { LEAD, MOST_BYTES, OVERLAP, placeIn } from './content.ts';
import { LargeFiles, readContent } from './read-content.ts';

/** A file of any size: each byte tells its place. */
function numbered(size: number): ByteSource {
  return {
    size,
    read(target, position) {
      const count = Math.max(0, Math.min(target.length, size - position));
      for (let i = 0; i < count; i++) target[i] = (position + i) % 251;
      return count;
    },
    slice: () => numbered(size),
  };
}

function fileOf(size: number): LayerFile {
  const header = { path: 'a', name: 'a', type: 'file', size, mode: 0, uid: 0, gid: 0, offset: 0 } satisfies FileHeader;
  return { header, path: 'a', content: Buffer.alloc(0), body: numbered(size), truncated: false };
}

const windowsOf = (file: LayerFile) => new LargeFiles().windows(file, 'data', () => undefined);

describe('the later windows of a large file', () => {
  it.each([
    ['nothing of a file that is one window', MOST_BYTES, 0],
    ['one byte more', MOST_BYTES + 1, 1],
    ['as much as two windows hold', 2 * MOST_BYTES - LEAD - OVERLAP, 1],
    ['one byte more than two windows hold', 2 * MOST_BYTES - LEAD - OVERLAP + 1, 2],
  ])('has %s', (_, size, count) => {
    const file = fileOf(size);
    let end = readContent(file, 'data')?.bytes.length ?? 0;
    let windows = 0;
    for (const window of windowsOf(file)) {
      const { bytes, start } = window;
      windows++;
      expect(bytes.length).toBeLessThanOrEqual(MOST_BYTES);
      expect(start + LEAD).toBe(end - OVERLAP);
      for (const at of [0, LEAD - 1, LEAD, bytes.length - 1]) expect(bytes[at]).toBe(placeIn(window, at) % 251);
      end = start + bytes.length;
    }
    expect([windows, end]).toEqual([count, size]);
  });

  it('leaves the digest what it is: that of the file', () => {
    const file = fileOf(MOST_BYTES + 5);
    const content = readContent(file, 'data');
    const all = new Uint8Array(MOST_BYTES + 5);
    file.body?.read(all, 0);
    for (const _ of windowsOf(file));
    expect(content?.digest('md5')).toBe(createHash('md5').update(all).digest('hex'));
  });
});
