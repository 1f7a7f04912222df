import { describe, expect, it } from 'vitest';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { walkTarSync } from '../formats/tar/walk.ts';
import { defaultLimits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import { LayerPass } from './pass.ts';

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

function pass(entries: TarEntry[], probes: Probe[], limits = defaultLimits): ReturnType<LayerPass['close']> {
  const visitor = new LayerPass(
    probes.map((one) => one.analyzer),
    limits,
  );
  walkTarSync(new MemorySource(tar(entries)), visitor, { limits });
  return visitor.close();
}

const onlyB = (appetite: Appetite) => (file: FileHeader) => (file.path === 'b' ? appetite : Appetite.None);

describe('LayerPass', () => {
  it('reads a file once for all, and gives each what it asked for', () => {
    const body = probe('body', onlyB(Appetite.Body));
    const head = probe('head', onlyB(Appetite.Head));
    const header = probe('header', () => Appetite.Header);
    const nothing = probe('nothing', () => Appetite.None);

    const result = pass([{ path: 'a' }, { path: 'b', content: 'x'.repeat(10_000) }], [body, head, header, nothing]);

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

  it('shows links for their header only, and whiteouts not at all', () => {
    const body = probe('body', () => Appetite.Body);
    const header = probe('header', () => Appetite.Header);

    pass(
      [{ path: 'l', type: 'symlink', linkTarget: 'x' }, { path: '.wh.x' }, { path: 'n', type: 'character' }],
      [body, header],
    );

    expect(body.read).toEqual([]);
    expect(header.read.map((file) => file.path)).toEqual(['l']);
    expect(header.asked).toEqual(['l']);
  });

  it('gives the beginning of a file beyond the limit, and says so', () => {
    const body = probe('body', onlyB(Appetite.Body));

    const result = pass([{ path: 'b', content: 'x'.repeat(5000) }], [body], { ...defaultLimits, bodyBytes: 1000 });

    expect(body.read).toEqual([{ path: 'b', bytes: 1000, truncated: true }]);
    expect(result.problems.map((problem) => problem.code)).toEqual(['file.too-large']);
  });

  it('does not read sparse files, and says so when one is wanted', () => {
    const sparse: TarEntry = { path: 'b', typeFlag: 'S', format: 'gnu', patch: [[483, '00000100000\0']] };
    const body = probe('body', onlyB(Appetite.Body));

    expect(pass([sparse], [body]).problems.map((problem) => problem.code)).toEqual(['file.sparse']);
    expect(pass([sparse], [probe('none', () => Appetite.None)]).problems).toEqual([]);
    expect(body.read).toEqual([]);
  });

  it('keeps a bounded number of problems and counts the rest', () => {
    const entries = Array.from({ length: 20 }, (_, i) => ({ path: `../f${i}` }));

    const result = pass(entries, [], { ...defaultLimits, problems: 5 });

    expect(result.problems).toHaveLength(6);
    expect(result.problems[5]?.message).toContain('15 more problems');
  });

  it('leaves out members whose name is beyond the limit', () => {
    const result = pass([{ path: 'x'.repeat(300), longNames: 'pax' }, { path: 'a' }], [], {
      ...defaultLimits,
      pathBytes: 200,
    });

    expect(result.index.count).toBe(1);
    expect(result.problems.map((problem) => problem.code)).toEqual(['layer.limit']);
  });
});
