import { describe, expect, it } from 'vitest';
import { debian12, debianLike, makePackage, makeView, nodeLike } from '../../test/support/view.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import { watcher } from './watch.ts';

const redhatLike: Ecosystem = {
  ...debianLike,
  id: 'rhel',
  types: ['rpm'],
  releases: [{ id: 'centos', version: '8', name: 'CentOS 8', endOfLife: '2021-12-31' }],
  namespaces: (_, distribution) => [`${distribution?.name}`],
};

const ecosystems = [debianLike, nodeLike, redhatLike];

describe('watcher', () => {
  it.each([
    ['the ecosystem of its distribution', makePackage('a', '1'), 'debian', ['debian:12']],
    [
      'the distribution of the package, though the image is of another',
      makePackage('a', '1', { distribution: 'debian:11' }),
      'debian',
      ['debian:11'],
    ],
    [
      'an ecosystem that knows the distribution as one of its releases',
      makePackage('a', '1', { type: 'rpm', distribution: 'centos:8' }),
      'rhel',
      ['CentOS 8'],
    ],
    ['a language by its type', makePackage('a', '1', { type: 'npm' }), 'node', ['npm']],
  ])('%s', (_, pkg, id, namespaces) => {
    const watch = watcher(makeView({ distribution: debian12 }), ecosystems)(pkg);

    expect(watch?.ecosystem.id).toBe(id);
    expect(watch?.namespaces).toEqual(namespaces);
  });

  it.each([
    ['a type nobody answers for', makePackage('a', '1', { type: 'conan' })],
    ['a derivative is not judged by what it derives from', makePackage('a', '1', { distribution: 'raspbian:12' })],
    ['an image without distribution', (({ distribution: _, ...pkg }) => pkg)(makePackage('a', '1'))],
  ])('nobody watches: %s', (_, pkg) => {
    expect(watcher(makeView({ distribution: debian12 }), ecosystems)(pkg)).toBeUndefined();
  });

  it('hands over the distribution of the view, with all that is known of it', () => {
    const seen: unknown[] = [];
    const curious: Ecosystem = {
      ...debianLike,
      namespaces: (_, distribution) => {
        seen.push(distribution);
        return ['n'];
      },
    };

    watcher(makeView({ distribution: debian12 }), [curious])(makePackage('a', '1'));

    expect(seen).toEqual([debian12]);
  });
});
