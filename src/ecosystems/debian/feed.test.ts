import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { debianTracker } from './feed.ts';

const read = (document: unknown) => readFiles(debianTracker, { 'data.json': JSON.stringify(document) });

async function states(release: object) {
  const { upserts } = await read({ p: { 'CVE-2020-0001': { releases: { bookworm: release } } } });
  return upserts.flatMap(({ severity, affected }) =>
    affected.map((entry) => ({ ...entry, severity: entry.severity ?? severity })),
  );
}

describe('debianTracker', () => {
  it.each([
    ['resolved', { status: 'resolved', fixed_version: '1-1' }, { state: 'fixed', ranges: [{ fixed: '1-1' }] }],
    ['pitfall 8: never affected', { status: 'resolved', fixed_version: '0' }, { state: 'not-affected', ranges: [] }],
    ['open', { status: 'open' }, { state: 'affected', ranges: [] }],
    [
      'pitfall 7: without an advisory',
      { status: 'open', nodsa: 'Minor issue', nodsa_reason: '' },
      { state: 'deferred', note: 'Minor issue' },
    ],
    [
      'pitfall 7: postponed',
      { status: 'open', nodsa: 'Next DSA', nodsa_reason: 'postponed' },
      { state: 'deferred', note: 'Next DSA' },
    ],
    [
      'pitfall 7: ignored',
      { status: 'open', nodsa: 'Too risky', nodsa_reason: 'ignored' },
      { state: 'will-not-fix', note: 'Too risky' },
    ],
    ['ignored without words', { status: 'open', nodsa_reason: 'ignored' }, { state: 'will-not-fix', note: 'ignored' }],
    [
      'pitfall 7: of a package without support',
      { status: 'open', urgency: 'end-of-life' },
      { state: 'end-of-life', severity: 'unknown' },
    ],
    [
      'pitfall 7: unimportant',
      { status: 'open', urgency: 'unimportant' },
      { state: 'affected', severity: 'negligible' },
    ],
    ['of estimated urgency', { status: 'open', urgency: 'medium**' }, { state: 'affected', severity: 'medium' }],
    ['not judged yet', { status: 'open', urgency: 'not yet assigned' }, { state: 'affected', severity: 'unknown' }],
  ])('an issue that is %s', async (_, release, expected) => {
    expect(await states(release)).toEqual([
      expect.objectContaining({ namespace: 'debian:12', nameKind: 'source', ...expected }),
    ]);
  });

  it.each([
    ['pitfall 7: undetermined', { status: 'undetermined' }],
    ['resolved in an unknown version', { status: 'resolved' }],
  ])('says nothing of an issue that is %s', async (_, release) => {
    expect(await states(release)).toEqual([]);
  });

  it('makes one record of an issue of a package, with an entry for each release', async () => {
    const { upserts, replaced, notes } = await read({
      openssl: {
        'CVE-2024-0001': {
          description: 'text',
          releases: {
            bookworm: { status: 'open', urgency: 'low' },
            sid: { status: 'resolved', fixed_version: '3-1', urgency: 'unimportant' },
            wheezy: { status: 'resolved', fixed_version: '1-1', urgency: 'not yet assigned' },
            plucky: { status: 'open' },
          },
        },
      },
    });

    expect(upserts).toEqual([
      {
        key: 'openssl/CVE-2024-0001',
        id: 'CVE-2024-0001',
        aliases: [],
        severity: 'low',
        description: 'text',
        urls: ['https://security-tracker.debian.org/tracker/CVE-2024-0001'],
        affected: [
          { namespace: 'debian:12', package: 'openssl', nameKind: 'source', state: 'affected', ranges: [] },
          {
            namespace: 'debian:unstable',
            package: 'openssl',
            nameKind: 'source',
            state: 'fixed',
            ranges: [{ fixed: '3-1' }],
            severity: 'negligible',
          },
          {
            namespace: 'debian:7',
            package: 'openssl',
            nameKind: 'source',
            state: 'fixed',
            ranges: [{ fixed: '1-1' }],
            severity: 'unknown',
          },
        ],
      },
    ]);
    expect(replaced).toEqual(['']);
    expect(notes).toEqual(['1 states of the unknown release "plucky" are left out']);
  });

  it('names the notices that dealt with an issue of a package', async () => {
    const issue = { releases: { bookworm: { status: 'resolved', fixed_version: '3-1' } } };
    const document = JSON.stringify({
      openssl: { 'CVE-2024-0001': issue, 'CVE-2024-0002': issue },
      nodejs: { 'CVE-2024-0001': issue },
    });
    const dsa = `[02 Feb 2024] DSA-5000-2 openssl - regression update
\t{CVE-2024-0001}
\t[bookworm] - openssl 3-1
[01 Feb 2024] DSA-5000-1 openssl - security update
\t{CVE-2024-0001 }
\t[bookworm] - openssl 3-1
`;
    const { upserts, notes } = await readFiles(debianTracker, {
      'tracker-data.json': document,
      'data/DSA/list': dsa,
      'data/DLA/list': '[01 Feb 2024] DLA-3000-1 nodejs - security update\n\t{CVE-2024-0009}\n[x] MALFORMED\n',
    });

    const related = upserts.map(({ key, related: ids, urls }) => [key, ids, urls.length]);
    expect(related).toEqual([
      ['openssl/CVE-2024-0001', ['DSA-5000-1', 'DSA-5000-2'], 3],
      ['openssl/CVE-2024-0002', undefined, 1],
      ['nodejs/CVE-2024-0001', undefined, 1],
    ]);
    expect(notes).toEqual(['"[x] MALFORMED" is no notice']);
  });

  it('pitfall 27: does without a list that is not there', async () => {
    const mirror = await startFeedMirror();
    mirror.set(
      'tracker/data/json',
      JSON.stringify({ a: { 'CVE-2020-0001': { releases: { sid: { status: 'open' } } } } }),
    );
    mirror.fault('debian-security-tracker/data/DSA/list', 'missing');
    mirror.fault('debian-security-tracker/data/DLA/list', '500');

    const { upserts, notes } = await updateFrom(mirror, debianTracker);

    expect(upserts).toHaveLength(1);
    expect(notes).toEqual([
      expect.stringMatching(/DSA\/list is not there, so its notices are not named$/),
      expect.stringMatching(/DLA\/list.*, so its notices are not named$/),
    ]);
    mirror.close();
  });

  it('pitfall 7: an issue without a CVE is kept under its name, until it gets one', async () => {
    const issue = { releases: { sid: { status: 'open', urgency: 'unimportant' } } };
    const before = await read({ a: { 'TEMP-0000000-0CA7E3': issue } });
    const after = await read({ a: { 'CVE-2024-0001': issue } });

    expect(before.upserts).toMatchObject([{ key: 'a/TEMP-0000000-0CA7E3', severity: 'negligible' }]);
    // The whole document is told anew: what it no longer names is gone.
    expect(after).toMatchObject({ upserts: [{ key: 'a/CVE-2024-0001' }], replaced: [''] });
  });

  it('pitfall 21: leaves ids out that are none', async () => {
    const { upserts, notes } = await read({ a: { 'cve-2024-0001': { releases: {} }, 'CVE-24-1': { releases: {} } } });

    expect(upserts).toEqual([]);
    expect(notes).toEqual(['a: "cve-2024-0001" is no id', 'a: "CVE-24-1" is no id']);
  });

  it.skipIf(!hasShared)('reads the whole tracker', async () => {
    const document = readShared('feeds/debian-tracker/tracker-data.json.gz');

    const { upserts, notes } = await readFiles(debianTracker, { 'tracker-data.json': document });

    const entries = upserts.flatMap((advisory) => advisory.affected);
    const count = (state: string) => entries.filter((entry) => entry.state === state).length;
    expect(notes).toEqual([]);
    expect(new Set(entries.map((entry) => entry.package)).size).toBe(2158);
    expect(upserts).toHaveLength(32_333);
    expect({ all: entries.length, fixed: count('fixed'), not: count('not-affected'), open: count('affected') }).toEqual(
      {
        all: 44_097,
        fixed: 44_001,
        not: 83,
        open: 13,
      },
    );
  });
});
