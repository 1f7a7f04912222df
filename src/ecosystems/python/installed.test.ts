import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { zip } from '../../../test/support/zip.ts';
import type { Fact } from '../../model/fact.ts';
import { pythonInstalled } from './installed.ts';

const metadata = (name: string, version: string, more = ''): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${more}\n`;
const site = 'usr/lib/python3.12/site-packages';
const told = (facts: readonly Fact[]) =>
  facts.flatMap((fact) =>
    fact.kind === 'package' ? [`${fact.package.name} ${fact.package.version} ${fact.location ?? fact.path}`] : [],
  );

describe('pythonInstalled', () => {
  it('asks for what describes packages, and for nothing else', async () => {
    const wanted = [
      `${site}/a-1.dist-info/METADATA`,
      `${site}/a-1.DIST-INFO/METADATA`,
      `${site}/a-1.dist-info/PKG-INFO`,
      `${site}/a-1.egg-info/PKG-INFO`,
      `${site}/a-1.egg-info/requires.txt`,
      `${site}/a-1-py3.12.egg-info`,
      `${site}/a-1-py3.12.egg/EGG-INFO/PKG-INFO`,
      'a.egg-info',
      'dist-info/METADATA',
    ];
    const others = [
      'METADATA',
      'PKG-INFO',
      'requires.txt',
      'srv/a-1/PKG-INFO',
      'srv/METADATA',
      'srv/xdist-info/METADATA',
      `${site}/a-1.dist-info/RECORD`,
      `${site}/a-1.dist-info/METADATA/x`,
      `${site}/a-1.dist-info/sub/METADATA`,
      `${site}/a-1.dist-info/METADATA.orig`,
      `${site}/pip/_vendor/vendor.txt`,
      'usr/lib/python3.12/ensurepip/_bundled/pip-24.0-py3-none-any.whl',
    ];

    const { asked } = await readLayerWith(
      pythonInstalled,
      [...wanted, ...others].map((path) => ({ path, content: metadata('a', '1') })),
    );

    expect(asked).toEqual(wanted.toSorted());
  });

  it('gives the package with licence and what it needs', async () => {
    const path = `${site}/Flask_Cors-4.0.dist-info/METADATA`;
    const content = metadata('Flask-Cors', '4.0', 'License: MIT\nRequires-Dist: Flask>=0.9\n');

    const { facts, problems } = await readLayerWith(pythonInstalled, [{ path, content }]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'package',
        path,
        package: { type: 'pypi', name: 'Flask-Cors', version: '4.0', licences: ['MIT'], requires: ['Flask'] },
      },
    ]);
  });

  it('takes what an egg needs from the file beside, whichever comes first', async () => {
    const needs = 'b>=1\n[x]\nc\n';
    const { facts } = await readLayerWith(pythonInstalled, [
      { path: `${site}/a-1.egg-info/PKG-INFO`, content: metadata('a', '1') },
      { path: `${site}/a-1.egg-info/requires.txt`, content: needs },
      { path: `${site}/d-1.egg-info/requires.txt`, content: needs },
      { path: `${site}/d-1.egg-info/PKG-INFO`, content: metadata('d', '1') },
      { path: `${site}/e-1.egg-info/requires.txt`, content: needs },
    ]);

    expect(facts).toMatchObject([
      { package: { name: 'a', requires: ['b'] } },
      { package: { name: 'd', requires: ['b'] } },
    ]);
  });

  it('lists copies in one folder each with its own file, and METADATA before PKG-INFO', async () => {
    const { facts, problems } = await readLayerWith(pythonInstalled, [
      { path: `${site}/a-1.dist-info/METADATA`, content: metadata('a', '1') },
      { path: `${site}/a-1.dist-info/PKG-INFO`, content: metadata('other', '9') },
      { path: `${site}/a-1.egg-info`, content: metadata('a', '1') },
      { path: `${site}/a-2.dist-info/PKG-INFO`, content: metadata('other', '9') },
      { path: `${site}/a-2.dist-info/METADATA`, content: metadata('a', '2') },
    ]);

    expect(problems).toEqual([]);
    expect(told(facts)).toEqual([
      `a 1 ${site}/a-1.dist-info/METADATA`,
      `a 1 ${site}/a-1.egg-info`,
      `a 2 ${site}/a-2.dist-info/METADATA`,
    ]);
  });

  it.each([
    [
      'METADATA without a name',
      'foo_bar-1.5.dist-info/METADATA',
      'Version: 1.5\n',
      'foo_bar 1.5',
      'the name of its folder',
    ],
    ['empty METADATA', 'foo_bar-1.5.dist-info/METADATA', '', 'foo_bar 1.5', 'the name of its folder'],
    ['METADATA that is binary', 'foo-1.5.dist-info/METADATA', '\0\x01', 'foo 1.5', 'the name of its folder'],
    ['METADATA without a version', 'foo-1.5.dist-info/METADATA', 'Name: Foo\n', 'Foo 1.5', undefined],
    ['an egg without a name', 'foo-1.5-py3.8.egg/EGG-INFO/PKG-INFO', '', 'foo 1.5', 'the name of its folder'],
    ['a version nowhere', 'foo-py3.8.egg-info', 'Name: foo\n', 'foo ', undefined],
    ['a name and a version nowhere', 'x.egg-info/PKG-INFO', 'bogus\n', undefined, 'was left out'],
    ['a version that is an address', 'x-1.egg-info', 'Name: x\nVersion: git+https://x\n', 'x git+https://x', undefined],
  ])('reads %s', async (_, path, content, expected, words) => {
    const { facts, problems } = await readLayerWith(pythonInstalled, [{ path: `${site}/${path}`, content }]);

    expect(told(facts)).toEqual(expected === undefined ? [] : [`${expected} ${site}/${path}`]);
    expect(problems).toEqual(
      words === undefined
        ? []
        : [
            expect.objectContaining({
              code: 'file.format',
              path: `${site}/${path}`,
              message: expect.stringContaining(words),
            }),
          ],
    );
  });

  it('T-01: reads packages whose names only look like whiteouts', async () => {
    const path = `${site}/wheel-0.40.0.dist-info/METADATA`;
    const { facts } = await readLayerWith(pythonInstalled, [{ path, content: metadata('wheel', '0.40.0') }]);

    expect(told(facts)).toEqual([`wheel 0.40.0 ${path}`]);
  });

  it('finds packages behind hard links to the cache of an installer', async () => {
    const cached = 'root/.cache/uv/archive-v0/x/a-1.dist-info/METADATA';
    const installed = 'srv/.venv/lib/python3.12/site-packages/a-1.dist-info/METADATA';
    const { facts } = await readLayerWith(pythonInstalled, [
      { path: cached, content: metadata('a', '1') },
      { path: installed, type: 'hardlink', linkTarget: `./${cached}` },
      { path: 'srv/b-1.dist-info/METADATA', type: 'hardlink', linkTarget: 'nowhere/b-1.dist-info/METADATA' },
      { path: 'srv/c-1.dist-info/METADATA', type: 'symlink', linkTarget: `/${cached}` },
    ]);

    expect(told(facts)).toEqual([`a 1 ${cached}`, `a 1 ${installed}`]);
  });

  it('reads archives that Python runs as they are', async () => {
    const egg = zip([
      { name: 'EGG-INFO/PKG-INFO', content: metadata('a', '1') },
      { name: 'EGG-INFO/requires.txt', content: 'b\n' },
    ]);
    const pex = zip([
      { name: '.deps/c-2-py3-none-any.whl/c-2.dist-info/METADATA', content: metadata('c', '2') },
      { name: 'lib/a-1-py3.12.egg', content: egg },
    ]);
    const { facts, problems } = await readLayerWith(pythonInstalled, [
      { path: `${site}/a-1-py3.12.egg`, content: egg },
      { path: 'app/tool.pex', content: Buffer.concat([Buffer.from('#!/usr/bin/env python3\n'), pex]) },
    ]);

    expect(problems).toEqual([]);
    expect(told(facts)).toEqual([
      `a 1 ${site}/a-1-py3.12.egg!/EGG-INFO/PKG-INFO`,
      'c 2 app/tool.pex!/.deps/c-2-py3-none-any.whl/c-2.dist-info/METADATA',
      'a 1 app/tool.pex!/lib/a-1-py3.12.egg!/EGG-INFO/PKG-INFO',
    ]);
    expect(facts.map((fact) => 'path' in fact && fact.path)).toEqual([
      `${site}/a-1-py3.12.egg`,
      'app/tool.pex',
      'app/tool.pex',
    ]);
    expect(facts[0]).toMatchObject({ package: { requires: ['b'] } });
  });

  it('counts the last of several members with one path', async () => {
    const path = `${site}/a-1.dist-info/METADATA`;
    const { facts } = await readLayerWith(pythonInstalled, [
      { path, content: metadata('a', '1') },
      { path, content: metadata('a', '2') },
    ]);

    expect(told(facts)).toEqual([`a 2 ${path}`]);
  });

  it('reads the beginning of a file of 50 MB, and says so', async () => {
    const path = `${site}/a-1.dist-info/METADATA`;
    const { facts, problems } = await readLayerWith(pythonInstalled, [
      { path, content: metadata('a', '1').padEnd(50_000_000, 'x') },
    ]);

    expect(told(facts)).toEqual([`a 1 ${path}`]);
    expect(problems).toMatchObject([
      { code: 'file.too-large', message: 'only the first 4096 of 50000000 bytes were read' },
    ]);
  });

  it('keeps to a bound of packages, and says how many are beyond', () => {
    const problems: string[] = [];
    const reader = pythonInstalled.open({ problem: ({ message }) => problems.push(message) });
    const content = Buffer.from(metadata('a', '1'));
    for (let i = 0; i < 300_002; i++) {
      const path = `${i}.dist-info/METADATA`;
      const header = {
        path,
        name: 'METADATA',
        type: 'file' as const,
        size: content.length,
        mode: 0,
        uid: 0,
        gid: 0,
        offset: 0,
      };
      reader.read({ header, path, content, truncated: false });
    }

    expect(reader.close()).toHaveLength(300_000);
    expect(problems).toEqual(['2 Python packages beyond the first 300000 of the layer were left out']);
  });
});
