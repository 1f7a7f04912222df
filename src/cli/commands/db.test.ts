import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeedMirror, startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { runDrydock } from '../../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';

const releases = { bookworm: { status: 'resolved', fixed_version: '3.0.12-1', urgency: 'high', repositories: {} } };
const tracker = JSON.stringify({ openssl: { 'CVE-2099-0001': { releases } } });

let mirror: FeedMirror;

beforeAll(async () => {
  mirror = await startFeedMirror();
  mirror.set('tracker/data/json', tracker);
});

afterAll(() => {
  mirror.close();
});

/** Runs `drydock db` on a database of its own. */
function start() {
  const db = path.join(temporaryFolder(), 'advisories.db');
  return async (...args: string[]) =>
    await runDrydock(['db', ...args, '--db', db], { environment: { DRYDOCK_MIRROR: mirror.url } });
}

describe('drydock db', () => {
  it('update fetches the feeds that are named, and status tells what there is', async () => {
    const db = start();
    const updated = await db('update', 'debian-tracker', '-f', 'json');
    const { host } = new URL(mirror.url);
    expect(updated).toMatchObject({ status: 0, stderr: `drydock: hosts contacted: ${host}\n` });
    expect(JSON.parse(updated.stdout)).toMatchObject({
      feeds: [{ name: 'debian-tracker', status: 'changed', change: { added: 1 } }],
    });
    const status = JSON.parse((await db('status', '-f', 'json')).stdout) as Record<string, unknown>;
    expect(status).toMatchObject({ generation: 1, starter: false, feeds: [{ name: 'debian-tracker', records: 1 }] });
    expect(JSON.stringify(status['feeds'])).toMatch(/"updatedAt":"\d{4}-/);
    const again = await db('update', 'debian-tracker');
    expect(again.stdout).toMatch(/^debian-tracker +unchanged/m);
  });

  it('build makes it anew', async () => {
    const db = start();
    expect(await db('build', 'debian-tracker')).toMatchObject({ status: 0 });
    expect((await db('status')).stdout).toMatch(/^debian-tracker +\d{4}-.* 1$/m);
  });

  it('tells enrichers apart from feeds of advisories', async () => {
    const db = start();
    const folder = path.dirname(path.dirname(writeTemporary('debian-tracker/tracker.json', tracker)));
    mkdirSync(path.join(folder, 'epss'));
    writeFileSync(
      path.join(folder, 'epss', 'epss_scores-2026-08-16.csv'),
      'cve,epss,percentile\nCVE-2024-0001,0.5,0.9\n',
    );
    const imported = await db('import', folder);
    expect(imported.stdout).toMatch(
      /^Feed +Status.*\ndebian-tracker +changed +1.*\nEnricher +Status.*\nepss +changed +1 /,
    );
    const { stdout } = await db('status');
    expect(stdout).toMatch(/^Feed +Updated +Records\ndebian-tracker .* 1\nEnricher +Updated +Records\nepss .* 1\n/);
    const json = JSON.parse((await db('status', '-f', 'json')).stdout) as { feeds: { name: string }[] };
    expect(json.feeds).toMatchObject([{ name: 'debian-tracker' }, { name: 'epss', enriches: true, records: 1 }]);
    expect(json.feeds[0]).not.toHaveProperty('enriches');
    const alone = await db('update', 'epss', '--offline');
    expect(alone.stdout).toMatch(/^Enricher +Status.*\nepss +failed/);
  });

  it('import takes a folder in and lists what it has no reader for', async () => {
    const db = start();
    const folder = path.dirname(path.dirname(writeTemporary('debian-tracker/tracker.json', tracker)));
    mkdirSync(path.join(folder, 'weather'));
    mkdirSync(path.join(folder, 'osv', 'SUSE'), { recursive: true });
    const { status, stdout } = await db('import', folder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^debian-tracker +changed +1/m);
    const json = JSON.parse((await db('import', folder, '-f', 'json')).stdout) as { skipped: unknown };
    expect(json.skipped).toEqual(['osv/SUSE', 'weather']);
    expect(stdout).toContain('Skipped, no reader: osv/SUSE, weather\n');
  });

  it.each<[string, string[], number, RegExp]>([
    ['status without a database', ['status'], 5, /^drydock: There is no advisory database at /],
    [
      'an unknown feed',
      ['update', 'debian-trakcer'],
      2,
      /^drydock: "debian-trakcer" is no feed\. .* Did you mean debian-tracker\?$/m,
    ],
    ['a feed that is not read any more', ['update', 'redhat-oval'], 2, /^drydock: "redhat-oval" is no feed\./],
    ['import of what is no folder', ['import', 'none'], 2, /^drydock: .*none is not a folder/],
    ['update without a network', ['update', 'debian-tracker', '--offline'], 5, /no network is allowed \(--offline\)/],
    ['update from where nothing is', ['update', 'alpine-secdb'], 5, /^drydock: /],
  ])('%s', async (_, args, expected, message) => {
    const { status, stderr } = await start()(...args);
    expect([status, stderr]).toEqual([expected, expect.stringMatching(message)]);
  });

  it('says of a feed that failed what to do, and nothing that was not done', async () => {
    const db = start();
    const { status, stdout, stderr } = await db('update', 'alpine-secdb');
    expect(status).toBe(5);
    expect(stdout).toMatch(/^alpine-secdb +failed +- +- +- +- +-$/m);
    expect(stdout).toMatch(/^Database: .*advisories\.db \(empty\)$/m);
    expect(stderr.trimEnd().split('\n').at(-2)).toMatch(/Without a network: "drydock db import FOLDER"/);
    expect((await db('build', 'alpine-secdb')).stderr).toMatch(
      /^drydock: The database is as it was, .*Without a network/m,
    );
    const offline = await db('update', 'debian-tracker', '--offline');
    expect(offline.stderr).toMatch(/^drydock: No network is allowed \(--offline\)\. Without a network: /m);
  });

  it('says that a build made no database', async () => {
    const { stdout } = await start()('build', 'alpine-secdb');
    expect(stdout).toMatch(/^Database: .* \(there is none\)$/m);
  });

  it('status keeps the address of a feed that failed in one piece, and to 80 columns otherwise', async () => {
    const db = path.join(temporaryFolder(), 'a.db');
    const environment = {
      DRYDOCK_MIRROR: `${mirror.url}/a/rather/long/path/of/a/mirror/that/fills/a/line`,
      COLUMNS: '80',
    };
    await runDrydock(['db', 'update', 'debian-tracker', '--db', db], { environment });
    const { stdout } = await runDrydock(['db', 'status', '--db', db], { environment });
    expect(stdout).toContain(`${environment.DRYDOCK_MIRROR}/tracker/data/json`);
    expect(stdout).toMatch(/^Failed: debian-tracker at \d{4}-.*:$/m);
    expect(stdout.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '))).toEqual([]);
  });

  it('says when a database is not one', async () => {
    const file = writeTemporary('advisories.db', 'x'.repeat(5000));
    const { status, stderr } = await runDrydock(['db', 'status', '--db', file]);
    expect([status, stderr]).toEqual([5, expect.stringMatching(/is not an advisory database/)]);
  });
});
