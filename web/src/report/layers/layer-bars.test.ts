import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport } from '../../../../test/support/report.ts';
import { makePackage } from '../../../../test/support/view.ts';
import { layerBars } from './layer-bars.ts';

const layers = (...sizes: readonly number[]) => sizes.map((size, index) => ({ index, size }));

describe('layerBars', () => {
  it('begins each bar where the one below ends, and ends at all bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { maxLength: 200 }), (sizes) => {
        const report = makeReport();

        const bars = layerBars({ ...report, image: { ...report.image, layers: layers(...sizes) } });

        let end = 0;
        for (const { start, share } of bars) {
          expect(start).toBeCloseTo(end, 6);
          expect(share).toBeGreaterThanOrEqual(0);
          end = start + share;
        }
        expect(end).toBeCloseTo(sizes.some((size) => size > 0) ? 1 : 0, 6);
      }),
    );
  });

  it('counts what each layer brought, what hides it, and whose it is', () => {
    const report = makeReport();
    const finding = (index: number, more = {}) => makeFinding('CVE-1', { severity: 'high', layer: { index }, ...more });
    const bars = layerBars({
      ...report,
      image: { ...report.image, layers: layers(10, 30), base: { by: 'known', layers: 1, reason: 'x' } },
      packages: [
        { ...makePackage('a', '1'), layer: { index: 1 } },
        { ...makePackage('b', '1'), layer: { index: 1 }, evidence: 'lockfile' },
      ],
      findings: [
        finding(1),
        finding(1, { suppressed: { by: 'policy:p:1', reason: 'x' } }),
        finding(0),
        finding(7),
        makeFinding('CVE-2', { layer: undefined as never }),
      ],
      coverage: {
        ...report.coverage,
        ledger: { ...report.coverage.ledger!, hidden: [{ layer: 0, files: 2, bytes: 5 }] },
      },
    });

    expect(bars).toMatchObject([
      { start: 0, share: 0.25, packages: 0, findings: 1, hidden: { files: 2, bytes: 5 }, isBase: true },
      { start: 0.25, share: 0.75, packages: 1, findings: 1, hidden: { files: 0, bytes: 0 }, isBase: false },
    ]);
    expect(bars[1]?.bySeverity).toMatchObject({ high: 1, critical: 0 });
  });

  it('draws no bars where there are no layers', () => {
    const report = makeReport();

    expect(layerBars({ ...report, image: { ...report.image, layers: [] } })).toEqual([]);
  });
});
