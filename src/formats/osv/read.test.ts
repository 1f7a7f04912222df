import { describe, expect, it } from 'vitest';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import type { Advisory } from '../../model/advisory.ts';
import { osvNamespace } from './namespace.ts';
import { type OsvReading, readOsv } from './read.ts';

const reading: OsvReading = { namespaceOf: osvNamespace, nameKind: 'binary', cvssSource: 'test' };
const v31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const v40 = 'CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';
const open = { type: 'ECOSYSTEM', events: [{ introduced: '0' }] };
const closed = { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] };
const flask = { ecosystem: 'PyPI', name: 'flask' };

function advisory(record: object, how: Partial<OsvReading> = {}): Advisory {
  const result = readOsv(
    { id: 'X-1', affected: [{ package: flask, ranges: [closed] }], ...record },
    { ...reading, ...how },
  );
  if (result.kind !== 'advisory') throw new Error(result.kind);
  return result.advisory;
}

describe('readOsv', () => {
  it('reads all that a record says', () => {
    const record = {
      schema_version: '1.7.0',
      id: 'GHSA-1',
      aliases: ['CVE-2024-1', 'GHSA-1'],
      related: ['CVE-2024-2', 'CVE-2024-1'],
      summary: 'short',
      details: 'long',
      published: '2024-01-01T00:00:00Z',
      modified: '0001-01-01T00:00:00Z',
      severity: [
        { type: 'CVSS_V3', score: v31 },
        { type: 'CVSS_V4', score: v40 },
        { type: 'CVSS_V3', score: 'nonsense' },
      ],
      references: [
        { type: 'WEB', url: 'https://example.org/web' },
        { type: 'ADVISORY', url: 'https://example.org/advisory' },
        { type: 'WEB', url: 'javascript:alert(1)' },
      ],
      affected: [{ package: flask, ranges: [closed], versions: ['1.0', '1.1'] }],
      database_specific: { severity: 'MODERATE' },
    };

    expect(readOsv(record, reading)).toEqual({
      kind: 'advisory',
      notes: [],
      advisory: {
        key: 'GHSA-1',
        id: 'GHSA-1',
        aliases: ['CVE-2024-1'],
        related: ['CVE-2024-2'],
        severity: 'medium',
        title: 'short',
        description: 'long',
        published: '2024-01-01T00:00:00Z',
        cvss: [
          { version: '4.0', vector: v40, score: 7.3, source: 'test' },
          { version: '3.1', vector: v31, score: 9.8, source: 'test' },
        ],
        urls: ['https://example.org/advisory', 'https://example.org/web'],
        affected: [
          {
            namespace: 'pypi',
            package: 'flask',
            nameKind: 'binary',
            state: 'fixed',
            ranges: [{ fixed: '2' }],
            versions: ['1.0', '1.1'],
          },
        ],
      },
    });
  });

  it('names what distributions name in upstream, in the usual spelling', () => {
    expect(advisory({ id: 'UBUNTU-CVE-2024-1', upstream: ['CVE-2024-1'] }).aliases).toEqual(['CVE-2024-1']);
    expect(advisory({ upstream: ['cve-2024-1', 'CVE-2024-2'], related: ['CVE-2024-2'] })).toMatchObject({
      aliases: ['CVE-2024-1', 'CVE-2024-2'],
    });
  });

  it.each(['UBUNTU-CVE-2024-51988', 'DEBIAN-CVE-2024-51988', 'ALPINE-CVE-2024-51988'])(
    'knows the CVE behind %s',
    (id) => {
      expect(advisory({ id, related: ['CVE-2024-51988'] })).toMatchObject({ aliases: ['CVE-2024-51988'] });
      expect(advisory({ id, related: ['CVE-2024-51988'] })).not.toHaveProperty('related');
    },
  );

  it('takes withdrawn records away', () => {
    expect(readOsv({ id: 'X-1', withdrawn: '2024-01-01T00:00:00Z' }, reading)).toEqual({
      kind: 'withdrawn',
      key: 'X-1',
    });
    expect(readOsv({ id: 'X-1', withdrawn: null, affected: [] }, reading).kind).toBe('empty');
  });

  it.each([
    ['no record', null],
    ['a list', []],
    ['no id', { affected: [] }],
    ['an id that is no text', { id: 7 }],
  ])('cannot read %s', (_, record) => {
    expect(readOsv(record, reading)).toEqual({ kind: 'unreadable', reason: 'a record without an id' });
  });

  it.each([
    ['of commits only', { package: flask, ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] }, 1],
    ['without ranges and versions', { package: flask }, 1],
    ['without a package', { ranges: [closed] }, 0],
    ['of another ecosystem', { package: { ecosystem: 'Alpine', name: 'a' }, ranges: [closed] }, 0],
  ])('leaves an entry %s out: it would mean every version', (_, entry, notes) => {
    const result = readOsv({ id: 'X-1', affected: [entry] }, reading);

    expect(result).toMatchObject({ kind: 'empty', key: 'X-1' });
    expect(result).toHaveProperty('notes.length', notes);
  });

  it.each([
    ['a fix in every range', [closed, closed], undefined, 'fixed', [{ fixed: '2' }, { fixed: '2' }]],
    ['a range without a fix', [open], undefined, 'affected', []],
    ['one range without a fix', [closed, open], ['1'], 'affected', []],
    ['versions only', [], ['1', '2'], 'affected', []],
  ])('tells the state by %s', (_, ranges, versions, state, expected) => {
    const [entry] = advisory({ affected: [{ package: flask, ranges, versions }] }).affected;

    expect(entry).toMatchObject({ state, ranges: expected });
    // Every version is affected: a list of some would only narrow it.
    expect(entry?.versions).toEqual(ranges.length === 0 ? versions : undefined);
  });

  it('may leave versions out that the ranges cover', () => {
    const affected = [
      { package: flask, ranges: [closed], versions: ['1'] },
      { package: flask, versions: ['7'] },
    ];

    expect(advisory({ affected }, { rangesOnly: true }).affected.map((entry) => entry.versions)).toEqual([
      undefined,
      ['7'],
    ]);
  });

  it('looks a name up in the form of the ecosystem', () => {
    const affected = [{ package: { ecosystem: 'PyPI', name: 'Foo.Bar' }, ranges: [closed] }];

    expect(advisory({ affected }, { packageName: (name) => name.toLowerCase() }).affected[0]?.package).toBe('foo.bar');
  });

  it('lets the ecosystem say more of a state', () => {
    const affected = [{ package: flask, ranges: [open], ecosystem_specific: { status: 'ignored' } }];
    const stateOf: OsvReading['stateOf'] = (specific, fixed) =>
      specific['status'] === 'ignored' && !fixed ? { state: 'will-not-fix', note: 'old' } : undefined;

    expect(advisory({ affected }, { stateOf }).affected[0]).toMatchObject({ state: 'will-not-fix', note: 'old' });
  });
});

