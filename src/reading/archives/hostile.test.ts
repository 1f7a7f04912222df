import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archiveProbe, type Coming, probeLayer } from '../../../test/support/archive-probe.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { type ZipFile, type ZipOptions, zip } from '../../../test/support/zip.ts';
import type { Limits } from '../../limits.ts';
import type { Analyzer } from '../../model/analyzer.ts';
import { Appetite } from '../../model/file.ts';

const MiB = 1024 * 1024;
const probe = archiveProbe(({ name }) => (name.endsWith('.txt') ? Appetite.Body : Appetite.None));
/** The same, and members of other names are passed over. */
const choosy = { ...probe, names: { ends: ['.jar', '.war', '.zip', '.TXT'] } };
const ways: readonly Coming[] = ['at any place', 'compressed'];

const read = async (
  archive: Uint8Array,
  coming: Coming = 'at any place',
  limits: Partial<Limits> = {},
  analyzer: Analyzer = probe,
) => {
  const files = [
    { path: 'a.jar', content: archive },
    { path: 'z.jar', content: zip([{ name: 'z.txt', content: 'z' }]) },
  ];
  const { seen, problems } = await probeLayer(analyzer, files, coming, limits, temporaryFolder());
  expect(seen.at(-1)).toEqual(['z.jar!/z.txt', 'z']);
  return { seen: seen.slice(1, -2), problems };
};

const a: ZipFile = { name: 'a.txt', content: 'a' };

describe('an unusual archive', () => {
  it.each([
    ['data in front of it', [a], { prefix: `#!/bin/sh\nexec java -jar "$0"\n${'x'.repeat(5000)}` }],
    ['a zip64 directory with data in front', [a], { prefix: 'x'.repeat(100), zip64: true }],
    ['zip64 fields and an end of zip64', [{ ...a, zip64: true }], { zip64: true }],
    ['sizes behind the bodies', [{ ...a, descriptor: true }], {}],
    ['a comment', [a], { comment: 'c'.repeat(60_000) }],
    ['a comment that looks like an end', [a], { comment: `PK\x05\x06${'\0'.repeat(40)}` }],
    ['a comment that is an empty archive', [a], { comment: zip([]) }],
    ['directories', [{ name: 'd/', content: '', stored: true }, { name: 'd/a.txt/', content: '' }, a], {}],
  ] satisfies [string, ZipFile[], ZipOptions][])('with %s is read', async (_, files, options) => {
    expect(await read(zip(files, options))).toEqual({ seen: [['a.jar!/a.txt', 'a']], problems: [] });
  });

  it.each([
    ['a backslash', 'lib\\a.txt', 'lib/a.txt'],
    ['a slash in front', '/etc/a.txt', 'etc/a.txt'],
    ['parts that say nothing', './lib//./a.txt', 'lib/a.txt'],
    ['a NUL', 'a.txt\0.png', 'a.txt'],
    ['other letters', 'ä/😀.txt', 'ä/😀.txt'],
    ['the sign of archives', 'b.jar!/a.txt', 'b.jar!/a.txt'],
    ['the name of a property', '__proto__/a.txt', '__proto__/a.txt'],
  ])('whose member has a name with %s', async (_, name, path) => {
    expect(await read(zip([{ name, content: 'a' }]))).toEqual({ seen: [[`a.jar!/${path}`, 'a']], problems: [] });
  });

  it('whose members climb out of it keeps them, and says so once', async () => {
    const { seen, problems } = await read(zip(['../../a.txt', '../b.txt'].map((name) => ({ name, content: 'a' }))));

    expect(seen.map(([path]) => path)).toEqual(['a.jar!/a.txt', 'a.jar!/b.txt']);
    expect(problems.map(({ code, path }) => [code, path])).toEqual([['file.path-escapes', 'a.jar']]);
  });

  it('tells the mode of its members where it knows it', async () => {
    const modes: string[] = [];
    const curious = archiveProbe(({ path, mode }) => {
      modes.push(`${path} ${mode.toString(8)}`);
      return Appetite.None;
    });
    const content = zip([
      { name: 'x', content: '', mode: 0o755 },
      { name: 'y', content: '' },
    ]);

    await probeLayer(curious, [{ path: 'a.jar', content }], 'at any place');

    expect(modes).toEqual(['a.jar!/x 755', 'a.jar!/y 644']);
  });
});

