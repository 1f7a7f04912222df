import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probeAny } from '../../../test/support/any-archive-probe.ts';
import type { ProbeReading } from '../../../test/support/archive-probe.ts';
import { noise } from '../../../test/support/noise.ts';
import { tar } from '../../../test/support/tar.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { zip } from '../../../test/support/zip.ts';

const MiB = 1024 * 1024;
const limits = { ratioFloorBytes: 4 * MiB, ratio: 100 };

const codes = ({ problems }: ProbeReading): (string | undefined)[][] =>
  problems.map(({ code, path: at }) => [code, at]);

/** What a program makes of its input; undefined where it is not there. */
function filtered(command: string, input: Uint8Array): Buffer | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', command], { input, maxBuffer: 2 ** 28 });
  return status === 0 && stdout.length > 0 ? stdout : undefined;
}

describe('what grows out of proportion', () => {
  const zeros = Buffer.alloc(100 * MiB);
  const bombs: readonly [string, Buffer | undefined][] = [
    ['gz', gzipSync(zeros)],
    ['zst', zstdCompressSync(zeros)],
    ['bz2', filtered('bzip2', zeros)],
    ['xz', filtered('xz', zeros)],
    ['lzma', filtered('xz --format=lzma', zeros)],
  ];
  for (const [ending, bomb] of bombs) {
    it.skipIf(bomb === undefined)(
      bomb === undefined ? `.${ending}: its program is not there` : `as .${ending} is read to the limit`,
      async () => {
        const reading = await probeAny(bomb as Buffer, `a.${ending}`, { limits, temporary: temporaryFolder() });

        expect(codes(reading)).toEqual([['archive.limit', `a.${ending}`]]);
        expect(reading.seen).toHaveLength(1);
      },
    );
  }

  it('as 10 GiB of zeros that are many streams is read to the limit', async () => {
    const stream = gzipSync(zeros);
    const bomb = Buffer.concat(Array.from({ length: 100 }, () => stream));

    const reading = await probeAny(bomb, 'a.gz', { limits: { archiveBytes: 300 * MiB }, temporary: temporaryFolder() });

    expect(codes(reading)).toEqual([['archive.limit', 'a.gz']]);
  });

  it('costs itself only, in an archive that is in proportion', async () => {
    const pad = { path: 'pad', content: noise(2 * MiB) };
    const content = tar([{ path: 'bomb.gz', content: gzipSync(zeros) }, pad, { path: 'z', content: 'last' }]);

    const reading = await probeAny(content, 'a.tar', { limits, temporary: temporaryFolder() });

    expect(codes(reading)).toEqual([['archive.limit', 'a.tar!/bomb.gz']]);
    expect(reading.seen.at(-1)).toEqual(['a.tar!/z', 'last']);
  });

  it('is 50 archives in each other', async () => {
    let content: Buffer = Buffer.from('deep');
    for (let i = 0; i < 50; i++) content = i % 2 === 0 ? gzipSync(content) : tar([{ path: 'n', content }]);

    const reading = await probeAny(content, 'n');

    expect(reading.seen.at(-1)?.[0]).toBe(`n${'!/n'.repeat(8)}`);
    expect(codes(reading)).toEqual([['archive.limit', `n${'!/n'.repeat(8)}`]]);
  });

  it('is streams in each other that each take much memory', async () => {
    let content: Buffer = Buffer.from('deep');
    for (let i = 0; i < 6; i++) content = zstdCompressSync(content);

    const reading = await probeAny(content, 'n');

    expect(reading.seen.at(-1)?.[0]).toBe(`n${'!/n'.repeat(4)}`);
    expect(codes(reading)).toEqual([['archive.limit', `n${'!/n'.repeat(4)}`]]);
  });

  it('is more members than there may be', async () => {
    const content = gzipSync(tar(Array.from({ length: 50 }, (_, i) => ({ path: `${i}`, content: 'x' }))));

    const reading = await probeAny(content, 'a.tgz', { limits: { archiveMembers: 20 } });

    expect(reading.seen).toHaveLength(20);
    expect(codes(reading)).toEqual([['archive.limit', 'a.tgz']]);
  });
});

