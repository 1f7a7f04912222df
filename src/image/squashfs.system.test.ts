import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
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
import { walkLayer } from '../../test/support/opened-sources.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { Squashfs } from '../formats/squashfs/squashfs.ts';
import { defaultLimits } from '../limits.ts';
import { SquashfsLayer } from './squashfs-layer.ts';

const noTools = !hasProgram('mksquashfs') && 'mksquashfs is not installed';

function squash(root: string, ...words: readonly string[]): string {
  const file = path.join(temporaryFolder(), 'image.squashfs');
  execFileSync('mksquashfs', [root, file, '-noappend', '-quiet', '-no-progress', ...words], { stdio: 'ignore' });
  return file;
}

/** A few small files in two folders: an image of some kilobytes. */
function smallImage(): Buffer {
  const root = temporaryFolder();
  mkdirSync(path.join(root, 'etc'));
  writeFileSync(path.join(root, 'etc/os-release'), 'ID=debian\n');
  const noise = Buffer.alloc(9000);
  for (let i = 0; i < noise.length; i++) noise[i] = (i * i * 31) >> 3;
  writeFileSync(path.join(root, 'noise'), noise);
  return readFileSync(squash(root, '-b', '4096', '-nopad'));
}

function writtenIn(root: string, name: string): string {
  const file = path.join(root, name);
  writeFileSync(file, name);
  return file;
}

function smallFiles(root: string): void {
  for (let i = 0; i < 300; i++) writtenIn(root, `file-${i}`);
}

describe.skipIf(noTools)(`a SquashFS${noTools ? ` (${noTools})` : ''}`, () => {
  it.each([
    ['gzip', ['-comp', 'gzip']],
    ['xz', ['-comp', 'xz']],
    ['zstd', ['-comp', 'zstd']],
    ['lz4', ['-comp', 'lz4']],
    ['lzma', ['-comp', 'lzma']],
    ['nothing', ['-noI', '-noD', '-noF', '-noX']],
    ['small blocks and no fragments', ['-b', '4096', '-no-fragments']],
    ['large blocks, without an export table', ['-b', '1M', '-no-exports', '-always-use-fragments']],
  ])('compressed with %s has what its folder has', async (_, words) => {
    const root = variedRoot();

    const read = await readAll(squash(root, ...words));

    expect(read.problems).toEqual([]);
    expect(comparable(read)).toEqual(comparable(await readAll(root)));
    const inodes = new Map(read.headers.map((header) => [header.path, header.offset]));
    expect(inodes.get('a/large-again')).toBe(inodes.get('large'));
  });

  it('compressed with LZO is said not to be read', async () => {
    await expect(readAll(squash(variedRoot(), '-comp', 'lzo'))).rejects.toMatchObject({
      code: 'source.unsupported',
      message: expect.stringContaining('LZO'),
    });
  });

  it('of another age or kind is said not to be read', async () => {
    const image = smallImage();
    image.writeUInt16LE(3, 28);

    await expect(readAll(writeTemporary('old', image))).rejects.toMatchObject({ code: 'source.unsupported' });
    await expect(readAll(`squashfs:${writeTemporary('none', 'text'.repeat(2000))}`)).rejects.toMatchObject({
      code: 'source.not-an-image',
    });
  });

  it('that is cut at any kilobyte is never read as a whole one', async () => {
    const image = smallImage();

    await expectCutsAreSaid(image, 'squashfs', image.length);
  });

  it('with flipped bytes ends with a report or an error of the source', async () => {
    await expectFlipsAreBorne(smallImage(), 'squashfs', 300);
  });

  it('with a long list of blocks does not read it for each name of the file', () => {
    const root = temporaryFolder();
    writeFileSync(path.join(root, 'a'), '');
    truncateSync(path.join(root, 'a'), 160_000_000);
    for (let i = 0; i < 50; i++) linkSync(path.join(root, 'a'), path.join(root, `b${i}`));
    const source = new MemorySource(readFileSync(squash(root, '-b', '4096', '-nopad', '-no-fragments')));
    let counted = 0;
    const opened = new Squashfs(source, (bytes) => {
      counted += bytes;
    });

    const nodes = [...opened.entries(opened.root())].map(({ node }) => node());

    expect(nodes).toHaveLength(51);
    // The list alone has 156 kB.
    expect(counted).toBeLessThan(60_000);
    expect([...opened.body(nodes[7]!)].reduce((sum, { length }) => sum + length, 0)).toBe(160_000_000);
  });

  it.each<[string, (root: string) => void, readonly string[]]>([
    ['many small files, each in a block of its own', (root) => smallFiles(root), ['-b', '1M', '-no-fragments']],
    ['many small files in fragments', (root) => smallFiles(root), ['-b', '1M']],
    ['a file with a large hole', (root) => truncateSync(writtenIn(root, 'lastlog'), 60_000_000), []],
  ])('with %s is no bomb', async (_, fill, words) => {
    const root = temporaryFolder();
    fill(root);
    const source = new MemorySource(readFileSync(squash(root, '-nopad', ...words)));
    const layer = new SquashfsLayer(source.size, (count) => new Squashfs(source, count));

    const { problems, headers, digests } = await walkLayer(layer, { ...defaultLimits, ratioFloorBytes: 1_000_000 });

    expect(problems).toEqual([]);
    expect(digests.size).toBe(headers.filter(({ type }) => type === 'file').length);
  });

  it('that grows far more than it is large ends at the budget', async () => {
    const root = temporaryFolder();
    writeFileSync(path.join(root, 'bomb'), Buffer.alloc(30_000_000));
    const source = new MemorySource(readFileSync(squash(root, '-nopad', '-no-sparse')));
    const limits = { ...defaultLimits, ratioFloorBytes: 1_000_000 };

    const { problems } = await walkLayer(
      new SquashfsLayer(source.size, (count) => new Squashfs(source, count)),
      limits,
    );

    expect(problems.map(({ code }) => code)).toEqual(['layer.limit']);
  });
});
