import { describe, expect, it } from 'vitest';
import type { Affected } from '../../model/advisory.ts';
import { withStandardPockets } from './standard.ts';

const row = (namespace: string, state: Affected['state'], fixed?: string, more: Partial<Affected> = {}): Affected => ({
  namespace,
  package: 'p',
  nameKind: 'source',
  state,
  ranges: fixed === undefined ? [] : [{ fixed }],
  ...more,
});
const pro = (state: Affected['state'], fixed?: string): Affected => row('ubuntu-pro:18.04', state, fixed);
const own = (state: Affected['state'], fixed?: string, more: Partial<Affected> = {}): Affected =>
  row('ubuntu:18.04', state, fixed, more);

describe('pitfall 5: what follows from Ubuntu Pro for images without it', () => {
  it.each<[string, Affected | undefined, Affected, object | undefined]>([
    [
      'a fix that only Pro has',
      undefined,
      pro('fixed', '2'),
      { state: 'will-not-fix', ranges: [{ fixed: '2' }], note: 'fixed with Ubuntu Pro in 2' },
    ],
    [
      'a fix after the end of support',
      own('end-of-life', undefined, { note: 'end of standard support' }),
      pro('fixed', '2'),
      {
        state: 'end-of-life',
        ranges: [{ fixed: '2' }],
        note: 'end of standard support; fixed with Ubuntu Pro in 2',
      },
    ],
    [
      'a fix that is to come for all',
      own('affected'),
      pro('fixed', '2'),
      { state: 'deferred', ranges: [{ fixed: '2' }] },
    ],
    ['a fix that all have', own('fixed', '1'), pro('fixed', '2'), { state: 'fixed', ranges: [{ fixed: '1' }] }],
    ['no fix anywhere', undefined, pro('affected'), { state: 'affected', ranges: [] }],
    ['no fix, and support that ended', own('end-of-life'), pro('affected'), { state: 'end-of-life', ranges: [] }],
    ['code that is not there', undefined, pro('not-affected'), { state: 'not-affected' }],
    ['code that is not there, seen later', own('end-of-life'), pro('not-affected'), { state: 'not-affected' }],
    ['an open question', own('under-investigation'), pro('not-affected'), { state: 'under-investigation' }],
    ['a statement of its own', own('not-affected'), pro('affected'), { state: 'not-affected' }],
  ])('%s', (_, standard, other, expected) => {
    const rows = withStandardPockets([...(standard === undefined ? [] : [standard]), other]);

    expect(rows.filter(({ namespace }) => namespace === 'ubuntu:18.04')).toEqual([expect.objectContaining(expected)]);
    expect(rows.at(-1)).toBe(other);
  });

  it('takes the pocket that has a fix where two speak of a package', () => {
    const rows = withStandardPockets([pro('affected'), pro('fixed', '2'), pro('not-affected')]);

    expect(rows.filter(({ namespace }) => namespace === 'ubuntu-pro:18.04')).toEqual([pro('fixed', '2')]);
  });

  it.each(['ubuntu-pro:fips:18.04', 'ubuntu-pro:fips-updates:18.04', 'ubuntu-pro:realtime:18.04'])(
    'nothing follows from %s, whose builds are others',
    (namespace) => {
      const rows = [row(namespace, 'fixed', '2'), own('affected')];

      expect(withStandardPockets(rows)).toBe(rows);
    },
  );
});
