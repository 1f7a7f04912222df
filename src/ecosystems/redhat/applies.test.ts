import { describe, expect, it } from 'vitest';
import type { BuildFilter } from '../../model/advisory.ts';
import { redhatApplies } from './applies.ts';

const eus = 'cpe:/a:redhat:rhel_eus:9.2';
const layered = 'cpe:/a:redhat:openshift:4.14::el9';
const plain = 'cpe:/o:redhat:enterprise_linux:9::baseos';

function verdict(
  pkg: Partial<Parameters<typeof redhatApplies>[0]>,
  fixed: readonly string[],
  only?: BuildFilter,
  more: { state?: 'affected' | 'fixed' | 'not-affected'; nameKind?: 'source' | 'binary' } = {},
) {
  return redhatApplies(
    { name: 'bash', version: '1-1.el9', arch: 'x86_64', ...pkg },
    {
      state: fixed.length > 0 ? 'fixed' : 'affected',
      nameKind: 'binary',
      ranges: fixed.map((one) => ({ fixed: one })),
      ...(only !== undefined && { only }),
      ...more,
    },
  );
}

describe('redhatApplies', () => {
  it.each<[string, readonly string[] | undefined, BuildFilter | undefined, readonly string[], boolean]>([
    ['the release counts without a product', undefined, undefined, ['2-1.el9'], true],
    ['the release counts for its own product', [plain], undefined, ['2-1.el9'], true],
    ['the release counts for its own among others', [eus, plain], undefined, ['2-1.el9'], true],
    ['a fix of the release does not count for an extended one with a fix', [eus], { apart: [eus] }, ['2-1.el9'], false],
    ['a fix of the release counts for an extended one without a fix of its own', [eus], undefined, ['2-1.el9'], true],
    [
      'a fix of the release counts where another extended one has a fix',
      [eus],
      { apart: [`${eus}0`] },
      ['2-1.el9'],
      true,
    ],
    ['a part of the extended release has the fix', [eus], { apart: [`${eus}::appstream`] }, ['2-1.el9'], false],
    ['a fix of the release counts for what is built upon it', [layered], undefined, ['2-1.el9'], true],
    ['a fix of the release counts whatever somebody else names', ['cpe:/a:x:y'], undefined, ['2-1.el9'], true],
    [
      'a fix of the release does not count for an extended release',
      [eus, layered],
      { apart: [eus] },
      ['2-1.el9'],
      false,
    ],
    ['a fix of an earlier minor release counts for an extended one', [eus], undefined, ['2-1.el9_1'], true],
    ['a fix of a later minor release does not', [eus], { apart: [eus] }, ['2-1.el9_1', '3-1.el9_10'], false],
    ['what the release has no fix for counts for another product', [eus], undefined, [], true],
    ['names of content sets are no products', ['rhel-9-eus-rpms'], undefined, ['2-1.el9'], true],
    ['a product does not count without one', undefined, { repositories: [eus] }, ['2-1.el9'], false],
    ['a product does not count for the release', [plain], { repositories: [eus] }, ['2-1.el9'], false],
    ['a product counts for itself', [eus], { repositories: [eus] }, ['2-1.el9'], true],
    ['a product counts for a part of it', [`${eus}::appstream`], { repositories: [eus] }, ['2-1.el9'], true],
    ['a product does not count for one whose name it begins', [`${eus}0`], { repositories: [eus] }, [], false],
  ])('pitfall 4: %s', (_, repositories, only, fixed, expected) => {
    expect(verdict({ ...(repositories && { repositories }) }, fixed, only).applies).toBe(expected);
  });

  it.each([
    ['of the release', [plain], true],
    ['of an unknown product', undefined, true],
    ['of another product', [layered], false],
    ['of several products', [layered, plain], false],
  ])('that the release is not affected says nothing but of packages %s', (_, repositories, expected) => {
    const pkg = { ...(repositories && { repositories }) };

    expect(verdict(pkg, [], undefined, { state: 'not-affected' }).applies).toBe(expected);
  });

  it('takes no product from an image of CentOS', () => {
    expect(verdict({ distribution: 'centos:9', repositories: [eus] }, ['2-1.el9']).applies).toBe(true);
  });

  it.each([
    ['of the same stream', 'redis:6:810:48', 'redis:6', true],
    ['of another stream', 'redis:7:810:48', 'redis:6', false],
    ['of some module, which do not say of which', undefined, 'redis:6', true],
    ['of no module', undefined, 'redis:6', false, '6.2-1.el9'],
  ])(
    'pitfall 2: a module counts for packages %s: %s',
    (_, modularity, module, expected, version = '6.2-1.module+el9.5.0+1+a') => {
      expect(
        verdict({ version, ...(modularity && { modularity }) }, ['6.3-1.module+el9.5.0+2+b'], { module }),
      ).toMatchObject({ applies: expected });
    },
  );

  it.each([
    ['of a minor release that has the fix', '1-3.el9_2.2', ['1-3.el9_2.1', '1-5.el9_4.1'], false],
    ['of a minor release that had it later', '1-3.el9_2.0', ['1-3.el9_2.1', '1-5.el9_4.1'], true],
    ['of a minor release that never got it', '1-4.el9_3.9', ['1-3.el9_2.1', '1-5.el9_4.1'], true],
    ['of the beginning of a minor release', '1-5.el9', ['1-3.el9_2.1', '1-5.el9_4.1'], true],
    [
      'for a module of a minor release that has it',
      '1-2.module+el8.6.0+2+a',
      ['1-2.module+el8.6.0+1+a', '1-3.module+el8.9.0+1+b'],
      false,
    ],
    ['before the first fix', '1-1.el9', ['1-3.el9_2.1'], true],
  ])('compares a build %s', (_, version, fixed, expected) => {
    expect(verdict({ version, ...(version.includes('module') && { modularity: 'm:1:1:1' }) }, fixed)).toMatchObject({
      applies: expected,
    });
  });

  it.each([
    ['the rebuild of the fix', '2.4-97.el7.centos.5', ['2.4-97.el7_9.5'], false],
    ['a rebuild after the fix', '2.4-97.el7.centos.6', ['2.4-97.el7_9.5'], false],
    ['a rebuild before the fix', '2.4-97.el7.centos.4', ['2.4-97.el7_9.5'], true],
    ['a rebuild of an older version', '2.4-96.el7.centos.9', ['2.4-97.el7_9.5'], true],
    ['a rebuild for an earlier minor release', '2.4-97.el7_4.centos.6', ['2.4-97.el7_9.5'], true],
    ['the rebuild for the same minor release', '2.4-97.el7_9.centos.5', ['2.4-97.el7_9.5'], false],
  ])('T-16: CentOS has the fix in %s', (_, version, fixed, expected) => {
    expect(verdict({ version }, fixed).applies).toBe(expected);
  });

  it('compares the version of the source where the row names a source', () => {
    const source = { name: 'bash', version: '1-3.el9_2.2' };

    expect(
      verdict({ version: '7-1.el9', source }, ['1-3.el9_2.1', '1-5.el9'], undefined, { nameKind: 'source' }),
    ).toEqual({
      applies: false,
      reason: 'builds for the minor release 9.2 have the fix from 1-3.el9_2.1 on',
    });
  });

  it.each([
    ['kernel-headers', false],
    ['kernel-core', true],
    ['perf', true],
  ])('pitfall 3: %s is judged by flaws of the kernel: %s', (name, expected) => {
    expect(verdict({ name }, []).applies).toBe(expected);
  });
});