describe('severity', () => {
  it.each([
    [
      'the word of the publisher before CVSS',
      {
        severity: [
          { type: 'Ubuntu', score: 'negligible' },
          { type: 'CVSS_V3', score: v31 },
        ],
      },
      'negligible',
    ],
    [
      'CVSS where the word is no judgement',
      {
        severity: [
          { type: 'Ubuntu', score: 'untriaged' },
          { type: 'CVSS_V3', score: v31 },
        ],
      },
      'critical',
    ],
    [
      'the word of the database',
      { database_specific: { severity: 'LOW' }, severity: [{ type: 'CVSS_V3', score: v31 }] },
      'low',
    ],
    [
      'the newest CVSS',
      {
        severity: [
          { type: 'CVSS_V3', score: v31 },
          { type: 'CVSS_V4', score: v40 },
        ],
      },
      'high',
    ],
    ['CVSS 2', { severity: [{ type: 'CVSS_V2', score: 'AV:N/AC:M/Au:N/C:P/I:P/A:P' }] }, 'medium'],
    ['a bare score', { database_specific: { cvss_v3_score: 5.3, cvss_v4_score: null } }, 'medium'],
    ['the word of the ecosystem', { ecosystem_specific: { severity: 'High' } }, 'high'],
    ['nothing', {}, 'unknown'],
    ['a list that is none', { severity: 'high' }, 'unknown'],
  ])('is taken from %s', (_, record, severity) => {
    expect(advisory(record).severity).toBe(severity);
  });

  it('of one package overrides that of the record', () => {
    const affected = [
      { package: flask, ranges: [closed], ecosystem_specific: { urgency: 'unimportant' } },
      { package: flask, ranges: [closed], severity: [{ type: 'CVSS_V3', score: v31 }] },
      { package: flask, ranges: [closed], ecosystem_specific: { ubuntu_priority: 'low' } },
    ];
    const read = advisory({ affected, database_specific: { severity: 'LOW' } });

    expect(read.severity).toBe('low');
    expect(read.affected.map((entry) => entry.severity)).toEqual(['negligible', 'critical', undefined]);
    // Bitnami gives CVSS with the package alone.
    expect(read.cvss).toHaveLength(1);
  });
});

