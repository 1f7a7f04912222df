import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { dotted } from '../../test/support/view.ts';
import type { AdvisoryState, Affected, VersionRange } from '../model/advisory.ts';
import { isAffected } from './ranges.ts';

function row(ranges: readonly VersionRange[], versions?: readonly string[], state: AdvisoryState = 'fixed'): Affected {
  return {
    namespace: 'n',
    package: 'p',
    nameKind: 'source',
    state,
    ranges,
    ...(versions === undefined ? {} : { versions }),
  };
}

/** The verdict in one word. */
function verdict(version: string, affected: Affected): string {
  const answer = isAffected(version, affected, dotted);
  if (answer.outcome === 'unjudged') return 'unjudged';
  return answer.outcome === 'affected' ? `affected by ${answer.by}` : `not affected: ${answer.because}`;
}

describe('isAffected', () => {
  it.each([
    ['below the fix', '1.1', [{ fixed: '1.2' }], 'affected by range'],
    ['at the fix: the interval is half-open', '1.2', [{ fixed: '1.2' }], 'not affected: past'],
    ['above the fix', '1.3', [{ fixed: '1.2' }], 'not affected: past'],
    ['at the last affected: inclusive', '1.2', [{ lastAffected: '1.2' }], 'affected by range'],
    ['above the last affected', '1.3', [{ lastAffected: '1.2' }], 'not affected: past'],
    ['below the first affected', '1.0', [{ introduced: '1.1', fixed: '1.2' }], 'not affected: before'],
    ['at the first affected: inclusive', '1.1', [{ introduced: '1.1', fixed: '1.2' }], 'affected by range'],
    ['introduced in "0" is the beginning', '0.0.1', [{ introduced: '0', fixed: '1.2' }], 'affected by range'],
    ['no end: everything from there on', '99', [{ introduced: '1.1' }], 'affected by range'],
    ['an empty range: everything', '99', [{}], 'affected by range'],
    [
      'between two ranges',
      '2.5',
      [
        { introduced: '1', fixed: '2' },
        { introduced: '3', fixed: '4' },
      ],
      'not affected: past',
    ],
    [
      'in the second range',
      '3.5',
      [
        { introduced: '1', fixed: '2' },
        { introduced: '3', fixed: '4' },
      ],
      'affected by range',
    ],
    ['another spelling of the fix', '1.2.0', [{ fixed: '1.2' }], 'not affected: past'],
  ])('%s', (_, version, ranges, expected) => {
    expect(verdict(version, row(ranges))).toBe(expected);
  });

  it.each([
    ['no range and no list: every version', '1', row([]), 'affected by every-version'],
    ['... also one that is no version', 'nightly', row([]), 'affected by every-version'],
    ['listed', '1.5', row([], ['1.4', '1.5']), 'affected by list'],
    ['listed in another spelling', '1.5.0', row([], ['1.4', '1.5']), 'affected by list'],
    ['not listed', '1.6', row([], ['1.4', '1.5']), 'not affected: unlisted'],
    ['listed, though past the fix', '2', row([{ fixed: '1' }], ['2']), 'affected by list'],
    ['in the range, though not listed', '0.5', row([{ fixed: '1' }], ['2']), 'affected by range'],
    ['no version at all, but listed by its text', 'nightly', row([{ fixed: '1' }], ['nightly']), 'affected by list'],
    ['no version at all, against a list alone', 'nightly', row([], ['1.0']), 'unjudged'],
    ['no version at all, against a range', 'nightly', row([{ fixed: '1' }]), 'unjudged'],
    ['the fix is no version', '1', row([{ fixed: 'soon' }]), 'unjudged'],
    ['one fix is no version, another range holds', '1', row([{ fixed: 'soon' }, { fixed: '2' }]), 'affected by range'],
    ['one fix is no version, the other is reached', '3', row([{ fixed: 'soon' }, { fixed: '2' }]), 'unjudged'],
    ['introduced is no version', '3', row([{ introduced: 'then', fixed: '2' }]), 'unjudged'],
    ['an invalid entry of a list is skipped', '3', row([], ['?', '3.0']), 'affected by list'],
  ])('%s', (_, version, affected, expected) => {
    expect(verdict(version, affected)).toBe(expected);
  });

  it.each([
    ['without ranges it speaks of all versions', '1', row([], undefined, 'not-affected'), 'not affected: stated'],
    ['inside its range', '1', row([{ fixed: '2' }], undefined, 'not-affected'), 'not affected: stated'],
    [
      'outside its range it says nothing',
      '3',
      row([{ fixed: '2' }], undefined, 'not-affected'),
      'not affected: unlisted',
    ],
    ['one of its versions', '3', row([], ['3'], 'not-affected'), 'not affected: stated'],
    ['a version it cannot judge', 'nightly', row([{ fixed: '2' }], undefined, 'not-affected'), 'unjudged'],
  ])('a row that states not-affected: %s', (_, version, affected, expected) => {
    expect(verdict(version, affected)).toBe(expected);
  });

  it('cites the nearest fix that the version has', () => {
    const ranges = [{ fixed: '1' }, { introduced: '2', fixed: '3' }, { introduced: '1.5', fixed: '1.6' }];

    expect(isAffected('5', row(ranges), dotted)).toEqual({
      outcome: 'not-affected',
      because: 'past',
      range: { introduced: '2', fixed: '3' },
    });
  });

  it('lets faults of a scheme through', () => {
    const faulty = {
      ...dotted,
      compare() {
        throw new TypeError('fault');
      },
    };

    expect(() => isAffected('1', row([{ fixed: '2' }]), faulty)).toThrow(TypeError);
  });

  it('agrees with the definition of a half-open interval for all versions', () => {
    const number = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(number, fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 4 }), (version, pairs) => {
        const ranges = pairs.map(([introduced, fixed]) => ({ introduced: `${introduced}`, fixed: `${fixed}` }));
        const expected = pairs.some(([introduced, fixed]) => introduced <= version && version < fixed);
        expect(isAffected(`${version}`, row(ranges), dotted).outcome).toBe(expected ? 'affected' : 'not-affected');
      }),
    );
  });

  it('holds a version that cannot be read against one of a long list', () => {
    const compare = vi.spyOn(dotted, 'compare');
    const versions = Array.from({ length: 500 }, (_, index) => `1.${index}`);
    expect(verdict('nonsense', row([{ introduced: '3', fixed: '4' }], versions))).toBe('unjudged');
    expect(compare).toHaveBeenCalledTimes(1);
    expect(verdict('nonsense', row([], versions))).toBe('unjudged');
    expect(compare).toHaveBeenCalledTimes(2);
    compare.mockRestore();
  });
});
