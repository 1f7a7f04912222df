import { tmpdir } from 'node:os';
import { checks } from '../../src/checks/index.ts';
import { noProgress, type ScanContext } from '../../src/context.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { defaultLimits } from '../../src/limits.ts';
import { silent } from '../../src/log.ts';
import type { Report } from '../../src/model/report.ts';
import { type ScanOptions, scanImage } from '../../src/scan.ts';

/** A fixed 'now', so that tests of dates hold for ever. */
export const testNow: Date = new Date('2026-06-01T00:00:00Z');

export function testContext(more: Partial<ScanContext> = {}): ScanContext {
  return {
    signal: new AbortController().signal,
    log: silent,
    limits: defaultLimits,
    progress: noProgress,
    temporary: tmpdir(),
    now: testNow,
    ...more,
  };
}

/** Scans the one image of a reference with everything that exists; without advisories, unless they are given. */
export async function scanOne(
  reference: string,
  options: Partial<ScanOptions> = {},
  context: Partial<ScanContext> = {},
): Promise<Report> {
  const reports = await scanImage(
    reference,
    { ecosystems, checks, toolVersion: '0.0.0', ...options },
    testContext(context),
  );
  const [report] = reports;
  if (report === undefined || reports.length > 1) throw new Error(`${reports.length} reports instead of one`);
  return report;
}
