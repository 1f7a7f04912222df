import { describe, expect, it } from 'vitest';
import type { Finding } from '../../model/finding.ts';
import type { Observation } from '../../model/observation.ts';
import { markInUse } from './mark-in-use.ts';

const used = { name: 'used', version: '1', purl: 'pkg:deb/debian/used@1' };
const other = { name: 'other', version: '1', purl: 'pkg:deb/debian/other@1' };
const findings = [{ id: 'a', package: used }, { id: 'b', package: other }, { id: 'c' }] as unknown as Finding[];

function marks(tracer: Observation['coverage']['tracer']): readonly unknown[] {
  const packagesInUse = [{ ...used, use: 'loaded', files: [], count: 1 }] as const;
  const coverage = { tracer } as Observation['coverage'];
  return markInUse(findings, { packagesInUse, coverage }).map(({ inUse, use }) => [inUse, use]);
}

describe('findings on packages', () => {
  it('say how the run used them', () => {
    expect(marks('strace')).toEqual([
      [true, 'loaded'],
      [false, 'not-seen'],
      [undefined, undefined],
    ]);
  });

  it.each(['none', 'ftrace'] as const)('do not say that something was not used where %s watched', (tracer) => {
    expect(marks(tracer)).toEqual([
      [true, 'loaded'],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});
