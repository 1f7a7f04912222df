import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../test/support/layers.ts';
import { noise } from '../../test/support/noise.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { zip } from '../../test/support/zip.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { ContentCoverageFact } from '../model/fact.ts';
import { LEAD, MOST_BYTES, MOST_OF_LARGE, OVERLAP } from './content.ts';
import { contentAnalyzer } from './content-analyzer.ts';
import type { ContentEngine } from './engine.ts';

/** Speaks against files with a word in them. */
function wordEngine(word: string, more: Partial<ContentEngine> = {}): ContentEngine {
  return {
    name: `word:${word}`,
    rules: word,
    takes: (type) => type === 'text' || type === 'web',
    judge: ({ bytes }) => ({
      witnesses: Buffer.from(bytes).includes(word)
        ? [{ engine: 'yara', kind: 'malware', weight: 'strong', rule: word, set: 'test' }]
        : [],
    }),
    ...more,
  };
}

async function judged(entries: readonly TarEntry[], ...engines: readonly ContentEngine[]) {
  const { facts, problems } = await readLayerWith(contentAnalyzer('test', engines, { deep: false }), entries);
  const found = facts.flatMap((fact) => (fact.kind === 'content' ? [fact] : []));
  const [coverage] = facts.filter((fact): fact is ContentCoverageFact => fact.kind === 'content-coverage');
  return { found, coverage, problems };
}