describe.each(ways)('a hostile archive that comes %s', (coming) => {
  const long = 'a'.repeat(9000);
  it.each([
    ['says less than there is', [{ ...a, content: long, statedSize: 10 }], {}, 'another size', '9000 bytes'],
    ['says more than there is', [{ ...a, content: long, statedSize: 4e9 }], {}, 'another size', '9000 bytes'],
    ['says another checksum', [{ ...a, statedCrc: 1 }], {}, 'another checksum', 'a'],
    ['names a member otherwise', [{ ...a, local: { name: 'b.txt' } }], {}, 'disagree', 'a'],
    ['compresses a member otherwise', [{ ...a, local: { method: 0 } }], {}, 'disagree', 'a'],
    ['says fewer members', [{ name: 'b', content: '' }, a], { statedCount: 1 }, 'another count', 'a'],
    ['says more members', [a], { statedCount: 70 }, 'another count', 'a'],
    ['says a smaller directory', [{ name: 'b', content: '' }, a], { statedDirectorySize: 47 }, 'another size', 'a'],
  ] satisfies [string, ZipFile[], ZipOptions, string, string][])(
    'and %s is read all the same',
    async (_, files, options, words, text) => {
      const { seen, problems } = await read(zip(files, options), coming);

      expect(seen).toEqual([['a.jar!/a.txt', text]]);
      expect(problems.map(({ code, path }) => [code, path])).toEqual([['archive.odd', 'a.jar']]);
      expect(problems[0]?.message).toContain(words);
    },
  );

  it('and has a name twice shows both', async () => {
    const { seen, problems } = await read(zip([a, { ...a, content: 'b' }]), coming);

    expect(seen.map(([, text]) => text)).toEqual(['a', 'b']);
    expect(problems.map(({ code }) => code)).toEqual(['archive.odd']);
  });

  it('and hides behind another one in its comment shows both', async () => {
    const shown = zip([{ name: 'b.txt', content: 'b' }]);

    const { seen, problems } = await read(zip([a], { comment: shown }), coming);

    expect(seen.map(([path]) => path)).toEqual(['a.jar!/b.txt', 'a.jar!/a.txt']);
    expect(problems.map(({ code }) => code)).toEqual(['archive.odd']);
  });

  it.each([
    ['is encrypted by ZipCrypto', { encrypted: true }, 'is encrypted'],
    ['is encrypted by AES', { encrypted: true, method: 99 }, 'is encrypted'],
    ['is compressed by Deflate64', { method: 9 }, 'is compressed by Deflate64 and'],
    ['is compressed in an unknown way', { method: 99 }, 'unknown method 99'],
    ['is damaged', { stored: true, method: 8, content: '\xff'.repeat(50) }, 'is damaged'],
  ] satisfies [string, Partial<ZipFile>, string][])(
    'whose member %s says so where somebody wants it',
    async (_, lie, words) => {
      const wanted = await read(
        zip([
          { ...a, ...lie },
          { name: 'b.txt', content: 'b' },
        ]),
        coming,
      );
      const unwanted = await read(
        zip([
          { ...a, name: 'a', ...lie },
          { name: 'b.txt', content: 'b' },
        ]),
        coming,
      );

      expect(wanted.seen).toEqual([['a.jar!/b.txt', 'b']]);
      expect(wanted.problems).toEqual([
        { code: 'archive.unreadable', path: 'a.jar!/a.txt', message: expect.stringContaining(words) },
      ]);
      expect(unwanted).toEqual({ seen: [['a.jar!/b.txt', 'b']], problems: [] });
    },
  );

  it('that claims a huge member allocates nothing (T-14)', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const files = ['a.txt', 'b.jar', 'c.txt'].map((name) => ({ name, content: 'y', statedSize: 0xfffffff0 }));

    const { seen } = await read(zip(files), coming);

    expect(seen.map(([path]) => path)).toEqual(['a.jar!/a.txt', 'a.jar!/b.jar', 'a.jar!/c.txt']);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MiB);
  });

  it('whose archives stand in each other 20 deep is read as far as archives may', async () => {
    let nested = zip([a]);
    for (let i = 0; i < 19; i++) nested = zip([{ name: 'n.jar', content: nested }]);

    const { seen, problems } = await read(nested, coming);

    expect(seen.at(-1)?.[0]).toBe(`a.jar${'!/n.jar'.repeat(8)}`);
    expect(problems.map(({ code, path }) => [code, path])).toEqual([['archive.limit', `a.jar${'!/n.jar'.repeat(8)}`]]);
  });

  it('whose members share their bytes is read, within the budget', async () => {
    const kernel = { name: '0.txt', content: Buffer.alloc(MiB) };
    const others = Array.from({ length: 300 }, (_, i) => ({ ...kernel, name: `${i + 1}.txt`, sameBodyAs: 0 }));

    const { seen, problems } = await read(zip([kernel, ...others]), coming);

    expect(seen.length).toBeGreaterThan(60);
    expect(seen.length).toBeLessThan(150);
    expect(problems.map(({ code }) => code)).toEqual(['archive.limit']);
  });

  it('that unpacks to much more in a single member costs that member only', async () => {
    const bomb = { name: 'bomb.jar', content: Buffer.alloc(20 * MiB) };
    const limits = { ratioFloorBytes: 8 * MiB, ratio: 200 };
    // So that the archive itself is in proportion.
    const pad = { name: 'pad', content: Buffer.alloc(200_000), stored: true };

    const { seen, problems } = await read(zip([bomb, a, pad]), coming, limits);

    expect(seen).toEqual(
      [
        ['a.jar!/bomb.jar', ' truncated'],
        ['a.jar!/a.txt', 'a'],
      ].slice(1),
    );
    expect(problems.map(({ code, path }) => [code, path])).toEqual([['archive.limit', 'a.jar!/bomb.jar']]);
  });

  it('that is full of archives full of archives (42.zip) ends soon', async () => {
    let layer = zip([{ name: '0.txt', content: Buffer.alloc(8 * MiB) }]);
    for (let depth = 0; depth < 4; depth++) {
      const content = layer;
      layer = zip(Array.from({ length: 16 }, (_, i) => ({ name: `${i}.zip`, content })));
    }

    const { problems } = await read(layer, coming);

    expect(problems.map(({ code, path }) => [code, path])).toEqual([['archive.limit', 'a.jar']]);
    expect(problems[0]?.message).toContain('times its size');
  });

  it('has no more members than all archives of a layer may have', async () => {
    const many = zip(Array.from({ length: 50 }, (_, i) => ({ name: `${i}.txt`, content: 'x' })));
    const files = ['a.jar', 'b.jar', 'c.jar', 'd.jar'].map((path) => ({ path, content: many }));

    const { seen, problems } = await probeLayer(probe, files, coming, { archiveMembers: 120 });

    expect(seen.filter(([, text]) => text === 'x')).toHaveLength(120);
    expect(problems.map(({ code, path }) => [code, path])).toEqual([['archive.limit', 'c.jar']]);
  });
});

