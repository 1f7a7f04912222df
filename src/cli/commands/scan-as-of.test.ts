import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { dockerArchive } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import type { Report } from '../../model/report.ts';

/** What the Debian tracker says of a package of `debianLayer()`. */
function tracker(fixed: string | undefined): string {
  const state = fixed === undefined ? { status: 'open' } : { status: 'resolved', fixed_version: fixed };
  const releases = { bookworm: { repositories: {}, urgency: 'high', ...state } };
  return JSON.stringify({ openssl: { 'CVE-2099-0001': { scope: 'remote', releases } } });
}

const image = writeTemporary('image.tar', dockerArchive({ layers: [debianLayer({ release: '12' })] }));
const epoch = (day: string): string => String(Date.parse(`${day}T12:00:00Z`) / 1000);
const cache = temporaryFolder();

const run = async (day: string, ...args: readonly string[]) =>
  await runDrydock([...args], { environment: { XDG_CACHE_HOME: cache, SOURCE_DATE_EPOCH: epoch(day) } });

async function scan(...args: readonly string[]): Promise<Report> {
  const { status, stdout, stderr } = await run('2026-03-01', 'scan', image, '--offline', '-f', 'json', ...args);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout) as Report;
}

beforeAll(async () => {
  for (const [day, fixed] of [
    ['2026-01-10', undefined],
    ['2026-02-10', '3.0.12-1~deb12u1'],
    ['2026-02-20', '3.0.1-1'],
  ] as const) {
    const feeds = path.dirname(path.dirname(writeTemporary('debian-tracker/tracker.json', tracker(fixed))));
    expect(await run(day, 'db', 'import', feeds)).toMatchObject({ status: 0 });
  }
});

describe('scan --as-of', () => {
  it.each([
    ['2026-01-10', ['CVE-2099-0001 none']],
    ['2026-02-09', ['CVE-2099-0001 none']],
    ['2026-02-10', ['CVE-2099-0001 3.0.12-1~deb12u1']],
    ['2026-02-20T11:59:59Z', ['CVE-2099-0001 3.0.12-1~deb12u1']],
    ['2026-02-20', []],
  ])('%s judges by what was known then', async (day, expected) => {
    const report = await scan('--as-of', day);

    expect(report.findings.map(({ id, fixedVersion = 'none' }) => `${id} ${fixedVersion}`)).toEqual(expected);
    expect(report.createdAt).toBe('2026-03-01T12:00:00Z');
    expect(report.asOf?.slice(0, 10)).toBe(day.slice(0, 10));
    expect(report.advisories.feeds).toMatchObject([{ name: 'debian-tracker', records: 1 }]);
  });

  it('takes the same day for what it is, whenever it is asked', async () => {
    const { createdAt: _, ...first } = await scan('--as-of', '2026-02-10');
    const again = await run('2026-06-01', 'scan', image, '--offline', '-f', 'json', '--as-of', '2026-02-10');
    const { createdAt: __, ...second } = JSON.parse(again.stdout) as Report;

    expect(second).toEqual(first);
  });

  it('says in the text which day it is about, and ends support by that day', async () => {
    const { stdout } = await run('2029-01-01', 'scan', image, '--offline', '--as-of', '2026-02-10');

    expect(stdout).toContain('advisories    as of 2026-02-10T23:59:59.999Z, ');
    expect(stdout).not.toContain('WITHOUT SECURITY UPDATES');
    expect((await run('2029-01-01', 'scan', image, '--offline')).stdout).toContain('WITHOUT SECURITY UPDATES');
  });

  it.each([
    ['before the first day that is kept', '2026-01-09', 5, 'The first moment that it can answer for is 2026-01-10T12'],
    ['the future', '2026-03-02', 2, 'nothing is known of 2026-03-02 yet'],
    ['a day that the month does not have', '2026-02-30', 2, 'a day (2026-01-31) or a moment (RFC 3339) is expected'],
    ['words', 'yesterday', 2, 'is expected, not "yesterday"'],
  ])('refuses %s', async (_, day, status, words) => {
    const result = await run('2026-03-01', 'scan', image, '--offline', '--as-of', day);

    expect(result.status).toBe(status);
    expect(result.stderr).toContain(words);
    expect(result.stdout).toBe('');
  });

  it('needs a database', async () => {
    const none = { XDG_CACHE_HOME: temporaryFolder() };
    const result = await runDrydock(['scan', image, '--offline', '--as-of', '2026-02-10'], { environment: none });

    expect(result).toMatchObject({ status: 5, stdout: '' });
  });
});
