import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { ubuntuOsv } from './feed.ts';

function record(id: string, affected: object[], more: object = {}): string {
  return JSON.stringify({ id, upstream: [id.replace('UBUNTU-', '')], affected, ...more });
}

function entry(ecosystem: string, events: object[], specific: object = {}): object {
  return {
    package: { ecosystem, name: 'zlib' },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...events] }],
    versions: ['1:1.2.11.dfsg-2ubuntu9'],
    ecosystem_specific: specific,
  };
}

const read = (...lines: string[]) => readFiles(ubuntuOsv, { 'all.ndjson': `${lines.join('\n')}\n` });

describe('ubuntuOsv', () => {
  it('reads a record of a CVE, without the list of all versions', async () => {
    const affected = [
      entry('Ubuntu:22.04:LTS', [{ fixed: '1.2-1' }]),
      entry('Ubuntu:Pro:16.04:LTS', [{ fixed: '1.1-1' }]),
    ];
    const severity = [{ type: 'Ubuntu', score: 'low' }];

    const { upserts, replaced } = await read(record('UBUNTU-CVE-2022-1', affected, { severity }));

    const base = { package: 'zlib', nameKind: 'source', state: 'fixed' };
    expect(upserts).toEqual([
      {
        key: 'UBUNTU-CVE-2022-1',
        id: 'UBUNTU-CVE-2022-1',
        aliases: ['CVE-2022-1'],
        severity: 'low',
        urls: ['https://ubuntu.com/security/CVE-2022-1'],
        affected: [
          { ...base, namespace: 'ubuntu:22.04', ranges: [{ fixed: '1.2-1' }] },
          {
            ...base,
            namespace: 'ubuntu:16.04',
            state: 'will-not-fix',
            ranges: [{ fixed: '1.1-1' }],
            note: 'fixed with Ubuntu Pro in 1.1-1',
          },
          { ...base, namespace: 'ubuntu-pro:16.04', ranges: [{ fixed: '1.1-1' }] },
        ],
      },
    ]);
    expect(replaced).toEqual(['']);
  });

  it.each([
    ['needed', 'affected', undefined],
    ['needs-triage', 'under-investigation', undefined],
    ['deferred', 'deferred', undefined],
    ['ignored', 'will-not-fix', undefined],
    ['pending', 'affected', 'a fix is being prepared'],
    [undefined, 'affected', undefined],
  ])('status %s of the tracker is %s', async (status, state, note) => {
    const { upserts } = await read(record('UBUNTU-CVE-2022-1', [entry('Ubuntu:22.04:LTS', [], { status })]));

    expect(upserts[0]?.affected[0]).toMatchObject({ state, ranges: [] });
    expect(upserts[0]?.affected[0]?.note).toBe(note);
  });

  it('leaves notices out, which repeat the fixes of several CVEs', async () => {
    const usn = record('USN-1-1', [entry('Ubuntu:22.04:LTS', [{ fixed: '1.2-1' }])]);

    expect((await read(usn)).upserts).toEqual([]);
  });

  it.skipIf(!hasShared)('reads real records', async () => {
    const lines = readShared('feeds/osv/Ubuntu/all.ndjson.zst').toString().split('\n', 3000);

    const { upserts, notes, removed } = await read(...lines);

    expect([upserts.length, notes.length, removed.length]).toEqual([3000, 0, 0]);
    const namespaces = new Set(upserts.flatMap((advisory) => advisory.affected.map((each) => each.namespace)));
    expect([...namespaces].filter((namespace) => !/^ubuntu(?:-pro)?:\d\d\.\d\d$/.test(namespace))).toEqual([]);
    for (const advisory of upserts) expect(advisory.aliases).toEqual([advisory.id.replace('UBUNTU-', '')]);
  });

  it.skipIf(!hasShared)('reads the whole of them', async () => {
    const { upserts, notes, removed } = await readFiles(ubuntuOsv, {
      'all.ndjson': readShared('feeds/osv/Ubuntu/all.ndjson.zst'),
    });

    const rows = upserts.flatMap(({ affected }) => affected);
    const inferred = rows.filter(({ note }) => note?.includes('fixed with Ubuntu Pro') === true);
    // Of 435,468 ranges: where both pockets of Pro speak of a package one row is left, and what follows for images
    // without Pro is added, or stands in the place of `ignored`.
    expect({ records: upserts.length, notes: notes.length, removed: removed.length, rows: rows.length }).toEqual({
      records: 35_962,
      notes: 0,
      removed: 0,
      rows: 436_485,
    });
    expect(inferred.length).toBeGreaterThan(9000);
    expect(inferred.filter(({ namespace }) => namespace.startsWith('ubuntu-pro'))).toEqual([]);
  });
});