describe('what is no archive although its name says so', () => {
  it.each([
    ['text', Buffer.from('x'.repeat(3000)), 'file.format'],
    ['one byte', Buffer.from('P'), 'file.format'],
    ['an archive without its end', zip([a]).subarray(0, 60), 'archive.unreadable'],
    ['an end that leads nowhere', zip([a]).subarray(-22), 'archive.unreadable'],
  ])('is told: %s', async (_, content, code) => {
    const { seen, problems } = await read(content);

    expect(seen).toEqual([]);
    expect(problems.map((problem) => [problem.code, problem.path])).toEqual([[code, 'a.jar']]);
  });

  it('is not told where it is empty, or has no members', async () => {
    expect(await read(Buffer.alloc(0))).toEqual({ seen: [], problems: [] });
    expect(await read(zip([]))).toEqual({ seen: [], problems: [] });
  });

  it('is told at every length', async () => {
    const whole = zip([a, { name: 'b.txt', content: 'b'.repeat(100), stored: true }]);
    for (let length = 1; length < whole.length; length++) {
      const { problems } = await read(whole.subarray(0, length));
      expect([length, problems.length]).toEqual([length, 1]);
    }
  });
});

const anyFile: fc.Arbitrary<ZipFile> = fc.record({
  name: fc.constantFrom(
    'a.txt',
    'b/c.txt',
    'd',
    'e.jar',
    '../f.txt',
    'g\\h.txt',
    'dir/',
    'i.txt/.',
    'j.TXT',
    'k/é',
    '.txt',
  ),
  content: fc.oneof(
    fc.constantFrom('', 'x', 'y'.repeat(5000), zip([a]), zip([a, { name: 'n.jar', content: zip([a]), stored: true }])),
    fc.uint8Array({ maxLength: 300 }),
  ),
  stored: fc.boolean(),
  zip64: fc.boolean(),
  descriptor: fc.boolean(),
});

describe('any archive', () => {
  it('tells the same however its layer comes, also when it is changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFile, { maxLength: 6 }),
        fc.record({
          zip64: fc.boolean(),
          prefix: fc.constantFrom('', 'x'.repeat(50)),
          comment: fc.constantFrom('', 'c'),
        }),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 3 }),
        async (files, options, changes) => {
          const archive = zip(files, options);
          for (const [at, value] of changes) archive[Math.floor(at * (archive.length - 1))] = value;

          const seekable = await read(archive);
          const streamed = await read(archive, 'compressed');
          const chosen = await read(archive, 'at any place', {}, choosy);

          expect(streamed).toEqual(seekable);
          expect(chosen.seen).toEqual(seekable.seen);
          const codes = (problems: typeof chosen.problems) =>
            problems.map(({ code }) => code).filter((code) => code !== 'file.path-escapes');
          expect(codes(chosen.problems)).toEqual(codes(seekable.problems));
          expect(seekable.problems.filter(({ code }) => code === 'analyzer.failed')).toEqual([]);
          if (changes.length > 0) return;
          const wanted = files.filter(({ name }) => /\.txt(?:\/\.)?$/.test(name)).length;
          expect(seekable.seen.filter(([path]) => path.split('!/').length === 2 && path.endsWith('.txt'))).toHaveLength(
            wanted,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
