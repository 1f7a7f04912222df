import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { FormatError } from '../errors.ts';
import { folderFiles } from './folder.ts';

const plain = Buffer.from('<oval_definitions/>\n'.repeat(20_000));

/** What a program makes of the text; undefined where it is missing. */
function compressed(program: string): Buffer | undefined {
  const { status, stdout } = spawnSync(program, ['-c'], { input: plain, maxBuffer: 16 * 1024 * 1024 });
  return status === 0 ? stdout : undefined;
}

async function read(name: string, content: Buffer): Promise<readonly (readonly [string, Buffer])[]> {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, name), content);
  const files: (readonly [string, Buffer])[] = [];
  for await (const file of folderFiles(folder)) {
    // A reader may go through a file twice.
    for (let time = 0; time < 2; time++) {
      const pieces: Buffer[] = [];
      for await (const piece of file.chunks()) pieces.push(Buffer.from(piece));
      files.push([file.path, Buffer.concat(pieces)]);
    }
  }
  return files;
}

const ways = [
  ['a.xml', plain],
  ['a.xml.gz', gzipSync(plain)],
  ['a.xml.zst', zstdCompressSync(plain)],
  ['a.xml.bz2', compressed('bzip2')],
  ['a.xml.xz', compressed('xz')],
] as const;

describe.each(ways)('folderFiles with %s', (name, content) => {
  it.skipIf(content === undefined)('undoes the compression, each time anew', async () => {
    const files = await read(name, content ?? Buffer.alloc(0));

    expect(files.map(([file, bytes]) => [file, bytes.equals(plain)])).toEqual([
      ['a.xml', true],
      ['a.xml', true],
    ]);
  });

  it.skipIf(content === undefined || name === 'a.xml')('refuses a cut file', async () => {
    await expect(read(name, (content ?? Buffer.alloc(0)).subarray(0, -7))).rejects.toThrow(FormatError);
  });
});
