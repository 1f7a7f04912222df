import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { checks, defaultLimits, ecosystems, noProgress, type Report, scanImage, silent } from '../src/index.ts';
import { projectRoot } from './support/run.ts';

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
