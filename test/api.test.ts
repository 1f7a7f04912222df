import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { AdvisoriesError } from '../src/errors.ts';
import { checks, defaultLimits, ecosystems, noProgress, type Report, scanImage, silent } from '../src/index.ts';
import { projectRoot } from './support/run.ts';
import { scanOne } from './support/scan.ts';

it('scans an image from a program, with the public API alone', async () => {
  const reports: Report[] = await scanImage(
    path.join(projectRoot, 'examples/demo.tar'),
    { ecosystems, checks, toolVersion: 'test' },
    {
      signal: new AbortController().signal,
      log: silent,
      limits: defaultLimits,
      progress: noProgress,
      temporary: tmpdir(),
      now: new Date('2026-01-01T00:00:00Z'),
    },
  );

  expect(reports).toHaveLength(1);
  expect(reports[0]?.packages.map((pkg) => pkg.name)).toContain('libssl3');
  expect(reports[0]?.advisories.feeds).toEqual([]);
});

it('reports packages although the advisory database turns out to be damaged', async () => {
  const damaged = (): never => {
    throw new AdvisoriesError('advisories.unusable', 'the database is damaged');
  };
  const source = {
    lookUp: damaged,
    byId: damaged,
    hasNamespace: () => true,
    status: () => ({ feeds: [], starter: false }),
  };

  const report = await scanOne(path.join(projectRoot, 'examples/demo.tar'), {
    advisories: { supply: () => Promise.resolve({ source, problems: [] }) },
  });

  expect(report.packages.length).toBeGreaterThan(5);
  expect(report.problems.map((problem) => problem.code)).toContain('advisories.missing');
  expect(report.coverage.complete).toBe(false);
});
