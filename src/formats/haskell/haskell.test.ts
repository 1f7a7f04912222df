import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseCabalFreeze } from './cabal-freeze.ts';
import { parseGhcPackage } from './ghc-package.ts';
import { parseStackLock, parseStackYaml } from './stack.ts';
import { haskellPackage } from './unit.ts';

describe('haskellPackage', () => {
  it.each([
    ['network-3.1.4.0', 'network', '3.1.4.0'],
    ['network-3.1.4.0-I6jFfdQwj0Q5FZ', 'network', '3.1.4.0'],
    ['base-compat-batteries-0.13.0', 'base-compat-batteries', '0.13.0'],
    ['AC-Angle-1.0', 'AC-Angle', '1.0'],
    ['attoparsec-0.14.4-z-attoparsec-attoparsec-internal', 'attoparsec', '0.14.4'],
  ])('parts %s', (word, name, version) => {
    expect(haskellPackage(word)).toEqual({ name, version });
  });

  it.each(['', 'base', '1.0', '-', '-1.0x', 'a-1.x', `${'a-'.repeat(1000)}1.0`])('knows that %s is none', (word) => {
    expect(haskellPackage(word)).toBeUndefined();
  });
});

describe('parseGhcPackage', () => {
  it('reads fields, of a library within a package those of the package', () => {
    const text =
      'name:            z-rope-z-strand\r\npackage-name: rope\nversion: 1.2\nlicense: BSD-3-Clause\ndescription:\n    version: 9\n' +
      'depends:\n    base-4.18.2.1 tar-0.6-Abc\n\n    tar-0.6-Abc\n';
    expect(parseGhcPackage(text)).toEqual({
      name: 'rope',
      version: '1.2',
      licence: 'BSD-3-Clause',
      requires: ['base', 'tar'],
    });
  });

  it.each(['', 'x', 'version: 1', 'name:', ' name: a', '\0'])('refuses %j', (text) => {
    expect(() => parseGhcPackage(text)).toThrow(FormatError);
  });
});

describe('parseCabalFreeze', () => {
  it('reads what is held to one version', () => {
    const text = `active-repositories: hackage.haskell.org:merge
constraints: any.base installed,
             any.rope ==1.2,
             -- any.no ==1.0,
             setup.tar ==0.5 || ==0.6,
             hemp ==2.*, sail >=1, mast ==1.0 +flag,
             rope +fast -slow
index-state: x ==1.0
`;
    expect(parseCabalFreeze(text).map(({ name, version }) => `${name} ${version}`)).toEqual([
      'rope 1.2',
      'tar 0.5',
      'tar 0.6',
    ]);
    expect(() => parseCabalFreeze('index-state: x\n')).toThrow(FormatError);
    expect(() => parseCabalFreeze('')).toThrow(FormatError);
  });

  it('takes a time by its length', () => {
    for (const part of [' ==1', 'a==', 'any.', ',a ==1.0 || ']) {
      expect(parseCabalFreeze(`constraints: ${part.repeat(300_000 / part.length)}`).length).toBeLessThan(2);
    }
  });
});

describe('files of Stack', () => {
  it('tell what is added to a snapshot', () => {
    const lock = `packages:
- completed:
    hackage: rope-1.2@sha256:00,1
  original:
    hackage: rope-1.2
- completed:
    git: https://x.example/tar
    name: tar
    version: 0.6
snapshots: []
`;
    const rope = { name: 'rope', version: '1.2' };
    expect(parseStackLock(lock)).toEqual([rope, { name: 'tar', version: '0.6' }]);
    expect(parseStackYaml('resolver: lts-18\nextra-deps:\n- rope-1.2@rev:1\n- ./hemp-1.0\n- git: x\n- 1\n')).toEqual([
      rope,
    ]);
    expect(() => parseStackLock('resolver: x')).toThrow(FormatError);
    expect(() => parseStackYaml('- x')).toThrow(FormatError);
  });
});
