import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotted } from '../../test/support/view.ts';
import type { Affected, VersionRange } from '../model/advisory.ts';
import { leastFix } from './fixes.ts';
import { isAffected } from './ranges.ts';

function row(ranges: readonly VersionRange[], versions: readonly string[] = []): Affected {
  return { namespace: 'n', package: 'p', nameKind: 'source', state: 'fixed', ranges, versions };
}

describe('leastFix', () => {
  it.each([
    ['one row', '1', [row([{ fixed: '2' }])], '2'],
    ['no fix', '1', [row([{ introduced: '0' }])], undefined],
    ['already fixed', '3', [row([{ fixed: '2' }])], undefined],
    [
      'the fix of the branch the version is on',
      '3.1',
      [row([{ fixed: '2.9' }, { introduced: '3', fixed: '3.4' }])],
      '3.4',
    ],
    [
      'several rows: the one that fixes all',
      '1',
      [row([{ fixed: '2' }]), row([{ fixed: '4' }]), row([{ fixed: '3' }])],
      '4',
    ],
    ['a row without fix does not stand in the way', '1', [row([]), row([{ fixed: '2' }])], '2'],
    [
      'a fix that another row affects again',
      '1',
      [row([{ fixed: '2' }]), row([{ introduced: '2', fixed: '2.1' }])],
      '2.1',
    ],
    ['ranges that overlap', '1', [row([{ fixed: '2' }, { introduced: '1.5', fixed: '3' }])], '3'],
    [
      'a listed version: the least fix above it',
      '1.1',
      [
        row(
          [
            { introduced: '1.2', fixed: '1.3' },
            { introduced: '5', fixed: '6' },
          ],
          ['1.1'],
        ),
      ],
      '1.3',
    ],
    [
      'fixes that are no versions are passed over',
      '1.1',
      [
        row(
          [
            { introduced: '5', fixed: '?' },
            { introduced: '5', fixed: '6' },
          ],
          ['1.1'],
        ),
      ],
      '6',
    ],
    ['the installed version is none', 'nightly', [row([{ fixed: '2' }])], undefined],
  ])('%s', (_, version, rows, expected) => {
    expect(leastFix(version, rows, dotted)).toBe(expected);
  });

  it('is never affected itself, and nothing below it is clean', () => {
    const number = fc.integer({ min: 0, max: 12 });
    const range = fc
      .tuple(number, number)
      .map(([introduced, fixed]) => ({ introduced: `${introduced}`, fixed: `${fixed}` }));
    fc.assert(
      fc.property(
        number,
        fc.array(fc.array(range, { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        (version, lists) => {
          const rows = lists.filter((ranges) => ranges.length > 0).map((ranges) => row(ranges));
          const isClean = (v: number) => rows.every((r) => isAffected(`${v}`, r, dotted).outcome !== 'affected');
          let expected = version;
          while (!isClean(expected)) expected++;
          expect(leastFix(`${version}`, rows, dotted) ?? `${version}`).toBe(`${expected}`);
        },
      ),
    );
  });
});