describe('contentAnalyzer', () => {
  it('shows each file to the engines that take its type, and counts the others', async () => {
    const { found, coverage } = await judged(
      [
        { path: 'a.txt', content: 'an evil text' },
        { path: 'b.txt', content: 'a good text' },
        { path: 'c.png', content: Buffer.from('\x89PNG\r\n\x1a\n evil', 'latin1') },
        { path: 'empty', content: '' },
        { path: 'd.bin', content: Buffer.from([0, 1, 2, 3]) },
      ],
      wordEngine('evil'),
    );
    expect(found).toEqual([
      {
        kind: 'content',
        check: 'test',
        path: 'a.txt',
        type: 'text',
        size: 12,
        sha256: createHash('sha256').update('an evil text').digest('hex'),
        md5: createHash('md5').update('an evil text').digest('hex'),
        witnesses: [{ engine: 'yara', kind: 'malware', weight: 'strong', rule: 'evil', set: 'test' }],
      },
    ]);
    expect(coverage).toMatchObject({ judged: 2, bytes: 23, passed: 2, unjudged: [] });
  });

  it('looks into archives', async () => {
    const inner = zip([{ name: 'deep.txt', content: 'evil' }]);
    const outer = zip([{ name: 'inner.zip', content: inner }]);
    const { found } = await judged([{ path: 'a.zip', content: outer }], wordEngine('evil'));
    expect(found.map(({ path }) => path)).toEqual(['a.zip!/inner.zip!/deep.txt']);
  });

  it.each([
    ['\x7fELF\x02\x01\x01\0', 'setup'],
    ['MZ\x90\0', 'setup.exe'],
    ['#!/bin/sh\nexit\n', 'setup.run'],
    ['GIF89a\x01\0\x01\0', 'a.gif'],
    ['\x89PNG\r\n\x1a\n', 'a.png'],
    ['\xff\xd8\xff\xe0', 'a.jpg'],
    ['%PDF-1.4\n\0', 'a.pdf'],
    ['Cr24\x02\0\0\0', 'a.crx'],
    ['\0\0\0\0', 'a'],
  ])('looks into archives behind a program, a picture and such: %j', async (magic, path) => {
    const content = zip([{ name: 'a.txt', content: 'evil' }], { prefix: Buffer.from(magic, 'latin1') });
    const { found } = await judged([{ path, content }], wordEngine('evil'));
    expect(found.map((fact) => fact.path)).toEqual([`${path}!/a.txt`]);
  });

  it('says nothing of a picture or data that ends as an archive does and is none', async () => {
    const end = zip([]);
    const files = ['\x89PNG\r\n\x1a\n', '%PDF-1.4\n\0', '\0\0\0\0'].map((magic, number) => ({
      path: `${number}`,
      content: Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.alloc(100), end.subarray(0, 12), Buffer.alloc(30)]),
    }));
    expect((await judged(files, wordEngine('evil'))).problems).toEqual([]);
  });

  it('names images of discs and of programs, which it cannot look into', async () => {
    const disc = Buffer.alloc(40_000);
    disc.write('CD001', 0x8001);
    const files = [
      { path: 'a.iso', content: disc },
      { path: 'a.AppImage', content: Buffer.from('\x7fELF\x02\x01\x01\0AI\x02', 'latin1') },
      { path: 'b.bin', content: Buffer.alloc(40_000) },
      { path: 'b', content: Buffer.from('\x7fELF\x02\x01\x01\0\0\0\0', 'latin1') },
    ];
    const { problems } = await judged(files, wordEngine('evil'));
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['archive.unreadable', 'a.iso'],
      ['archive.unreadable', 'a.AppImage'],
    ]);
  });

  it('leaves packages in caches of package managers shut, counts them, and opens everything else', async () => {
    const archive = zip([{ name: 'a.txt', content: 'evil' }]);
    const deb = Buffer.from(
      `!<arch>\n${'debian-binary'.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${'4'.padEnd(10)}\`\n2.0\n`,
    );
    const packed = gzipSync('evil');
    const files = [
      { path: 'var/cache/apt/archives/a.deb', content: deb },
      { path: 'var/cache/apt/archives/b.deb', content: archive },
      { path: 'opt/c.deb', content: archive },
      { path: 'var/cache/apk/d.apk', content: packed },
      { path: 'var/cache/apk/e.txt.gz', content: packed },
      { path: 'opt/f.apk', content: packed },
      { path: 'var/cache/dnf/repo/packages/g.rpm', content: Buffer.from('\xed\xab\xee\xdb', 'latin1') },
    ];
    const engine = wordEngine('evil', { takes: (type) => type === 'text' });
    const { found, coverage, problems } = await judged(files, engine);
    expect(found.map(({ path }) => path).sort()).toEqual([
      'opt/c.deb!/a.txt',
      'opt/f.apk!/f.apk',
      'var/cache/apk/e.txt.gz!/e.txt',
      'var/cache/apt/archives/b.deb!/a.txt',
    ]);
    expect([coverage?.shut, coverage?.passed, coverage?.judged, problems]).toEqual([3, 4, 4, []]);
    const { facts } = await readLayerWith(contentAnalyzer('test', [engine], { deep: true }), files);
    expect(facts.flatMap((fact) => (fact.kind === 'content-coverage' ? [fact.shut] : []))).toEqual([undefined]);
  });

  it('tells the heaviest against a file, and of so many files; weak ones take no place of others', async () => {
    const files = (name: string, count: number) =>
      Array.from({ length: count }, (_, i) => ({ path: `${name}${i}.txt`, content: 'x' }));
    const many = wordEngine('many', {
      judge: ({ path }) => ({
        witnesses: Array.from({ length: 100 }, (_, i) => ({
          ...{ engine: 'yara', kind: 'malware', rule: `r${i}`, set: 'test' },
          weight: i === 99 && path.startsWith('s') ? 'certain' : 'weak',
        })),
      }),
    });
    const { found, problems } = await judged([...files('w', 1500), ...files('s', 1010)], many);
    expect(found).toHaveLength(2000);
    expect(found.filter(({ path }) => path.startsWith('s'))).toHaveLength(1000);
    expect(found.every(({ witnesses }) => witnesses.length === 20)).toBe(true);
    expect(found.at(-1)?.witnesses[0]).toMatchObject({ rule: 'r99', weight: 'certain' });
    expect(problems).toMatchObject([
      { code: 'layer.limit', message: '510 more files of the layer have something against them than are told of' },
    ]);
  });

  it('says of no program that it stands in too many archives', async () => {
    const deep = (content: Buffer): Buffer => {
      let archive = content;
      for (let i = 0; i < 8; i++) archive = zip([{ name: 'a', content: archive }]);
      return archive;
    };
    const program = Buffer.from('\x7fELF\x02\x01\x01\0', 'latin1');
    const one = await judged([{ path: 'a', content: deep(program) }], wordEngine('evil'));
    expect(one.problems).toEqual([]);
    const sfx = await judged([{ path: 'a', content: deep(zip([{ name: 'b', content: 'c' }], { prefix: program })) }]);
    expect(sfx.problems).toMatchObject([{ code: 'archive.limit' }]);
  });

  it.each([
    ['nothing', 'evil '.repeat(1000), 0],
    ['less than it can', noise(5000).toString('base64'), 3],
    ['more than it can', 'evil '.repeat(10), 2 ** 31],
  ])('is not misled by a directory that says a member has %s', async (_, text, statedSize) => {
    const archive = zip([{ name: 'a.txt', content: `${text} evil`, statedSize }]);
    const { found, problems } = await judged([{ path: 'a.zip', content: archive }], {
      ...wordEngine('evil'),
      takes: (type, { size }) => type === 'text' && size >= 6 && size < 2 ** 24,
    });
    expect(found.map(({ path, size }) => [path, size])).toEqual([['a.zip!/a.txt', text.length + 5]]);
    expect(problems).toMatchObject([{ code: 'archive.odd', path: 'a.zip' }]);
  });

  it('tells of engines that fail or see only a part', async () => {
    const files = [
      { path: 'a.txt', content: 'evil' },
      { path: 'b.txt', content: 'evil' },
    ];
    const { found, coverage } = await judged(
      files,
      wordEngine('good', {
        judge: () => {
          throw new Error('no rules');
        },
      }),
      wordEngine('late', { judge: () => ({ witnesses: [], unjudged: 'took too long' }) }),
      wordEngine('evil'),
    );
    expect(found).toHaveLength(2);
    expect(coverage?.unjudged).toEqual([
      { reason: 'was left out by word:good: no rules', count: 2, first: 'a.txt' },
      { reason: 'took too long', count: 2, first: 'a.txt' },
    ]);
  });

  it('has the rules of its engines in its key', () => {
    const of = (...engines: ContentEngine[]) => contentAnalyzer('test', engines, { deep: false }).rules;
    expect(of(wordEngine('a'))).not.toBe(of(wordEngine('a', { rules: 'b' })));
    expect(of(wordEngine('a'))).not.toBe(of(wordEngine('a'), wordEngine('b')));
  });
});

