import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasPostgres, postgresAbsent } from '../support/postgres.ts';
import { projectRoot, runProgram } from '../support/run.ts';

/** The scripts at their shortest; docs/testing.md says how long they run by hand. */
describe('the service under strain', () => {
  it.for([
    [
      'loses nothing and does nothing twice while processes and connections are killed on PostgreSQL',
      ['service.ts', '--seconds', '60', '--layers', '200', '--notifications', '60', '--images', '60', '--hurry'],
      'nothing lost, nothing twice, nothing stuck',
    ],
    [
      'has a whole file after it was killed on SQLite',
      ['service-sqlite.ts', '--kills', '6'],
      'whole, and nothing lost',
    ],
    [
      'has the advisories of before or after when whatever writes them is killed',
      ['advisories.ts', '--kills', '6', '--records', '3000'],
      'old or new after every kill',
    ],
  ] as const)('%s', { timeout: 900_000 }, async ([, [script, ...args], words], context) => {
    if (script === 'service.ts' && !hasPostgres) return context.skip(postgresAbsent);
    const { status, stdout, stderr } = await runProgram(
      process.execPath,
      [path.join(projectRoot, 'test/soak', script), ...args],
      { timeout: 880_000 },
    );
    expect([status, stdout.trim().split('\n').at(-1), stderr], stdout).toEqual([0, words, '']);
  });
});
