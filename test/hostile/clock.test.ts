import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { dockerArchive } from '../support/image.ts';
import { debianLayer, debianPackages } from '../support/root-file-systems.ts';
import { type RunResult, runDrydock } from '../support/run.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';
import { faults } from './hostile-case.ts';

const image = writeTemporary('image.tar', dockerArchive({ layers: [debianLayer()] }));
const released = {
  bookworm: { status: 'resolved', fixed_version: '3.0.12-1~deb12u1', urgency: 'high', repositories: {} },
};
const feed = writeTemporary(
  'debian-tracker/tracker.json',
  JSON.stringify({ openssl: { 'CVE-2099-0001': { releases: released } } }),
);
const seconds = (year: number): string => String(Date.UTC(year, 0, 1) / 1000);

/** Databases that were made at one time or another. */
const databases = new Map<string, string>();

async function run(epoch: string, ...args: readonly string[]): Promise<RunResult> {
  return await runDrydock(args, {
    environment: { SOURCE_DATE_EPOCH: epoch, XDG_CACHE_HOME: temporaryFolder(), DRYDOCK_OFFLINE: 'true' },
  });
}

beforeAll(async () => {
  for (const [when, epoch] of [
    ['1970', '0'],
    ['2026', seconds(2026)],
    ['9000', seconds(9000)],
  ] as const) {
    const db = path.join(temporaryFolder(), 'advisories.db');
    const { status, stderr } = await run(epoch, 'db', 'import', path.dirname(path.dirname(feed)), '--db', db);
    expect(status, stderr).toBe(0);
    databases.set(when, db);
  }
});

describe('a clock that is wrong', () => {
  it.each([
    ['at the beginning of time', '0', '1970-01-01T00:00:00Z', '2026'],
    ['before the database was made', seconds(2001), '2001-01-01T00:00:00Z', '2026'],
    ['in the year 9999', '253402300799', '9999-12-31T23:59:59Z', '2026'],
    ['long before a database of the future', seconds(2026), '2026-01-01T00:00:00Z', '9000'],
    ['long after a database of the past', seconds(2026), '2026-01-01T00:00:00Z', '1970'],
  ])('%s', async (_, epoch, createdAt, when) => {
    const { status, stdout, stderr } = await run(epoch, 'scan', image, '--db', databases.get(when)!, '-f', 'json');
    expect(stderr).not.toMatch(faults);
    expect(status, stderr).toBe(0);

    const report = JSON.parse(stdout) as Report;
    expect(report.createdAt).toBe(createdAt);
    expect(report.packages.map(({ name }) => name)).toEqual(debianPackages.map(({ name }) => name).sort());
    expect(report.findings.map(({ id }) => id)).toContain('CVE-2099-0001');
    for (const { message } of report.problems) expect(message).not.toMatch(faults);
    for (const { message } of report.problems) expect(message).not.toMatch(/-\d+ days/);
  });

  it.each([
    ['after the end of time', '8640000000001'],
    ['before 1970', '-1'],
    ['a word', 'yesterday'],
    ['a fraction', '1.5'],
    ['a power of ten', '1e9'],
    ['digits of another script', '١٢٣'],
    ['two lines', '1\n2'],
  ])('%s is refused', async (_, epoch) => {
    const { status, stdout, stderr } = await run(epoch, 'scan', image, '--db', databases.get('2026')!);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('SOURCE_DATE_EPOCH');
  });

  it('tells that the advisories are old, and only then', async () => {
    const staleAt = async (epoch: string, when: string): Promise<boolean> => {
      const { stdout } = await run(epoch, 'scan', image, '--db', databases.get(when)!, '-f', 'json');
      return (JSON.parse(stdout) as Report).problems.some(({ code }) => code === 'advisories.stale');
    };
    // What a database is made of is dated by the clock of the machine, whatever the report is dated.
    expect(await staleAt(seconds(9000), '2026')).toBe(true);
    expect(await staleAt('0', '2026')).toBe(false);
  });
});
