import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { swiftName } from './address.ts';
import { parsePackageResolved, parseWorkspaceState } from './pins.ts';

describe('swiftName', () => {
  it.each([
    ['https://github.com/apple/swift-nio.git', 'github.com/apple/swift-nio'],
    ['https://github.com/apple/swift-nio/', 'github.com/apple/swift-nio'],
    ['https://user:secret@GitHub.com:443/Apple/swift-nio', 'github.com/Apple/swift-nio'],
    ['git@github.com:apple/swift-nio.git', 'github.com/apple/swift-nio'],
    ['ssh://git@gitlab.example.com/a/b/c.git', 'gitlab.example.com/a/b/c'],
  ])('%s is %s', (location, name) => {
    expect(swiftName(location)).toBe(name);
  });

  it.each([
    '',
    'rope',
    '/srv/rope',
    '../rope',
    'https://',
    'mona.LinkedList',
    'https://x.example/',
    `https://${'a.'.repeat(500)}/x`,
  ])('%j is no address', (location) => {
    expect(swiftName(location)).toBeUndefined();
  });
});

describe('parsePackageResolved', () => {
  it('reads all of its versions', () => {
    const location = 'https://github.com/hull/rope.git';
    const rope = { packages: [{ name: 'github.com/hull/rope', version: '1.0.0' }], unreadable: 0 };
    const state = { version: '1.0.0' };
    const first = { object: { pins: [{ package: 'rope', repositoryURL: location, state }] }, version: 1 };
    expect(parsePackageResolved(JSON.stringify(first))).toEqual(rope);
    const third = { pins: [{ identity: 'rope', location, state }], version: 3 };
    expect(parsePackageResolved(JSON.stringify(third))).toEqual(rope);
  });

  it('names what is in a registry by its identity, and counts what has no name', () => {
    const pins = [
      { identity: 'mona.LinkedList', kind: 'registry', location: '', state: { version: '1.2.0' } },
      {},
      1,
      null,
    ];
    expect(parsePackageResolved(JSON.stringify({ pins }))).toEqual({
      packages: [{ name: 'mona.LinkedList', version: '1.2.0' }],
      unreadable: 3,
    });
  });

  it.each(['', '{', '[]', 'null', '{}', '{"pins": {}}', '{"object": {"pins": 1}}', '{"__proto__": {"pins": []}}'])(
    'refuses %s',
    (text) => {
      expect(() => parsePackageResolved(text)).toThrow(FormatError);
      expect(() => parseWorkspaceState(text)).toThrow(FormatError);
    },
  );
});

describe('parseWorkspaceState', () => {
  it('reads what is checked out, downloaded and in folders', () => {
    const dependencies = [
      {
        packageRef: { identity: 'rope', kind: 'remoteSourceControl', location: 'https://github.com/hull/rope' },
        state: { name: 'sourceControlCheckout', checkoutState: { revision: '0a', version: '1.0.0' } },
      },
      {
        packageRef: { identity: 'mona.list', kind: 'registry' },
        state: { name: 'registryDownload', version: '2.0.0' },
      },
      { packageRef: { identity: 'hull', location: '/src/hull' }, state: { name: 'fileSystem', path: '/src/hull' } },
    ];
    expect(parseWorkspaceState(JSON.stringify({ object: { dependencies }, version: 6 })).packages).toEqual([
      { name: 'github.com/hull/rope', version: '1.0.0' },
      { name: 'mona.list', version: '2.0.0' },
      { name: 'hull', version: '' },
    ]);
  });
});
