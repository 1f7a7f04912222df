import { constants, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { SourceError } from '../errors.ts';
import { readBytes } from '../formats/byte-source.ts';
import { FolderFile } from './folder-file.ts';
import { FolderStore } from './folder-store.ts';

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW;
const take = (file: string): FolderFile => FolderFile.take(file, FLAGS, openSync(file, FLAGS));

describe('FolderFile', () => {
  it('reads a part as it reads the whole', () => {
    const file = take(writeTemporary('f', '0123456789'));

    expect(file.size).toBe(10);
    expect(readBytes(file, 3, 4).toString()).toBe('3456');
    expect(readBytes(file.slice(2, 5), 1, 100).toString()).toBe('3456');
    expect(file.slice(8, 100).size).toBe(2);
    expect(file.slice(100, 1).size).toBe(0);
  });

  it.each([
    ['is gone', (file: string) => rmSync(file)],
    [
      'was replaced',
      (file: string) => {
        writeFileSync(`${file}.new`, '0123456789');
        renameSync(`${file}.new`, file);
      },
    ],
    [
      'became a folder',
      (file: string) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ])('refuses to read on where the file %s', (_, change) => {
    const name = writeTemporary('f', '0123456789');
    const file = take(name);
    change(name);

    expect(() => readBytes(file, 0, 10)).toThrow(SourceError);
  });
});

describe('FolderStore', () => {
  it.skipIf(process.platform !== 'linux')('keeps a bounded number of files open, and reads all of them', () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 300; i++) writeFileSync(path.join(folder, `f${i}`), `content ${i}`);
    const openFiles = (): number => readdirSync('/proc/self/fd').length;
    const before = openFiles();

    const store = new FolderStore(folder);
    const sources = Array.from({ length: 300 }, (_, i) => store.get(`f${i}`));

    expect(openFiles() - before).toBeLessThanOrEqual(64);
    expect(sources.map((source) => readBytes(source!, 0, 100).toString())).toEqual(
      Array.from({ length: 300 }, (_, i) => `content ${i}`),
    );
    expect(store.get('f299')).toBe(sources[299]);
    store.close();
    expect(openFiles()).toBe(before);
  });
});
