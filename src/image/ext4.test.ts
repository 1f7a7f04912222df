import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  comparable,
  expectCutsAreSaid,
  expectFlipsAreBorne,
  hasProgram,
  readAll,
  variedRoot,
} from '../../test/support/file-system-images.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';

const noTools = !hasProgram('mkfs.ext4') && 'mkfs.ext4 is not installed';

function format(root: string, kilobytes: number, ...words: readonly string[]): string {
  const file = writeTemporary('image.ext4', '');
  truncateSync(file, kilobytes * 1024);
  execFileSync('mkfs.ext4', ['-q', '-F', '-d', root, ...words, file], { stdio: 'ignore' });
  return file;
}

/** A few files in an image of a few hundred kilobytes. */
function smallImage(): Buffer {
  const root = temporaryFolder();
  mkdirSync(path.join(root, 'etc'));
  writeFileSync(path.join(root, 'etc/os-release'), 'ID=debian\n');
  writeFileSync(path.join(root, 'noise'), Buffer.alloc(9000, 'noise'));
  return readFileSync(format(root, 256, '-b', '1024', '-N', '32', '-O', '^has_journal'));
}

describe.skipIf(noTools)(`an ext4${noTools ? ` (${noTools})` : ''}`, () => {
  it.each([
    ['as it is made', []],
    ['small blocks', ['-b', '1024']],
    ['clusters of blocks', ['-b', '4096', '-O', 'bigalloc', '-C', '16384']],
    ['clusters of small blocks', ['-b', '1024', '-O', 'bigalloc', '-C', '16384']],
    ['lists of blocks instead of extents (ext3)', ['-O', '^extents,^64bit,^flex_bg']],
    ['old inodes and no journal (ext2)', ['-b', '1024', '-I', '128', '-O', '^has_journal,^extents,^64bit,^flex_bg']],
  ])('with %s has what its folder has', async (_, words) => {
    const root = variedRoot();

    const read = await readAll(format(root, 24 * 1024, ...words));

    expect(read.problems).toEqual([]);
    // mkfs makes a folder of its own.
    const own = { ...read, headers: read.headers.filter((header) => header.path !== 'lost+found') };
    expect(comparable(own)).toEqual(comparable(await readAll(root)));
  });

  it('that was not unmounted is said to be one', async () => {
    const image = smallImage();
    image.writeUInt32LE(image.readUInt32LE(1024 + 96) | 4, 1024 + 96);

    const { problems } = await readAll(writeTemporary('dirty', image));

    expect(problems).toMatchObject([{ code: 'layer.damaged', message: expect.stringContaining('journal') }]);
  });

  it('that is cut at any kilobyte is never read as a whole one', async () => {
    const image = smallImage();

    await expectCutsAreSaid(image, 'disk', image.length);
  });

  it('with flipped bytes ends with a report or an error of the source', async () => {
    await expectFlipsAreBorne(smallImage(), 'disk', 100);
  });
});

it.each([
  ['VHDX', 0, 'vhdxfile'],
  ['XFS', 0, 'XFSB'],
  ['LUKS', 0, 'LUKS\xba\xbe'],
  ['Btrfs', 0x1_0040, '_BHRfS_M'],
  ['LVM', 512, 'LABELONE'],
])('a disk that is not read is named: %s', async (name, at, mark) => {
  const bytes = Buffer.alloc(128 * 1024);
  bytes.write(mark, at, 'latin1');
  const file = writeTemporary('disk', bytes);

  await expect(readAll(file)).rejects.toMatchObject({
    code: 'source.unsupported',
    message: expect.stringContaining(name),
  });
  rmSync(file);
});
