import { describe, expect, it } from 'vitest';
import { cacheFolder, databasePath } from './location.ts';

describe('databasePath', () => {
  it.each([
    ['--db', { db: '/data/a.db', cacheDir: '/cache' }, {}, '/data/a.db'],
    ['--cache-dir', { cacheDir: '/cache' }, { XDG_CACHE_HOME: '/xdg' }, '/cache/advisories-2.db'],
    ['XDG_CACHE_HOME', {}, { XDG_CACHE_HOME: '/xdg', HOME: '/home/a' }, '/xdg/drydock/advisories-2.db'],
    ['the home folder', {}, { HOME: '/home/a' }, '/home/a/.cache/drydock/advisories-2.db'],
    [
      'the home folder where XDG_CACHE_HOME is no path',
      {},
      { XDG_CACHE_HOME: 'x', HOME: '/home/a' },
      '/home/a/.cache/drydock/advisories-2.db',
    ],
    [
      'the home folder where options are empty',
      { db: '', cacheDir: '' },
      { HOME: '/home/a' },
      '/home/a/.cache/drydock/advisories-2.db',
    ],
  ])('follows %s', (_, location, environment, expected) => {
    expect(databasePath(location, environment)).toBe(expected);
  });

  it('makes options absolute', () => {
    expect(databasePath({ db: 'a.db' }, {})).toBe(`${process.cwd()}/a.db`);
    expect(cacheFolder('cache', {})).toBe(`${process.cwd()}/cache`);
  });
});
