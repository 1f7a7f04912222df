import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { tarMembers } from '../../../test/support/tar-members.ts';
import { ubuntuTracker } from './tracker-feed.ts';

const file = (lines: string, more = ''): string => `Candidate: CVE-2020-0001\nPriority: low\n${more}\n${lines}\n`;
const read = (lines: string, more?: string) => readFiles(ubuntuTracker, { 'active/CVE-2020-0001': file(lines, more) });

describe('ubuntuTracker', () => {
  it.each([
    ['released (1.2-1)', { state: 'fixed', ranges: [{ fixed: '1.2-1' }] }],
    ['needed', { state: 'affected', ranges: [] }],
    ['active', { state: 'affected' }],
    ['in-progress', { state: 'affected' }],
    ['pending (1.2-1)', { state: 'affected', ranges: [], note: 'a fix is being prepared: 1.2-1' }],
    ['needs-triage', { state: 'under-investigation' }],
    ['deferred (2020-01-01)', { state: 'deferred' }],
    ['ignored (too intrusive)', { state: 'will-not-fix', note: 'too intrusive' }],
    ['ignored (end of life, was needed)', { state: 'end-of-life', note: 'end of life, was needed' }],
    ['ignored (out of standard support)', { state: 'end-of-life' }],
    ['ignored (was needs-triage now end-of-life)', { state: 'end-of-life' }],
    ['not-affected (1.0-1)', { state: 'not-affected', ranges: [] }],
    ['not-affected (code not present)', { state: 'not-affected', note: 'code not present' }],
  ])('%s', async (status, expected) => {
    const { upserts, notes } = await read(`jammy_p: ${status}`);

    expect(upserts[0]?.affected).toEqual(
      [{ namespace: 'ubuntu:22.04', package: 'p', nameKind: 'source', ranges: [], ...expected }].map((row) =>
        expect.objectContaining(row),
      ),
    );
    expect(notes).toEqual([]);
  });

  it('says nothing of a package that a release does not have', async () => {
    expect((await read('jammy_p: DNE')).upserts).toEqual([]);
  });

  it.each([
    ['focal', 'ubuntu:20.04'],
    ['esm-infra/xenial', 'ubuntu-pro:16.04'],
    ['esm-apps/focal', 'ubuntu-pro:20.04'],
    ['trusty/esm', 'ubuntu-pro:14.04'],
    ['esm-infra-legacy/trusty', 'ubuntu-pro:14.04'],
    ['fips/bionic', 'ubuntu-pro:fips:18.04'],
    ['fips-updates/bionic', 'ubuntu-pro:fips-updates:18.04'],
    ['ros-esm/xenial', 'ubuntu-pro:ros-esm:16.04'],
    ['dapper', 'ubuntu:6.06'],
  ])('%s is %s', async (release, namespace) => {
    const { upserts } = await read(`${release}_p: released (1)`);

    expect(upserts[0]?.affected.map((row) => row.namespace)).toContain(namespace);
  });

  it.each(['upstream', 'devel', 'snap', 'vivid/ubuntu-core', 'vivid/stable-phone-overlay'])(
    'passes over %s, which no image is of',
    async (release) => {
      expect(await read(`${release}_p: needed`)).toMatchObject({ upserts: [], notes: [] });
    },
  );

  it('counts what it does not know', async () => {
    const { upserts, notes } = await read('unknown_p: needed\njammy_p: maybe\nfocal_p: released\nnoble_p: needed');

    expect(upserts[0]?.affected).toMatchObject([{ namespace: 'ubuntu:24.04' }]);
    expect(notes).toEqual([
      '1 states are left out: the release "unknown" says nothing that is known here',
      '1 states are left out: the status "maybe" says nothing that is known here',
      '1 states are left out: a release without a version says nothing that is known here',
    ]);
  });

  it('names severity, notices and scores with their authors', async () => {
    const more = [
      'Priority_p: high',
      'References:',
      ' https://ubuntu.com/security/notices/USN-5317-1',
      ' https://usn.ubuntu.com/usn/usn-4444-1',
      'CVSS:',
      ' nvd: CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H [9.8 CRITICAL]',
      ' isc: CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
    ].join('\n');
    const { upserts } = await read('jammy_p: needed\njammy_q: needed', more);

    expect(upserts).toMatchObject([
      {
        key: 'CVE-2020-0001',
        severity: 'low',
        related: ['USN-4444-1', 'USN-5317-1'],
        cvss: [
          { source: 'nvd', score: 9.8 },
          { source: 'cna:isc', score: 7.5 },
        ],
        affected: [{ package: 'p', severity: 'high' }, { package: 'q' }],
      },
    ]);
    expect(upserts[0]?.affected[1]).not.toHaveProperty('severity');
  });

  it('pitfall 6: kernels are told apart by their source, not by its beginning', async () => {
    const { upserts } = await read('jammy_linux: released (5)\njammy_linux-hwe-6.8: released (6)');

    expect(upserts[0]?.affected.map((row) => [row.package, row.ranges[0]?.fixed])).toEqual([
      ['linux', '5'],
      ['linux-hwe-6.8', '6'],
    ]);
  });

  it('notes files that cannot be read, and refuses data that is mostly damaged', async () => {
    const good = { 'active/CVE-2020-0001': file('jammy_p: needed') };
    const { upserts, notes } = await readFiles(ubuntuTracker, { ...good, 'retired/CVE-2020-0002': 'x', README: 'x' });

    expect(upserts).toHaveLength(1);
    expect(notes).toEqual(['retired/CVE-2020-0002: the file has no id of a CVE']);
    const bad = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`active/CVE-2021-${1000 + i}`, 'x']));
    await expect(readFiles(ubuntuTracker, { ...good, ...bad })).rejects.toThrow('30 of 31 files');
  });

  it('says so where nothing is of the tracker, and gives nothing up then', async () => {
    expect(await readFiles(ubuntuTracker, { 'README.txt': 'x' })).toMatchObject({
      replaced: [],
      notes: ["1 files are none of the tracker's"],
    });
  });

  it.skipIf(!hasShared)('reads the whole tracker', async () => {
    const files = tarMembers(readShared('feeds/ubuntu-cve-tracker/ubuntu-cve-tracker.tar.zst'));
    expect(files.size).toBe(47_154);

    const { upserts, notes } = await readFiles(ubuntuTracker, Object.fromEntries(files));

    const rows = upserts.flatMap(({ affected }) => affected);
    const count = (state: string) => rows.filter((row) => row.state === state).length;
    expect({ records: upserts.length, rows: rows.length, fixed: count('fixed'), not: count('not-affected') }).toEqual({
      records: 46_823,
      rows: 974_912,
      fixed: 200_681,
      not: 349_311,
    });
    // Nine files of before their CVE had a number, 107 fixes whose version is none, and stray lines.
    expect(notes).toHaveLength(11);
    expect(notes.filter((note) => note.endsWith('has no id of a CVE'))).toHaveLength(9);
  });
});
