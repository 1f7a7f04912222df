import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../test/support/run.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { UsageError } from '../errors.ts';
import { packageTypeWords, selectPackageTypes } from './select-package-types.ts';

describe('selectPackageTypes', () => {
  it.each<[string[], string[] | undefined]>([
    [['all'], undefined],
    [['os', 'library'], undefined],
    [['os'], ['deb', 'rpm', 'alpm']],
    [['library'], ['npm', 'pypi', 'generic']],
    [
      ['NPM', 'deb'],
      ['npm', 'deb'],
    ],
    [
      ['os', 'golang'],
      ['deb', 'rpm', 'alpm', 'golang'],
    ],
  ])('%j: %j', (words, expected) => {
    const selection = selectPackageTypes(words, ecosystems);
    const types = ['npm', 'pypi', 'generic', 'deb', 'rpm', 'alpm', 'golang'];

    expect(selection === undefined ? undefined : types.filter((type) => selection.has(type)).sort()).toEqual(
      expected === undefined ? undefined : expected.concat(words[0] === 'library' ? ['golang'] : []).sort(),
    );
  });

  it.each([['nmp'], ['library-x'], ['mise'], ['']])('refuses %j', (word) => {
    expect(() => selectPackageTypes([word], ecosystems)).toThrow(UsageError);
  });

  it('knows every type that packages of an image can have', () => {
    const files = globSync('src/{ecosystems,formats,packages}/**/*.ts', { cwd: projectRoot });
    const types = new Set<string>();
    for (const file of files.filter((one) => !one.endsWith('.test.ts'))) {
      const text = readFileSync(`${projectRoot}/${file}`, 'utf8');
      // Records begin with their type, and have a name.
      for (const [, type = ''] of text.matchAll(/\btype: '([a-z][a-z-]*)',\s*(?:name|version|\.\.\.)/g))
        types.add(type);
    }
    // Of a product of VEX.
    types.delete('application');

    expect(types.size).toBeGreaterThan(35);
    expect([...types].filter((type) => !packageTypeWords(ecosystems).includes(type))).toEqual([]);
    const conda = selectPackageTypes(['conda'], ecosystems);
    expect(['conda', 'pypi'].map((type) => conda?.has(type))).toEqual([true, false]);
  });
});
