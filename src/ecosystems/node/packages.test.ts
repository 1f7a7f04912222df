import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { zip } from '../../../test/support/zip.ts';
import { nodePackages } from './packages.ts';

const pkg = (name: string, version = '1.0.0', more: object = {}): string => JSON.stringify({ name, version, ...more });

async function found(entries: readonly TarEntry[]): Promise<readonly string[]> {
  const { facts, problems } = await readLayerWith(nodePackages, entries);
  expect(problems).toEqual([]);
  return facts.flatMap((fact) => (fact.kind === 'package' ? [`${fact.package.name}@${fact.package.version}`] : []));
}

describe('node-packages', () => {
  it('lists what is installed, with licences and what it needs', async () => {
    const content = pkg('@hull/plank', '1.2.3', { license: 'MIT', dependencies: { rope: '^1' } });
    const path = 'app/node_modules/@hull/plank/package.json';

    const { facts } = await readLayerWith(nodePackages, [{ path, content }]);

    expect(facts).toEqual([
      {
        kind: 'package',
        path,
        package: { name: '@hull/plank', version: '1.2.3', type: 'npm', licences: ['MIT'], requires: ['rope'] },
      },
    ]);
  });

  it('asks for nothing but package.json of packages and programs', async () => {
    const wanted = ['app/package.json', 'app/node_modules/a/package.json', 'app/node_modules/a/dist/package.json'];
    const others = [
      'app/node_modules/.cache/a/package.json',
      'app/node_modules/.package-lock.json',
      'app/node_modules/a/index.js',
      'app/package.json.bak',
      'app/data.zip',
    ];

    const { asked } = await readLayerWith(
      nodePackages,
      [...wanted, ...others].map((path) => ({ path, content: pkg('a') })),
    );

    expect(asked).toEqual([...wanted].sort());
  });

  it('lists no things that a package tries itself with, and says nothing of those that are broken', async () => {
    const names = await found([
      { path: 'node_modules/resolve/package.json', content: pkg('resolve') },
      { path: 'node_modules/resolve/test/lodash/package.json', content: pkg('lodash') },
      { path: 'node_modules/resolve/test/broken/package.json', content: '{' },
      { path: 'node_modules/resolve/lib/package.json', content: '{"type": "module"}' },
      { path: 'node_modules/next/dist/compiled/ws/package.json', content: pkg('ws') },
    ]);

    expect(names).toEqual(['resolve@1.0.0', 'ws@1.0.0']);
  });

  it('tells a program that no registry has, and leaves out extensions of editors', async () => {
    const { facts } = await readLayerWith(nodePackages, [
      { path: 'app/package.json', content: pkg('frontend', '0.1.0', { private: true }) },
      { path: 'opt/yarn/package.json', content: pkg('yarn', '1.22.22') },
      { path: 'root/.vscode/extensions/pug/package.json', content: pkg('pug', '1.0.0', { engines: { vscode: '*' } }) },
      { path: 'app/node_modules/secret/package.json', content: pkg('secret', '1.0.0', { private: true }) },
    ]);

    expect(facts.map((fact) => (fact.kind === 'package' ? fact.package : undefined))).toEqual([
      { name: 'frontend', version: '0.1.0', type: 'npm', application: true },
      { name: 'yarn', version: '1.22.22', type: 'npm' },
      { name: 'secret', version: '1.0.0', type: 'npm' },
    ]);
  });

  it('reads the archives of extensions, and those that Yarn runs packages from', async () => {
    const archive = zip([
      { name: 'extension/package.json', content: pkg('extension') },
      { name: 'extension/node_modules/a/package.json', content: pkg('a') },
      { name: 'extension/node_modules/a/test/package.json', content: pkg('b') },
    ]);
    const yarn = zip([{ name: 'node_modules/@s/c/package.json', content: pkg('@s/c') }]);
    const { facts } = await readLayerWith(nodePackages, [
      { path: 'opt/x.vsix', content: archive },
      { path: 'app/.yarn/cache/@s-c-npm-1.0.0-0123456789-abcdef.zip', content: yarn },
      { path: 'app/other.zip', content: yarn },
    ]);

    expect(facts).toMatchObject([
      { path: 'opt/x.vsix', location: 'opt/x.vsix!/extension/node_modules/a/package.json', package: { name: 'a' } },
      { path: 'app/.yarn/cache/@s-c-npm-1.0.0-0123456789-abcdef.zip', package: { name: '@s/c' } },
    ]);
  });

  it.each([
    ['empty', ''],
    ['cut', '{"name": "a", "vers'],
    ['a list', '[{"name": "a", "version": "1.0.0"}]'],
    ['null', 'null'],
    ['nested deeply', `{"a": ${'['.repeat(100_000)}`],
    ['binary', '\0\u0001\u0002'],
  ])('names a package.json that is %s, and reads the next one', async (_, content) => {
    const { facts, problems } = await readLayerWith(nodePackages, [
      { path: 'node_modules/bad/package.json', content },
      { path: 'node_modules/good/package.json', content: pkg('good') },
    ]);

    expect(problems).toMatchObject([{ code: 'file.format', path: 'node_modules/bad/package.json' }]);
    expect(facts).toMatchObject([{ package: { name: 'good' } }]);
  });

  it('names one of 50 MB without reading it', async () => {
    const content = Buffer.alloc(50 * 1024 * 1024, ' ');
    const { facts, problems, asked } = await readLayerWith(nodePackages, [
      { path: 'node_modules/big/package.json', content },
    ]);

    expect(facts).toEqual([]);
    expect(asked).toEqual([]);
    expect(problems).toMatchObject([{ code: 'file.too-large', path: 'node_modules/big/package.json' }]);
  });

  it('needs time by the number of packages alone', async () => {
    const entries = (count: number): readonly TarEntry[] =>
      Array.from({ length: count }, (_, at) => ({
        path: `app/node_modules/.pnpm/p${at}@1.0.0/node_modules/p${at}/package.json`,
        content: pkg(`p${at}`, '1.0.0', { dependencies: { [`p${at + 1}`]: '^1' } }),
      }));
    const time = async (count: number): Promise<number> => {
      const made = entries(count);
      const before = performance.now();
      expect(await found(made)).toHaveLength(count);
      return performance.now() - before;
    };

    await time(1000); // warm
    const small = await time(2000);
    expect(await time(20_000)).toBeLessThan(Math.max(small, 20) * 40);
  });
});