describe('real records', () => {
  // Whole ecosystems, counted as feeds/README.md counts them.
  it.skipIf(!hasShared).each([
    ['PyPI', 2661, 10, 0],
    ['npm', 470, 0, 0],
    ['Go', 4288, 17, 0],
    ['crates.io', 1206, 13, 0],
    ['RubyGems', 1173, 0, 1],
    ['Bitnami', 7444, 0, 0],
    ['Packagist', 1598, 0, 0],
    ['AlmaLinux', 5637, 0, 0],
  ])('of %s can all be read', (ecosystem, advisories, withdrawn, empty) => {
    const kinds = { advisory: 0, withdrawn: 0, empty: 0, unreadable: 0 };
    for (const line of readShared(`feeds/osv/${ecosystem}/all.ndjson.zst`).toString().split('\n')) {
      if (line !== '') kinds[readOsv(JSON.parse(line), reading).kind]++;
    }

    expect(kinds).toEqual({ advisory: advisories, withdrawn, empty, unreadable: 0 });
  });

  it.skipIf(!hasShared)('of every shape in the sample collection can be read', () => {
    const text = readShared('feeds/samples/osv/osv-records.ndjson.zst').toString();
    const kinds = text
      .split('\n')
      .filter(Boolean)
      .map((line) => readOsv(JSON.parse(line), reading).kind);

    expect(kinds).toHaveLength(193);
    expect(kinds.filter((kind) => kind === 'withdrawn')).toHaveLength(7);
    expect(kinds.filter((kind) => kind === 'unreadable')).toHaveLength(0);
  });
});

describe('readOsv, as a publisher of notices needs it', () => {
  const related = { related: ['CVE-2024-0001', 'cve-2024-0002', 'RHSA-2024:1', 'CVE-2024-3'] };

  it('takes related CVEs for those that a notice deals with, where it is told to', () => {
    expect(advisory(related, { cvesAreRelated: true })).toMatchObject({
      aliases: ['CVE-2024-0001', 'CVE-2024-0002'],
      related: ['RHSA-2024:1', 'CVE-2024-3'],
    });
    expect(advisory(related)).toMatchObject({
      aliases: [],
      related: ['CVE-2024-0001', 'CVE-2024-0002', 'RHSA-2024:1', 'CVE-2024-3'],
    });
  });

  it('takes the severity that the feed finds before CVSS, and CVSS where it finds none', () => {
    const record = { summary: 'Low: x', severity: [{ type: 'CVSS_V3', score: v31 }] };

    expect(advisory(record, { severityOf: ({ summary }) => (summary === 'Low: x' ? 'low' : 'unknown') }).severity).toBe(
      'low',
    );
    expect(advisory(record, { severityOf: () => 'unknown' }).severity).toBe('critical');
  });

  it('asks which builds a row is about', () => {
    const onlyFor: OsvReading['onlyFor'] = ({ summary }, ranges) =>
      ranges[0]?.fixed === '2' ? { module: String(summary) } : undefined;

    expect(advisory({ summary: 'node:18' }, { onlyFor }).affected[0]?.only).toEqual({ module: 'node:18' });
    expect(advisory({ affected: [{ package: flask, ranges: [open] }] }, { onlyFor }).affected[0]?.only).toBeUndefined();
  });

  it('asks for the page of a record with the record', () => {
    expect(
      advisory({ summary: 'x' }, { recordUrl: (id, { summary }) => `https://x.example/${summary}/${id}` }).urls[0],
    ).toBe('https://x.example/x/X-1');
  });
});
