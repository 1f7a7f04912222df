import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../bench/measure.ts';
import type { Report } from '../../src/model/report.ts';
import { projectRoot } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';

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

/** The depths that contents are looked into at, or the one that was asked for. */
export function depthsOf(wanted: string | undefined): readonly ('default' | 'deep')[] {
  const depths = (['default', 'deep'] as const).filter((depth) => wanted === undefined || wanted === depth);
  if (depths.length === 0) throw new Error('--depth is default or deep');
  return depths;
}

interface MeasuredReport extends Pick<ReturnType<typeof run>, 'cpu' | 'memory'> {
  readonly report: Report;
}

/** What some checks say of the contents of an image at a depth, and what that took. @throws Error where there is no report */
export function contentsReport(reference: string, checks: string, depth: 'default' | 'deep'): MeasuredReport {
  const output = path.join(temporaryFolder(), 'report.json');
  const fixed = ['--offline', '-q', '--layer-cache-size', '0', '--no-policy', '--checks', checks];
  const command = [
    ...['env', ...Object.entries(asShipped.environment).map(([name, value]) => `${name}=${value}`)],
    ...[process.execPath, ...asShipped.words, path.join(projectRoot, 'src/cli/main.ts'), 'scan', ...fixed],
    ...[...(depth === 'deep' ? ['--deep'] : []), '-o', `json=${output}`, reference],
  ];
  const { cpu, memory, status } = run(command);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}`);
  return { report: JSON.parse(readFileSync(output, 'utf8')) as Report, cpu, memory };
}
