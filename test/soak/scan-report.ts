import { spawnSync } from 'node:child_process';
import type { Report } from '../../src/model/report.ts';
import { projectRoot } from '../support/run.ts';

/** How the launcher starts Drydock: without this a process of Node.js takes a third more memory. */
export const asShipped = {
  words: ['--max-semi-space-size=2'],
  environment: { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' },
} as const;

/**
 * The report of an image, without network and without a cache.
 * @throws Error where there is none
 */
export function scanReport(reference: string): Report {
  const fixed = ['--offline', '-q', '--layer-cache-size', '0', '--checks', 'vulnerability', '--format', 'json'];
  const words = ['scan', ...fixed, reference];
  const { stdout, stderr } = spawnSync(process.execPath, [...asShipped.words, 'src/cli/main.ts', ...words], {
    cwd: projectRoot,
    env: { ...process.env, ...asShipped.environment },
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (stdout === '') throw new Error(`the scan failed: ${stderr}`);
  return JSON.parse(stdout) as Report;
}
