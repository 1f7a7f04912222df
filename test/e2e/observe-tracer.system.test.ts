import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { engineWith, runningEngines, whyNoContainers } from '../support/both-engines.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { whyNoTracing } from '../support/traced-program.ts';

describe('the tracer in the cage', () => {
  it('does without a processor of its own where it may have none', async (context) => {
    // What it does without is asked of no engine: one of them tells as much as both.
    const [one] = runningEngines;
    const why = whyNoContainers(one.program) ?? whyNoTracing();
    if (why !== undefined) return context.skip(why);
    const { real } = await engineWith(one, { tag: 'ends:1', config: { Cmd: ['cat', '/etc/passwd'] } });
    try {
      const refused = await observe({ ...real.environment, PATH: `${refusingTaskset()}:${process.env['PATH']}` });
      const kept = await observe(real.environment);

      const hasTaskset = spawnSync('taskset', ['--version']).status === 0;
      for (const [report, isKept] of [
        [refused, false],
        [kept, hasTaskset],
      ] as const) {
        const { coverage, attempts } = report.observation!;
        expect(coverage).toMatchObject({ tracer: 'strace', lost: 0, undecoded: 0 });
        expect(coverage.calls).toBeGreaterThan(0);
        expect(coverage.blindSpots.join().includes('kept on one processor')).toBe(isKept);
        expect(attempts).toMatchObject([{ outcome: 'exited' }]);
      }
    } finally {
      await real.stop();
    }
  });
});

async function observe(environment: Readonly<Record<string, string>>): Promise<Report> {
  const [file, cache] = ['report.json', 'cache'].map((name) => path.join(temporaryFolder(), name));
  const args = [
    'observe',
    'ends:1',
    '--tracer',
    'strace',
    '--offline',
    '--checks',
    'none',
    '--service-scanners',
    'none',
  ];
  const words = [...args, '--duration', '1s', '-o', `json=${file}`, '--cache-dir', cache!];
  const { status, stderr } = await runDrydock([...words, '--engine', 'docker'], { environment, timeout: 60_000 });
  if (status !== 0) throw new Error(`observe ended with ${status}: ${stderr}`);
  return JSON.parse(readFileSync(file!, 'utf8')) as Report;
}

/** A folder with a taskset that says what the real one says where the kernel refuses, and ends. */
function refusingTaskset(): string {
  const folder = temporaryFolder();
  const source = path.join(folder, 'taskset.c');
  writeFileSync(
    source,
    `#include <stdio.h>
int main(void) { fputs("taskset: failed to set pid 1's affinity: Invalid argument\\n", stderr); return 1; }`,
  );
  execFileSync('cc', ['-o', path.join(folder, 'taskset'), source]);
  return folder;
}
