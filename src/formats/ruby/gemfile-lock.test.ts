import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseGemfileLock } from './gemfile-lock.ts';

const digest = 'ab'.repeat(32);
const lock = `GIT
  remote: https://example.org/anchor.git
  revision: 0123
  specs:
    anchor (2.0.0.alpha1)
      rope (~> 2.0.alpha)

PATH
  remote: .
  specs:
    boat (0.1.0)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.15.0)
      racc (~> 1.4)
    nokogiri (1.15.0-x86_64-linux)
      racc (~> 1.4)
    racc (1.6.2-java)
    rope (2.0.0)

PLATFORMS
  ruby
  x86_64-linux

DEPENDENCIES
  anchor!
  nokogiri (>= 1.0)

CHECKSUMS
  nokogiri (1.15.0) sha256=${digest}
  racc (1.6.2-java) sha256=${digest}
  rope (2.0.0) sha256=no

RUBY VERSION
   ruby 3.3.0p0

BUNDLED WITH
   2.5.3
`;

describe('parseGemfileLock', () => {
  it('reads gems of all sources, those for several platforms once', () => {
    expect(parseGemfileLock(lock)).toEqual({
      gems: [
        { name: 'anchor', version: '2.0.0.alpha1', requires: ['rope'] },
        { name: 'boat', version: '0.1.0', isHere: true, requires: [] },
        { name: 'nokogiri', version: '1.15.0', requires: ['racc'] },
        { name: 'racc', version: '1.6.2', requires: [], sha256: digest },
        { name: 'rope', version: '2.0.0', requires: [] },
      ],
      unreadable: 0,
    });
    expect(parseGemfileLock(lock.replaceAll('\n', '\r\n'))).toEqual(parseGemfileLock(lock));
  });

  it('counts gems without a version', () => {
    expect(parseGemfileLock('GEM\n  specs:\n    a\n    b ()\n    c (1)\n')).toMatchObject({
      gems: [{ name: 'c' }],
      unreadable: 2,
    });
  });

  it('keeps names and versions that are nonsense as they are', () => {
    const text = 'GEM\n  specs:\n    __proto__ (https://example.org)\n      constructor\n    a (>= 1, < 2)\n';

    expect(parseGemfileLock(text).gems).toEqual([
      { name: '__proto__', version: 'https://example.org', requires: ['constructor'] },
      { name: 'a', version: '>= 1, < 2', requires: [] },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['one byte', 'G'],
    ['another text', 'no lockfile\n  specs:\n    a (1)\n'],
    ['JSON', '{"GEM": {}}'],
    ['an unfinished merge', 'GEM\n  specs:\n<<<<<<< HEAD\n    a (1)\n=======\n    a (2)\n>>>>>>> b\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseGemfileLock(text)).toThrow(FormatError);
  });

  it('reads every beginning as a part of the whole', () => {
    const names = new Set(parseGemfileLock(lock).gems.map(({ name }) => name));
    for (let length = 'GIT'.length; length < lock.length; length++) {
      for (const { name } of parseGemfileLock(lock.slice(0, length)).gems) expect(names).toContain(name);
    }
  });

  it('answers to any lines, or refuses them', () => {
    const line = fc.oneof(
      fc.constantFrom('GEM', '  specs:', 'CHECKSUMS', '    a (1)', '      b'),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { version } of parseGemfileLock(['GEM', ...lines].join('\n')).gems) expect(version).not.toBe('');
      }),
    );
  });
});
