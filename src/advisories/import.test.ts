import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fakeFeed, plainAdvisory, tellAll } from '../../test/support/fake-feed.ts';
import { hasShared, sharedPath } from '../../test/support/shared.ts';
import { tar } from '../../test/support/tar.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { alpineSecdb } from '../ecosystems/alpine/feed.ts';
import { debianTracker } from '../ecosystems/debian/feed.ts';
import { ubuntuOsv } from '../ecosystems/ubuntu/feed.ts';
import { networkDialer } from '../net/network-dialer.ts';
import { openAdvisories } from './database.ts';
import { importAdvisories } from './import.ts';
import { updateAdvisories } from './update.ts';

const feeds = [alpineSecdb, debianTracker, ubuntuOsv];
const secdb = JSON.stringify({ packages: [{ pkg: { name: 'busybox', secfixes: { '1-r0': ['CVE-2020-1111'] } } }] });
const tracker = JSON.stringify({ bash: { 'CVE-2020-2222': { releases: { bookworm: { status: 'open' } } } } });
const ubuntu = JSON.stringify({
  id: 'UBUNTU-CVE-2020-3333',
  affected: [
    {
      package: { ecosystem: 'Ubuntu:22.04:LTS', name: 'zlib' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
    },
  ],
});

function layout(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

function run(folder: string, file = path.join(temporaryFolder(), 'a.db')) {
  return importAdvisories({ path: file, folder, feeds, now: new Date() });
}

describe('an import', () => {
  it('reads every feed whose folder is there, and lists the folders that nobody reads', async () => {
    const folder = layout({
      'README.md': 'about',
      'alpine-secdb/alpine-secdb.tar.zst': zstdCompressSync(tar([{ path: 'v3.20/main.json', content: secdb }])),
      'debian-tracker/tracker-data.json.gz': gzipSync(tracker),
      'osv/ecosystems.txt': 'PyPI\n',
      'osv/PyPI/all.ndjson.zst': '',
      'osv/Ubuntu/all.ndjson.zst': zstdCompressSync(`${ubuntu}\n`),
      'epss/scores.csv.gz': '',
      'samples/alpine/x.tar.zst': '',
    });
    const file = path.join(temporaryFolder(), 'a.db');

    const summary = await run(folder, file);

    expect(summary.feeds.map(({ name, status, change }) => [name, status, change?.records])).toEqual([
      ['alpine-secdb', 'changed', 1],
      ['debian-tracker', 'changed', 1],
      ['ubuntu-osv', 'changed', 1],
    ]);
    expect(summary.skipped).toEqual(['epss', 'osv/PyPI', 'samples']);
    const again = await run(folder, file);
    expect(again.feeds.map((feed) => feed.status)).toEqual(['unchanged', 'unchanged', 'unchanged']);
    const database = await openAdvisories(file);
    expect(database.status().generation).toBe(3);
    database.close();
  });

  it.each([
    ['both forms', ['one', 'other'], ['one'], { other: 'one' }],
    ['the other form alone', ['other'], ['other'], {}],
  ])('reads one of two feeds that say the same, of a folder with %s', async (_, folders, expected, otherForms) => {
    const folder = layout(Object.fromEntries(folders.map((name) => [`${name}/x`, ''])));
    const one = fakeFeed('one', () => tellAll([plainAdvisory('1')]));
    const other = fakeFeed('other', () => tellAll([plainAdvisory('1')]), { insteadOf: 'one' });
    const file = path.join(temporaryFolder(), 'a.db');

    const summary = await importAdvisories({ path: file, folder, feeds: [one, other], now: new Date() });

    expect(summary.feeds.map(({ name }) => name)).toEqual(expected);
    expect(summary.skipped).toEqual([]);
    expect(summary.otherForms).toEqual(otherForms);
  });

  it.each([
    ['not compressed', 'tracker.json', Buffer.from(tracker)],
    [
      'gzip in several members',
      'tracker.json.gz',
      Buffer.concat([gzipSync(tracker.slice(0, 20)), gzipSync(tracker.slice(20))]),
    ],
    [
      'zstd in several frames',
      'tracker.json.zst',
      Buffer.concat([zstdCompressSync(tracker.slice(0, 9)), zstdCompressSync(tracker.slice(9))]),
    ],
    ['an archive', 'all.tar', tar([{ path: 'x/tracker.json', content: tracker }])],
    ['a compressed archive', 'all.tar.gz', gzipSync(tar([{ path: 'x/tracker.json', content: tracker }]))],
    ['named otherwise than compressed', 'tracker.json.zst', gzipSync(tracker)],
  ])('reads a file that is %s', async (_, name, content) => {
    const summary = await run(layout({ [`debian-tracker/${name}`]: content }));

    expect(summary.feeds).toMatchObject([{ status: 'changed', change: { records: 1 } }]);
  });

  it.each([
    ['cut short', 'tracker.json.gz', gzipSync(tracker).subarray(0, 40)],
    ['cut short', 'tracker.json.zst', zstdCompressSync(tracker).subarray(0, 40)],
    ['followed by something', 'tracker.json.gz', Buffer.concat([gzipSync(tracker), Buffer.from('xxxxxxxx')])],
    ['compressed in another way', 'tracker.json', Buffer.from('BZh9xxxx')],
    ['an archive that is cut short', 'all.tar', tar([{ path: 'tracker.json', content: tracker }]).subarray(0, 540)],
    ['not one of the feed', 'README.md', Buffer.from('about')],
    ['half a document', 'tracker.json', Buffer.from(tracker.slice(0, 30))],
  ])('fails with a file that is %s', async (_, name, content) => {
    const file = path.join(temporaryFolder(), 'a.db');
    await run(layout({ 'debian-tracker/tracker.json': tracker }), file);

    const summary = await run(layout({ [`debian-tracker/${name}`]: content }), file);

    expect(summary.feeds).toMatchObject([{ status: 'failed', error: { code: 'feed.refused' } }]);
    const database = await openAdvisories(file);
    expect(database.hasNamespace('debian:12')).toBe(true);
    database.close();
  });

  it.each([
    ['a folder that is not there', '/nonexistent'],
    ['a file', import.meta.filename],
    ['a folder without any feed', temporaryFolder()],
  ])('refuses %s', async (_, folder) => {
    await expect(run(folder)).rejects.toMatchObject({ code: 'usage.option' });
  });

  it('makes the next update read everything anew, if it changed anything', async () => {
    const file = path.join(temporaryFolder(), 'a.db');
    const folder = layout({ 'f/x': '' });
    const states: unknown[] = [];
    const feed = (key: string) =>
      fakeFeed('f', (from) => {
        states.push(from);
        return [...tellAll([plainAdvisory(key)]), { type: 'state', state: { etag: 'a' } } as const];
      });
    const update = (key: string) =>
      updateAdvisories({ path: file, feeds: [feed(key)], dialer: networkDialer(), now: new Date() });
    const imported = (key: string) => importAdvisories({ path: file, folder, feeds: [feed(key)], now: new Date() });
    await update('1');
    await imported('1');
    await update('1');
    await imported('2');
    states.length = 0;
    await update('1');

    expect(states).toEqual([{}]);
  });

  it.skipIf(!hasShared)('takes the reference data in', async () => {
    const folder = sharedPath('feeds');
    const summary = await importAdvisories({
      path: path.join(temporaryFolder(), 'a.db'),
      folder,
      feeds: [alpineSecdb, debianTracker],
      now: new Date(),
    });

    expect(summary.feeds.map(({ status, change, notes }) => [status, change?.records, notes.count])).toEqual([
      ['changed', 104_598, 15],
      ['changed', 32_333, 0],
    ]);
    expect(summary.skipped).toHaveLength(11);
    expect(summary.skipped).toContain('osv');
  });
});
