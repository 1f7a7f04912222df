import { expect, it } from 'vitest';
import { oracleBuildApplies } from './applies.ts';

it.each([
  ['an ordinary fix', 'an ordinary build', undefined, '3-1.el8', true],
  ['an ordinary fix', 'a FIPS build', undefined, '3-1.el8_fips', false],
  ['an ordinary fix', 'a Ksplice build', undefined, '3-1.ksplice1.el8', false],
  ['a FIPS fix', 'a FIPS build', 'fips', '3-1.el8_fips', true],
  ['a FIPS fix', 'a Ksplice build', 'fips', '3-1.ksplice1.el8', false],
  ['a FIPS fix', 'an ordinary build', 'fips', '3-1.el8', false],
])('pitfall 23: %s to %s', (_fix, _build, flavour, version, expected) => {
  const row = { ranges: [{ fixed: '4' }], ...(flavour !== undefined && { only: { flavour } }) };

  expect(oracleBuildApplies({ version }, row).applies).toBe(expected);
});