describe('members of a tar archive', () => {
  it('that climb out of it, or are absolute, stay in it, and that is said once', async () => {
    const content = tar(['../../a', '/etc/b', '../c', 'd/../../e'].map((at) => ({ path: at, content: 'x' })));

    for (const coming of ['at any place', 'compressed'] as const) {
      const reading = await probeAny(content, 'a.tar', { coming });

      expect(reading.seen.map(([at]) => at)).toEqual(['a.tar!/a', 'a.tar!/etc/b', 'a.tar!/c', 'a.tar!/e']);
      expect(codes(reading)).toEqual([['file.path-escapes', 'a.tar']]);
    }
  });

  it('that are links are not followed', async () => {
    const content = gzipSync(
      tar([
        { path: 'a', content: 'x' },
        { path: 'hard', type: 'hardlink', linkTarget: 'a' },
        { path: 'soft', type: 'symlink', linkTarget: '/etc/shadow' },
      ]),
    );

    const { seen, problems } = await probeAny(content, 'a.tgz');

    expect(problems).toEqual([]);
    expect(seen).toEqual([
      ['a.tgz!/a', 'x'],
      ['a.tgz!/hard', 'hardlink a'],
      ['a.tgz!/soft', 'symlink /etc/shadow'],
    ]);
  });

  it('that are large come through a file, also where they stand in each other', async () => {
    const large = noise(20 * MiB);
    const inner = tar([
      { path: 'large', content: large },
      { path: 'z', content: 'z' },
    ]);
    const content = gzipSync(
      tar([
        { path: 'in.tgz', content: gzipSync(inner, { level: 1 }) },
        { path: 'y', content: 'y' },
      ]),
      { level: 1 },
    );

    const { seen, problems } = await probeAny(content, 'a.tgz', { coming: 'compressed', temporary: temporaryFolder() });

    expect(problems).toEqual([]);
    expect(seen.map(([at]) => at)).toEqual(['a.tgz!/in.tgz', 'a.tgz!/in.tgz!/large', 'a.tgz!/in.tgz!/z', 'a.tgz!/y']);
  });
});

it('finds what stands in archives of three kinds', async () => {
  const inner = zip([{ name: 'lib/c.txt', content: 'found' }]);
  const content = tar([{ path: 'x/b.tar.gz', content: gzipSync(tar([{ path: 'y/c.jar', content: inner }])) }]);

  const { seen, problems } = await probeAny(content, 'opt/a.tar');

  expect(problems).toEqual([]);
  expect(seen.at(-1)).toEqual(['opt/a.tar!/x/b.tar.gz!/y/c.jar!/lib/c.txt', 'found']);
});

it('finds a zip archive behind a program', async () => {
  const content = zip([{ name: 'a.txt', content: 'found' }], { prefix: `MZ${'x'.repeat(5000)}` });

  expect((await probeAny(content, 'setup.exe')).seen).toEqual([['setup.exe!/a.txt', 'found']]);
});

describe('what merely looks like an archive', () => {
  it.each([
    ['text', 'BZh is how bzip2 files begin'],
    ['a list of numbers', '070707\n070708\n'],
    ['a longer list of numbers', '070701'.repeat(50)],
    ['text like LZMA', `]\0\0\x80\0${'\xff'.repeat(8)}\0${'x'.repeat(50)}`],
    ['bytes like cpio', `\xc7\x71${'\0'.repeat(60)}`],
    ['bytes like ARJ', `\x60\xea\0\0${'x'.repeat(60)}`],
    ['bytes like compress', '\x1f\x9dxxxxxxxxxx'],
    ['zeros', '\0'.repeat(2048)],
    ['a program without anything behind it', `MZ${'x'.repeat(5000)}`],
  ])('is not complained of: %s', async (_, text) => {
    expect(await probeAny(Buffer.from(text, 'latin1'), 'a')).toMatchObject({ seen: [], problems: [] });
  });

  it.each([
    ['gzip', '\x1f\x8b\x08\0\0\0\0\0\0\x03garbage garbage'],
    ['xz', '\xfd7zXZ\0garbage garbage'],
    ['7z', "7z\xbc\xaf'\x1cgarbage garbage garbage garbage garbage"],
    ['ar', '!<arch>\ngarbage garbage'],
    ['rpm', `\xed\xab\xee\xdb${'x'.repeat(200)}`],
    ['cab', `MSCF\0\0\0\0${'x'.repeat(200)}`],
    ['zip', `PK\x03\x04${'x'.repeat(200)}`],
  ])('is told once where its magic is long enough: %s', async (_, text) => {
    const reading = await probeAny(Buffer.from(text, 'latin1'), 'a');

    expect(codes(reading)).toEqual([['archive.unreadable', 'a']]);
  });
});

