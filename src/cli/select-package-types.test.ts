import { describe, expect, it } from 'vitest';
import { ecosystems } from '../ecosystems/index.ts';
import { UsageError } from '../errors.ts';
import { selectPackageTypes } from './select-package-types.ts';

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

  it.each([['nmp'], ['library-x'], ['']])('refuses %j', (word) => {
    expect(() => selectPackageTypes([word], ecosystems)).toThrow(UsageError);
  });
});
