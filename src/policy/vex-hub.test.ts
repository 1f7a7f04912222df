import { describe, expect, it } from 'vitest';
import { makeReport } from '../../test/support/report.ts';
import { makePackage } from '../../test/support/view.ts';
import { VexIndex } from './vex-hub.ts';

describe('an index with very many documents for one package', () => {
  it('is read in time that grows with their number only', () => {
    const pkg = { ...makePackage('a', '1'), type: 'npm', purl: 'pkg:npm/a@1' };
    const count = 60_000;
    const packages = Array.from({ length: count }, (_, index) => ({ id: 'pkg:npm/a', location: `a/${index}.json` }));
    const bytes = Buffer.from(JSON.stringify({ packages }));
    const start = performance.now();
    const index = new VexIndex(bytes);

    // Copies for each of them took 30 s.
    expect(performance.now() - start).toBeLessThan(5000);
    expect(index.size).toBe(1);
    expect(index.locationsFor(makeReport({ view: { packages: [pkg] } }))).toHaveLength(count);
  });
});