/** Small archives of all kinds, for changes at every place. */
function smallArchives(): (readonly [string, Buffer])[] {
  const folder = temporaryFolder();
  const tree = path.join(folder, 'tree');
  mkdirSync(path.join(tree, 'd'), { recursive: true });
  writeFileSync(path.join(tree, 'a'), 'a text of some length '.repeat(10));
  writeFileSync(path.join(tree, 'd/b'), noise(300));
  writeFileSync(path.join(tree, 'd/c'), 'c');
  const commands: readonly [string, string][] = [
    ['a.tar', 'tar -H posix -cf "$1" *'],
    ['a.tgz', 'tar c * | gzip > "$1"'],
    ['a.tbz2', 'tar c * | bzip2 > "$1"'],
    ['a.txz', 'tar c * | xz > "$1"'],
    ['a.tlz', 'tar c * | xz --format=lzma > "$1"'],
    ['a.tzst', 'tar c * | zstd -q > "$1"'],
    ['newc.cpio', 'find . | cpio -o --quiet -H newc > "$1"'],
    ['odc.cpio', 'find . | cpio -o --quiet -H odc > "$1"'],
    ['bin.cpio', 'find . | cpio -o --quiet -H bin > "$1"'],
    ['a.a', 'ar rc "$1" a d/b d/c'],
    ['a.zip', 'zip -qr "$1" .'],
    ['a.7z', '7z a -bd "$1" . >&2'],
    ['plain.7z', '7z a -bd -mhc=off -m0=lzma -ms=off "$1" . >&2'],
    ['bzip2.7z', '7z a -bd -m0=bzip2 "$1" . >&2'],
    ['deflate.7z', '7z a -bd -m0=bcj -m1=deflate "$1" . >&2'],
    ['a.cab', 'gcab -cnz "$1" a d/b d/c'],
  ];
  return commands.flatMap(([file, command]) => {
    const at = path.join(folder, file);
    const { status } = spawnSync('sh', ['-ec', `cd ${tree} && ${command}`, 'sh', at]);
    return status === 0 ? [[file, readFileSync(at)] as const] : [];
  });
}

describe('an archive that is cut, or changed', () => {
  const archives = smallArchives();

  it.each(archives)('throws nothing, and says something at the most once: %s', async (file, whole) => {
    const { seen: all } = await probeAny(whole, file);
    for (let length = 0; length < whole.length; length += 97) {
      const { seen, problems } = await probeAny(whole.subarray(0, length), file);

      expect([length, problems.filter(({ code }) => code !== 'archive.unreadable')]).toEqual([length, []]);
      expect(problems.length).toBeLessThan(2);
      // Of less than a header of it nobody can tell that it is a tar archive.
      const paths = [...all.map(([at]) => at), `${file}!/a.tar`];
      for (const [at] of seen) expect(paths).toContain(at);
    }
  });

  it.skipIf(archives.length === 0)(
    archives.length === 0 ? 'no program makes archives' : 'tells the same however its layer comes',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...archives),
          fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { minLength: 1, maxLength: 4 }),
          async ([file, whole], changes) => {
            const changed = Buffer.from(whole);
            for (const [at, value] of changes) changed[Math.floor(at * (whole.length - 1))] = value;

            const seekable = await probeAny(changed, file);
            const streamed = await probeAny(changed, file, { coming: 'compressed' });

            expect(streamed).toEqual(seekable);
            expect(seekable.problems.filter(({ code }) => code === 'analyzer.failed')).toEqual([]);
          },
        ),
        { numRuns: 600 },
      );
    },
  );
});
