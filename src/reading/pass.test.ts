import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { MemorySource, readBytes } from '../formats/byte-source.ts';
import { TarParser } from '../formats/tar/push.ts';
import { walkTarSync } from '../formats/tar/walk.ts';
import { defaultLimits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { ByteSource } from '../model/bytes.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import { type LayerFacts, LayerPass } from './pass.ts';

interface Probe {
  readonly analyzer: Analyzer;
  readonly asked: string[];
  readonly read: { path: string; bytes: number; truncated: boolean }[];
}

/** An analyzer that remembers what it was asked and given. */
function probe(name: string, wants: (file: FileHeader) => Appetite): Probe {
  const asked: string[] = [];
  const read: Probe['read'] = [];
  const analyzer: Analyzer = {
    name,
    version: 1,
    wants: (file) => {
      asked.push(file.path);
      return wants(file);
    },
    open: () => ({
      read: ({ path, content, truncated }) => read.push({ path, bytes: content.length, truncated }),
      close: () => [{ kind: 'release', path: name, text: '' }],
    }),
  };
  return { analyzer, asked, read };
}

function pass(entries: TarEntry[], probes: Probe[], limits = defaultLimits, inPieces = false): Promise<LayerFacts> {
  const visitor = new LayerPass(
    probes.map((one) => one.analyzer),
    { limits, temporary: tmpdir() },
  );
  const archive = tar(entries);
  if (inPieces) {
    const parser = new TarParser(visitor, { limits });
    for (let at = 0; at < archive.length; at += 70_001) parser.push(archive.subarray(at, at + 70_001));
    parser.end();
  } else {
    walkTarSync(new MemorySource(archive), visitor, { limits });
  }
  return visitor.close();
}

const onlyB = (appetite: Appetite) => (file: FileHeader) => (file.path === 'b' ? appetite : Appetite.None);

describe('LayerPass', () => {
  it('reads a file once for all, and gives each what it asked for', async () => {
    const body = probe('body', onlyB(Appetite.Body));
    const head = probe('head', onlyB(Appetite.Head));
    const header = probe('header', () => Appetite.Header);
    const nothing = probe('nothing', () => Appetite.None);

    const result = await pass(
      [{ path: 'a' }, { path: 'b', content: 'x'.repeat(10_000) }],
      [body, head, header, nothing],
    );

    expect(body.read).toEqual([{ path: 'b', bytes: 10_000, truncated: false }]);
    expect(head.read).toEqual([{ path: 'b', bytes: 4096, truncated: false }]);
    expect(header.read).toEqual([
      { path: 'a', bytes: 0, truncated: false },
      { path: 'b', bytes: 0, truncated: false },
    ]);
    expect(nothing.read).toEqual([]);
    expect([...result.analysed]).toEqual(['b']);
    expect(result.facts.map((fact) => fact.path)).toEqual(['body', 'head', 'header', 'nothing']);
  });

  it('shows links for their header only, and whiteouts not at all', async () => {
    const body = probe('body', () => Appetite.Body);
    const header = probe('header', () => Appetite.Header);

    await pass(
      [{ path: 'l', type: 'symlink', linkTarget: 'x' }, { path: '.wh.x' }, { path: 'n', type: 'character' }],
      [body, header],
    );

    expect(body.read).toEqual([]);
    expect(header.read.map((file) => file.path)).toEqual(['l']);
    expect(header.asked).toEqual(['l']);
  });

  it('gives the beginning of a file beyond the limit, and says so', async () => {
    const body = probe('body', onlyB(Appetite.Body));

    const result = await pass([{ path: 'b', content: 'x'.repeat(5000) }], [body], {
      ...defaultLimits,
      bodyBytes: 1000,
    });

    expect(body.read).toEqual([{ path: 'b', bytes: 1000, truncated: true }]);
    expect(result.problems.map((problem) => problem.code)).toEqual(['file.too-large']);
  });

  it('does not read sparse files, and says so when one is wanted', async () => {
    const sparse: TarEntry = { path: 'b', typeFlag: 'S', format: 'gnu', patch: [[483, '00000100000\0']] };
    const body = probe('body', onlyB(Appetite.Body));

    expect((await pass([sparse], [body])).problems.map((problem) => problem.code)).toEqual(['file.sparse']);
    expect((await pass([sparse], [probe('none', () => Appetite.None)])).problems).toEqual([]);
    expect(body.read).toEqual([]);
  });

  describe.each([
    ['an archive that can be read at any place', false],
    ['an archive that comes in pieces', true],
  ])('of %s', (_, inPieces) => {
    it.each([10, 5_000_000])('gives a body of %i bytes at any place until the pass is closed', async (size) => {
      const content = Buffer.alloc(size, 'drydock.');
      const bodies: ByteSource[] = [];
      const texts: string[] = [];
      const database: Analyzer = {
        name: 'database',
        version: 1,
        wants: onlyB(Appetite.Random),
        open: () => ({
          read: ({ body, truncated }) => {
            if (body !== undefined && !truncated) bodies.push(body);
          },
          close: () => {
            for (const body of bodies) texts.push(readBytes(body, body.size - 8, 8).toString());
            return [];
          },
        }),
      };
      const beside = probe('beside', onlyB(Appetite.Head));
      const files: TarEntry[] = [{ path: 'b', content }, { path: 'c' }, { path: 'b', content: `${'x'.repeat(20)}.` }];

      const result = await pass(files, [{ ...beside, analyzer: database }, beside], defaultLimits, inPieces);

      expect(result.problems).toEqual([]);
      expect(texts).toEqual([content.toString('latin1', size - 8), 'xxxxxxx.']);
      expect(beside.read).toEqual([
        { path: 'b', bytes: Math.min(size, 4096), truncated: false },
        { path: 'b', bytes: 21, truncated: false },
      ]);
    });
  });

  it('says that a body was not kept whole where there is no room for it', async () => {
    const random = probe('random', onlyB(Appetite.Random));
    const files: TarEntry[] = [{ path: 'b', content: 'x'.repeat(2000) }];

    const result = await pass(files, [random], { ...defaultLimits, randomBytes: 1000 }, true);

    expect(random.read).toEqual([{ path: 'b', bytes: 0, truncated: true }]);
    expect(result.problems.map((problem) => problem.code)).toEqual(['file.too-large']);
  });

  it('keeps a bounded number of problems and counts the rest', async () => {
    const entries = Array.from({ length: 20 }, (_, i) => ({ path: `../f${i}` }));

    const result = await pass(entries, [], { ...defaultLimits, problems: 5 });

    expect(result.problems).toHaveLength(6);
    expect(result.problems[5]?.message).toContain('15 more problems');
  });

  it('leaves out members whose name is beyond the limit', async () => {
    const result = await pass([{ path: 'x'.repeat(300), longNames: 'pax' }, { path: 'a' }], [], {
      ...defaultLimits,
      pathBytes: 200,
    });

    expect(result.index.count).toBe(1);
    expect(result.problems.map((problem) => problem.code)).toEqual(['layer.limit']);
  });
});
