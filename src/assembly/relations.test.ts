import { describe, expect, it } from 'vitest';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import { type StatedPackage, statedPackages, stating } from '../../test/support/stated-packages.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Package } from '../model/package.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

const context = layersContext();

async function packagesOf(...entries: readonly TarEntry[]): Promise<readonly Package[]> {
  const image = imageOf(entries);
  const layers = await readLayers(image, [statedPackages], context);
  return (await assembleImage(image, layers, [statedPackages], ecosystems, context)).view.packages;
}

/** What a package in a place depends on. */
function needs(packages: readonly Package[], location: string): readonly string[] | undefined {
  return packages.find(({ locations }) => locations.includes(location))?.dependsOn;
}

const node = (path: string, name: string, version: string, ...requires: string[]): TarEntry =>
  stating(`${path}/package.json`, { name, version, requires });
const python = (path: string, name: string, version: string, ...requires: string[]): TarEntry =>
  stating(path, { type: 'pypi', name, version, requires });

describe('what a package of npm needs', () => {
  it('is found as Node.js finds it', async () => {
    const packages = await packagesOf(
      node('app', 'app', '1', 'a', 'c'),
      node('app/node_modules/a', 'a', '1', 'b', '@s/c', 'missing'),
      node('app/node_modules/a/node_modules/b', 'b', '2', 'b'),
      node('app/node_modules/b', 'b', '1'),
      node('app/node_modules/@s/c', '@s/c', '3', 'b'),
      node('node_modules/c', 'c', '9'),
      node('other/node_modules/missing', 'missing', '1'),
    );

    expect(needs(packages, 'app/package.json')).toEqual(['pkg:npm/a@1', 'pkg:npm/c@9']);
    expect(needs(packages, 'app/node_modules/a/package.json')).toEqual(['pkg:npm/%40s/c@3', 'pkg:npm/b@2']);
    expect(needs(packages, 'app/node_modules/a/node_modules/b/package.json')).toBeUndefined();
    expect(needs(packages, 'app/node_modules/@s/c/package.json')).toEqual(['pkg:npm/b@1']);
  });

  it('is found through links, as pnpm lays them', async () => {
    const store = 'app/node_modules/.pnpm';
    const packages = await packagesOf(
      node(`${store}/a@1/node_modules/a`, 'a', '1', 'b'),
      node(`${store}/b@1/node_modules/b`, 'b', '1'),
      node(`${store}/b@2/node_modules/b`, 'b', '2'),
      { path: `${store}/a@1/node_modules/b`, type: 'symlink', linkTarget: '../../b@2/node_modules/b' },
    );

    expect(needs(packages, `${store}/a@1/node_modules/a/package.json`)).toEqual(['pkg:npm/b@2']);
  });

  it('is found under the name that it was installed by', async () => {
    const packages = await packagesOf(
      node('node_modules/a', 'a', '1', 'alias'),
      node('node_modules/alias', 'real', '1'),
    );

    expect(needs(packages, 'node_modules/a/package.json')).toEqual(['pkg:npm/real@1']);
  });
});

describe('what other packages need', () => {
  it('is what is nearest, under any spelling of its name', async () => {
    const packages = await packagesOf(
      python('venv/lib/site-packages/a', 'a', '1', 'Flask_Cors'),
      python('venv/lib/site-packages/f', 'flask-cors', '2'),
      python('usr/lib/python3/f', 'flask.cors', '1'),
      python('usr/lib/python3/a', 'a', '2', 'flask-cors'),
      python('opt/b', 'b', '1', 'flask-cors', 'a'),
    );

    expect(needs(packages, 'venv/lib/site-packages/a')).toEqual(['pkg:pypi/flask-cors@2']);
    expect(needs(packages, 'usr/lib/python3/a')).toEqual(['pkg:pypi/flask-cors@1']);
    // With nothing in common, one of several would be a guess.
    expect(needs(packages, 'opt/b')).toBeUndefined();
  });

  it('is looked for by whole parts of a path', async () => {
    const packages = await packagesOf(
      python('x/lib-1/a', 'a', '1', 'b'),
      python('x/lib-2/b', 'b', '2'),
      python('x/lib/b', 'b', '1'),
    );

    expect(needs(packages, 'x/lib-1/a')).toEqual(['pkg:pypi/b@1', 'pkg:pypi/b@2']);
  });

  it('stands in the same file where that only asks for it', async () => {
    const lock = (name: string, version: string, ...requires: string[]): StatedPackage => ({
      name,
      version,
      requires,
      evidence: 'lockfile',
    });
    const packages = await packagesOf(
      stating('app/lock', lock('a', '1', 'b', 'c'), lock('b', '1'), lock('b', '2')),
      stating('other/lock', lock('c', '1'), lock('b', '3')),
      stating('app/node_modules/b/package.json', { name: 'b', version: '4' }),
    );

    expect(needs(packages, 'app/lock')).toEqual(['pkg:npm/b@1', 'pkg:npm/b@2']);
  });

  it('is never of another type, nor the package itself', async () => {
    const packages = await packagesOf(
      python('p/a', 'a', '1', 'a', 'b'),
      stating('p/b', { name: 'b', version: '1', type: 'gem' }),
    );

    expect(needs(packages, 'p/a')).toBeUndefined();
  });
});

