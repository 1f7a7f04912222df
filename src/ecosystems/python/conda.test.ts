import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { condaMeta } from './conda.ts';

const content = JSON.stringify({ name: 'zlib', version: '1.2.11', license: 'Zlib', files: [] });

describe('condaMeta', () => {
  it('asks for files of environments, and for nothing else', async () => {
    const wanted = [
      'conda-meta/a.json',
      'opt/conda/conda-meta/zlib-1.2.11-0.json',
      'opt/conda/envs/x/conda-meta/a.json',
    ];
    const others = [
      'opt/conda/conda-meta/history',
      'opt/conda/conda-meta/a/b.json',
      'opt/conda/xconda-meta/a.json',
      'opt/conda/pkgs/zlib-1.2.11-0/info/index.json',
      'a.json',
    ];

    const { asked } = await readLayerWith(
      condaMeta,
      [...wanted, ...others].map((path) => ({ path, content })),
    );

    expect(asked).toEqual(wanted.toSorted());
  });

  it('gives the package', async () => {
    const path = 'opt/conda/conda-meta/zlib-1.2.11-0.json';
    const { facts, problems } = await readLayerWith(condaMeta, [{ path, content }]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      { kind: 'package', path, package: { type: 'conda', name: 'zlib', version: '1.2.11', licences: ['Zlib'] } },
    ]);
  });

  it('says what it could not read, and goes on', async () => {
    const folder = 'opt/conda/conda-meta';
    const { facts, problems } = await readLayerWith(condaMeta, [
      { path: `${folder}/a.json`, content: '[]' },
      { path: `${folder}/b.json`, content: '' },
      { path: `${folder}/c.json`, content: '{"name":"c"}' },
      { path: `${folder}/d.json`, content: `{"name":"d","version":"1","files":["${'x'.repeat(40_000_000)}"]}` },
      { path: `${folder}/e.json`, content },
    ]);

    expect(facts).toMatchObject([{ path: `${folder}/e.json` }]);
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
      `file.format ${folder}/a.json`,
      `file.format ${folder}/b.json`,
      `file.format ${folder}/c.json`,
      `file.too-large ${folder}/d.json`,
    ]);
  });
});