describe('a large file', () => {
  const large = Buffer.alloc(MOST_BYTES + 10 * OVERLAP, 'a line of text\n');
  large.write('an evil text', MOST_BYTES + 5 * OVERLAP);

  it('is shown to its end to engines that read windows, once of each', async () => {
    const seen: number[] = [];
    const engine = wordEngine('evil', { windows: true });
    const { found, coverage } = await judged([{ path: 'a.txt', content: large }], {
      ...engine,
      judge: (content) => {
        seen.push(content.start);
        return engine.judge(content);
      },
    });
    expect(seen).toEqual([0, MOST_BYTES - OVERLAP - LEAD]);
    expect(found).toMatchObject([{ path: 'a.txt', witnesses: [{ rule: 'evil' }] }]);
    expect(found[0]?.kind === 'content' && found[0].md5).toBe(createHash('md5').update(large).digest('hex'));
    expect(coverage).toMatchObject({ judged: 1, bytes: large.length, unjudged: [] });
  });

  it('is not shown again to others', async () => {
    const { found } = await judged([{ path: 'a.txt', content: large }], wordEngine('evil'));
    expect(found).toEqual([]);
  });

  it('has what an engine elsewhere says, too', async () => {
    const witness = { engine: 'clamav', kind: 'malware', weight: 'strong', rule: 'r', set: 's' } as const;
    const elsewhere = wordEngine('evil', {
      windows: true,
      judgeElsewhere: () => Promise.resolve({ witnesses: [witness] }),
    });
    const { found } = await judged([{ path: 'a.txt', content: large }], elsewhere);
    expect(found).toMatchObject([{ witnesses: [{ rule: 'evil' }, { rule: 'r' }] }]);
  });

  it('is left where the layer has had enough of them, which is told', async () => {
    const size = 3 * MOST_OF_LARGE;
    const body: ByteSource = { size, read: (target) => target.length, slice: () => body };
    const header = { path: 'a.txt', name: 'a.txt', type: 'file', size, mode: 0, uid: 0, gid: 0, offset: 0 } as const;
    const engine = wordEngine('evil', { windows: true, takes: () => true, judge: () => ({ witnesses: [] }) });
    const reader = contentAnalyzer('test', [engine], { deep: false }).open({ problem: () => undefined });
    reader.read({ header, path: 'a.txt', content: Buffer.alloc(0), body, truncated: true });
    const steps = [...(reader.rest?.() ?? [])].length;
    expect(steps).toBe(MOST_OF_LARGE / MOST_BYTES);
    await reader.pending?.();
    const [told] = (await reader.close()).filter((fact) => fact.kind === 'content-coverage');
    expect(told?.unjudged.map(({ reason }) => reason)).toContain(
      'was not looked at to its end: the layer has more than 1 GiB in large files',
    );
  });
});
