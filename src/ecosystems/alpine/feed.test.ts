import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { type FeedMirror, sharedFeeds, startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { alpineSecdb } from './feed.ts';

const secdb = (secfixes: object, name = 'busybox') => JSON.stringify({ packages: [{ pkg: { name, secfixes } }] });

let mirror: FeedMirror;
beforeEach(async () => {
  mirror = await startFeedMirror();
});
afterEach(() => mirror.close());

const v320 = new Set(['alpine:v3.20']);

describe('alpineSecdb', () => {
  it('makes one record of a vulnerability of a package in a branch', async () => {
    const secfixes = { '0': ['CVE-2020-1'], '1.36-r1': ['CVE-2020-2222 XSA-5'] };

    const { upserts, replaced } = await readFiles(alpineSecdb, { 'v3.20/main.json': secdb(secfixes) });

    expect(upserts).toEqual([
      {
        key: 'v3.20/main/busybox/CVE-2020-2222',
        id: 'CVE-2020-2222',
        aliases: [],
        related: ['XSA-5'],
        severity: 'unknown',
        urls: ['https://security.alpinelinux.org/vuln/CVE-2020-2222'],
        affected: [
          {
            namespace: 'alpine:v3.20',
            package: 'busybox',
            nameKind: 'source',
            state: 'fixed',
            ranges: [{ fixed: '1.36-r1' }],
          },
        ],
      },
    ]);
    expect(replaced).toEqual(['v3.20/main/']);
  });

  it.each([
    ['key 0 alone: never affected', { '0': ['CVE-2020-1111'] }, 'not-affected', [], 0],
    [
      'two fixes: the later counts',
      { '2-r0': ['CVE-2020-1111'], '1-r0': ['CVE-2020-1111'] },
      'fixed',
      [{ fixed: '2-r0' }, { fixed: '1-r0' }],
      0,
    ],
    [
      'both: as fixed, with a note',
      { '0': ['CVE-2020-1111'], '1-r0': ['CVE-2020-1111'] },
      'fixed',
      [{ fixed: '1-r0' }],
      1,
    ],
  ])('%s', async (_, secfixes, state, ranges, notes) => {
    const run = await readFiles(alpineSecdb, { 'edge/community.json': secdb(secfixes) });

    expect(run.upserts[0]?.affected).toEqual([expect.objectContaining({ namespace: 'alpine:edge', state, ranges })]);
    expect(run.notes).toHaveLength(notes);
  });

  it('says which files of a folder it does not know', async () => {
    const run = await readFiles(alpineSecdb, { 'README.md': '', 'v3.20/testing.json': '', 'other/main.json': '' });

    expect(run.upserts).toEqual([]);
    expect(run.notes).toHaveLength(3);
  });

  it('asks only for the branches that are needed, and without the index', async () => {
    mirror.set('alpine-secdb/v3.20/main.json', secdb({ '1-r0': ['CVE-2020-1111'] }));
    mirror.set('alpine-secdb/v3.20/community.json', secdb({ '1-r0': ['CVE-2020-2222'] }));

    const run = await updateFrom(mirror, alpineSecdb, {}, new Set(['alpine:v3.20', 'debian:12', 'alpine:../x']));

    expect(run.upserts).toHaveLength(2);
    expect(mirror.requests.map((request) => request.path)).toEqual([
      'alpine-secdb/v3.20/main.json',
      'alpine-secdb/v3.20/community.json',
    ]);
  });

  it('asks for every branch it knows, and for those of the index', async () => {
    for (const branch of ['v3.24', 'v3.25', 'v3.4', 'edge']) {
      mirror.set(`alpine-secdb/${branch}/main.json`, secdb({ '1-r0': ['CVE-2020-1111'] }));
    }
    mirror.set('alpine-secdb/', '<html><a href="../">up</a><a href="v3.25/">v3.25/</a><a href="last-update">x</a>');

    const error = await updateFrom(mirror, alpineSecdb).catch((reason: unknown) => reason);

    const asked = mirror.requests.map((request) => request.path);
    expect(asked).toContain('alpine-secdb/v3.25/main.json');
    expect(asked).toContain('alpine-secdb/v3.2/main.json');
    // Most of the documents are missing: that is no slip.
    expect(error).toMatchObject({ code: 'feed.refused', message: expect.stringContaining('are not there') });
  });

  it('keeps what it knows of a document that is missing, as long as most are there', async () => {
    for (const repository of ['main', 'community']) {
      for (const branch of ['v3.19', 'v3.20']) {
        mirror.set(`alpine-secdb/${branch}/${repository}.json`, secdb({ '1-r0': ['CVE-2020-1111'] }));
      }
    }
    const wanted = new Set(['alpine:v3.19', 'alpine:v3.20']);
    const first = await updateFrom(mirror, alpineSecdb, {}, wanted);
    mirror.fault('alpine-secdb/v3.19/community.json', 'missing');
    mirror.set('alpine-secdb/v3.20/main.json', secdb({ '2-r0': ['CVE-2020-1111'] }));

    const second = await updateFrom(mirror, alpineSecdb, first.state, wanted);

    expect(second.notes).toEqual(['v3.19/community.json is not there; what it said before is kept']);
    expect(second.replaced).toEqual(['v3.20/main/']);
    expect(second.state?.['v3.19/community.json']).toBe(first.state?.['v3.19/community.json']);
  });

  it('remembers the branches that were not asked for', async () => {
    mirror.set('alpine-secdb/v3.20/main.json', secdb({ '1-r0': ['CVE-2020-1111'] }));
    mirror.set('alpine-secdb/v3.20/community.json', secdb({}));

    const run = await updateFrom(mirror, alpineSecdb, { 'v3.7/main.json': 'known' }, v320);

    expect(Object.keys(run.state ?? {}).sort()).toEqual(['v3.20/community.json', 'v3.20/main.json', 'v3.7/main.json']);
  });

  it('does not miss a community repository where there never was one', async () => {
    mirror.set('alpine-secdb/v3.3/main.json', secdb({ '1-r0': ['CVE-2016-1111'] }));

    expect((await updateFrom(mirror, alpineSecdb, {}, new Set(['alpine:v3.3']))).notes).toEqual([]);
  });

  it.skipIf(!hasShared)('reads every branch', async () => {
    mirror.close();
    mirror = await startFeedMirror(sharedFeeds(0));

    const { upserts, notes, replaced } = await updateFrom(mirror, alpineSecdb);

    const entries = upserts.flatMap((advisory) => advisory.affected);
    expect(replaced).toHaveLength(46);
    // 105,183 ids, of which some stand under several versions and some entries hold several.
    expect(upserts).toHaveLength(104_598);
    expect(entries.filter((entry) => entry.state === 'not-affected')).toHaveLength(708);
    expect(new Set(upserts.map((advisory) => advisory.key)).size).toBe(upserts.length);
    expect(new Set(entries.map((entry) => entry.namespace)).size).toBe(24);
    expect(notes).toHaveLength(15);
  });
});
