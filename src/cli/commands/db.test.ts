import { mkdirSync } from 'node:fs';
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
    expect(updated).toMatchObject({ status: 0, stderr: '' });
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

  it('import takes a folder in and lists what it has no reader for', async () => {
    const db = start();
    const folder = path.dirname(path.dirname(writeTemporary('debian-tracker/tracker.json', tracker)));
    mkdirSync(path.join(folder, 'weather'));
    const { status, stdout } = await db('import', folder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^debian-tracker +changed +1/m);
    const json = JSON.parse((await db('import', folder, '-f', 'json')).stdout) as { skipped: unknown };
    expect(json.skipped).toEqual(['weather']);
    expect(stdout).toContain('Skipped, no reader: weather\n');
  });

  it.each<[string, string[], number, RegExp]>([
    ['status without a database', ['status'], 5, /^drydock: There is no advisory database at /],
    [
      'an unknown feed',
      ['update', 'debian-trakcer'],
      2,
      /^drydock: "debian-trakcer" is no feed\. .* Did you mean debian-tracker\?$/m,
    ],
    ['import of what is no folder', ['import', 'none'], 2, /^drydock: .*none is not a folder/],
    ['update without a network', ['update', 'debian-tracker', '--offline'], 5, /no network is allowed \(--offline\)/],
    ['update from where nothing is', ['update', 'alpine-secdb'], 5, /^drydock: /],
  ])('%s', async (_, args, expected, message) => {
    const { status, stderr } = await start()(...args);
    expect([status, stderr]).toEqual([expected, expect.stringMatching(message)]);
  });

  it('says when a database is not one', async () => {
    const file = writeTemporary('advisories.db', 'x'.repeat(5000));
    const { status, stderr } = await runDrydock(['db', 'status', '--db', file]);
    expect([status, stderr]).toEqual([5, expect.stringMatching(/is not an advisory database/)]);
  });
});