describe('what a package stands in', () => {
  const jar = (location: string, name: string): StatedPackage => ({ type: 'maven', name, version: '1', location });
  const within = (packages: readonly Package[], location: string) =>
    packages.find(({ locations }) => locations[0] === location)?.within;

  it('is the package of the nearest archive that has one', async () => {
    const packages = await packagesOf(
      stating(
        'app.war',
        jar('app.war', 'g:app'),
        jar('app.war!/lib/nameless.jar!/x.jar', 'g:x'),
        jar('app.war!/lib/x-1.jar', 'g:y'),
        jar('app.war!/lib/x-1.jar!/in.jar', 'g:in'),
      ),
    );

    expect(within(packages, 'app.war')).toBeUndefined();
    expect(within(packages, 'app.war!/lib/nameless.jar!/x.jar')).toBe('pkg:maven/g/app@1');
    expect(within(packages, 'app.war!/lib/x-1.jar!/in.jar')).toBe('pkg:maven/g/y@1');
  });

  it('is the one that the archive is named after, where it holds several', async () => {
    const packages = await packagesOf(
      stating(
        'lib/main-1.jar',
        jar('lib/main-1.jar', 'g:shaded'),
        jar('lib/main-1.jar', 'g:main'),
        jar('lib/main-1.jar!/in.jar', 'g:in'),
      ),
      stating(
        'lib/other.jar',
        jar('lib/other.jar', 'g:b'),
        jar('lib/other.jar', 'g:c'),
        jar('lib/other.jar!/in.jar', 'g:d'),
      ),
    );

    expect(within(packages, 'lib/main-1.jar!/in.jar')).toBe('pkg:maven/g/main@1');
    expect(within(packages, 'lib/other.jar!/in.jar')).toBeUndefined();
  });
});

describe('a hundred thousand places', () => {
  const nodeTree = (count: number): TarEntry[] =>
    Array.from({ length: count }, (_, i) => i).flatMap((i) => [
      node(`app/node_modules/p${i}`, `p${i}`, '1', 'same', `p${(i + 1) % count}`),
      node(`app/node_modules/p${i}/node_modules/same`, 'same', '1', 'other'),
    ]);
  const pythonTree = (count: number): TarEntry[] =>
    Array.from({ length: count }, (_, i) => i).flatMap((i) => [
      python(`lib/p${i}`, `p${i}`, '1', 'same', `p${(i + 1) % count}`),
      python(`lib/same${i}`, 'same', '1', 'p0'),
    ]);

  it.each([
    ['npm', nodeTree],
    ['Python', pythonTree],
  ])('of %s cost time in proportion', async (_, tree) => {
    const seconds = async (entries: TarEntry[]): Promise<number> => {
      const image = imageOf(entries);
      const layers = await readLayers(image, [statedPackages], context);
      const start = performance.now();
      await assembleImage(image, layers, [statedPackages], ecosystems, context);
      return (performance.now() - start) / 1000;
    };
    await seconds(tree(100));

    const [small, large] = [await seconds(tree(1000)), await seconds(tree(10_000))];

    expect(large).toBeLessThan(Math.max(50 * small, 5));
  });
});
