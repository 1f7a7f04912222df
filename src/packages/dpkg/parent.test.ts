import { describe, expect, it } from 'vitest';
import { makePackage } from '../../../test/support/view.ts';
import { isBuildOfParent, type ParentRule } from './parent.ts';

const debian: ParentRule = { words: new Set(['deb', 'u', 'b', 'nmu', 'dfsg']) };
const ubuntu: ParentRule = {
  words: new Set(['ubuntu', 'build', 'deb', 'u', 'esm']),
  maintainer: /@lists\.ubuntu\.com>$/,
};
const theirs = 'Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>';

describe('isBuildOfParent', () => {
  it.each<[string, ParentRule, string, string, string | undefined, boolean]>([
    ['an update of Debian', debian, '1:1.2.13.dfsg-1+deb12u1', 'Someone <a@example.org>', undefined, true],
    ['a rebuild of Debian', debian, '5.2.15-2+b2', 'Someone <a@example.org>', '5.2.15-2', true],
    ['a native package', debian, '2023.3+deb12u1', 'Someone <a@example.org>', undefined, true],
    ['upstream words before the revision', debian, '1.0~rc1+git2024-3', 'Someone <a@example.org>', undefined, true],
    ['a change of Raspberry Pi OS', debian, '1:2.0-1+rpt1', 'Someone <a@example.org>', undefined, false],
    ['a change of Kali', debian, '6.6.9-1kali1', 'Someone <a@example.org>', undefined, false],
    ['a backport', debian, '1.2-3~bpo12+1', 'Someone <a@example.org>', undefined, false],
    ['a change in the source alone', debian, '1.2-3', 'Someone <a@example.org>', '1.2-3devuan1', false],
    ['a change of Ubuntu, for a parent of Debian', debian, '1.2-3ubuntu1', theirs, undefined, false],
    ['a maintainer of the derivative', debian, '1.2-3', 'Mooring Developers <devel@mooring.example>', undefined, false],
    ['no maintainer', debian, '1.2-3', undefined as never, undefined, false],
    ['an update of Ubuntu', ubuntu, '7.81.0-1ubuntu1.10', theirs, undefined, true],
    ['a version of Ubuntu Pro', ubuntu, '2.27-3ubuntu1.6+esm6', theirs, undefined, true],
    ['a version with the release', ubuntu, '1.7.4-1~ubuntu22.04.1', theirs, undefined, true],
    [
      'a change of somebody else with the old maintainer',
      ubuntu,
      '2.4.5-1pop1~1700~22.04~abc',
      theirs,
      undefined,
      false,
    ],
    ['the maintainer of Debian', ubuntu, '1.2-3', 'Someone <a@debian.org>', undefined, false],
    ['an address that only looks like it', ubuntu, '1.2-3', 'X <a@lists.ubuntu.com.example.org>', undefined, false],
  ])('%s', (_, rule, version, vendor, source, expected) => {
    const pkg = makePackage('p', version, {
      ...(vendor !== undefined && { vendor }),
      ...(source !== undefined && { source: { name: 'p', version: source } }),
    });

    expect(isBuildOfParent(pkg, 'mooring-linux', rule)).toBe(expected);
  });
});
