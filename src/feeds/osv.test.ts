import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../test/support/feed-events.ts';
import {
  type FeedMirror,
  type MirrorRecord,
  setOsv,
  sharedFeeds,
  startFeedMirror,
} from '../../test/support/feed-mirror.ts';
import { hasShared } from '../../test/support/shared.ts';
import { zip } from '../../test/support/zip.ts';
import { osvFeed } from './osv.ts';

const pypi = osvFeed({
  name: 'pypi-osv',
  version: 1,
  ecosystem: 'PyPI',
  title: 'Python packages (OSV)',
  licence: 'CC-BY 4.0',
  nameKind: 'binary',
});

function record(id: string, day: number, fixed = '2', more: object = {}): MirrorRecord {
  return {
    id,
    modified: `2024-01-${String(day).padStart(2, '0')}T00:00:00Z`,
    affected: [
      {
        package: { ecosystem: 'PyPI', name: 'flask' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
      { package: { ecosystem: 'npm', name: 'flask' }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] },
    ],
    ...more,
  } as MirrorRecord;
}

let mirror: FeedMirror;
beforeEach(async () => {
  mirror = await startFeedMirror();
});
afterEach(() => mirror.close());

function asked(): string[] {
  return mirror.requests.splice(0).map(({ path, status }) => `${path.replace('osv/PyPI/', '')} ${status}`);
}

describe('the first update', () => {
  it('loads the archive, and only what it says of its own ecosystem', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1), record('B-1', 2, '3', { withdrawn: '2024-01-02T00:00:00Z' })]);

    const run = await updateFrom(mirror, pypi);

    expect(run.upserts.map((advisory) => [advisory.id, advisory.affected.length])).toEqual([['A-1', 1]]);
    expect(run.removed).toEqual(['B-1']);
    expect(run.replaced).toEqual(['']);
    expect(run.state).toMatchObject({ modified: '2024-01-02T00:00:00.000000000Z', records: '2' });
    expect(asked()).toEqual(['modified_id.csv 200', 'all.zip 200']);
  });

  it('puts up with a few unreadable records', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1)]);
    const files = [
      { name: 'A-1.json', content: JSON.stringify(record('A-1', 1)) },
      { name: 'B-1.json', content: '{"id":"B-1"' },
      { name: 'C-1.json', content: '{}', statedCrc: 1 },
      { name: 'README.md', content: '' },
    ];
    mirror.set('osv/PyPI/all.zip', zip(files));

    const run = await updateFrom(mirror, pypi);

    expect(run.upserts.map((advisory) => advisory.id)).toEqual(['A-1']);
    expect(run.notes).toEqual(['a record without an id', 'entry "C-1.json" has another checksum than stated']);
  });

  it('refuses an archive of which much is unreadable', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1)]);
    mirror.set(
      'osv/PyPI/all.zip',
      zip(Array.from({ length: 100 }, (_, i) => ({ name: `${i}.json`, content: i < 30 ? '' : '{"id":"x"}' }))),
    );

    await expect(updateFrom(mirror, pypi)).rejects.toThrow('30 of 100 records of pypi-osv are unreadable');
  });

  it.each([
    ['no index', 'modified_id.csv', 'missing'],
    ['no archive', 'all.zip', 'missing'],
    ['a page instead of the index', 'modified_id.csv', 'html'],
    ['a page instead of the archive', 'all.zip', 'html'],
    ['an empty index', 'modified_id.csv', 'empty'],
  ] as const)('fails with %s', async (_, path, fault) => {
    setOsv(mirror, 'PyPI', [record('A-1', 1)]);
    mirror.fault(`osv/PyPI/${path}`, fault);

    await expect(updateFrom(mirror, pypi)).rejects.toMatchObject({ code: 'feed.refused' });
  });

  it('fails with an index that lists nothing, and with an archive that is none', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1)]);
    mirror.set('osv/PyPI/all.zip', 'text');
    await expect(updateFrom(mirror, pypi)).rejects.toThrow('no zip archive');

    mirror.set('osv/PyPI/modified_id.csv', 'modified,id\n');
    await expect(updateFrom(mirror, pypi)).rejects.toThrow('lists no records');
  });
});

describe('a later update', () => {
  it('asks for the index alone while nothing changed', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1)]);
    const { state } = await updateFrom(mirror, pypi);
    asked();

    const run = await updateFrom(mirror, pypi, state);

    expect(run).toEqual({ upserts: [], enrichments: [], removed: [], replaced: [], notes: [], state });
    expect(asked()).toEqual(['modified_id.csv 304']);
  });

  it('heals after a mirror that served the files of yesterday', async () => {
    const today = [record('A-1', 1), record('B-1', 3, '7')];
    setOsv(mirror, 'PyPI', today);
    const one = await updateFrom(mirror, pypi);
    setOsv(mirror, 'PyPI', [record('A-1', 1), record('B-1', 2)]);
    const two = await updateFrom(mirror, pypi, one.state);
    setOsv(mirror, 'PyPI', today);
    const three = await updateFrom(mirror, pypi, two.state);

    expect(two).toMatchObject({ removed: [], replaced: [] });
    expect(three.upserts.map(({ id, affected }) => [id, affected[0]?.ranges])).toEqual([['B-1', [{ fixed: '7' }]]]);
  });

  it('fetches what changed, record by record', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1), record('B-1', 2)]);
    const { state } = await updateFrom(mirror, pypi);
    const changed = [
      record('A-1', 1),
      record('B-1', 3, '7'),
      record('C-1', 4),
      record('D-1', 4, '1', { withdrawn: '2024-01-04T00:00:00Z' }),
    ];
    setOsv(mirror, 'PyPI', changed);
    asked();

    const run = await updateFrom(mirror, pypi, state);

    expect(run.upserts.map((advisory) => [advisory.id, advisory.affected[0]?.ranges])).toEqual([
      ['C-1', [{ fixed: '2' }]],
      ['B-1', [{ fixed: '7' }]],
    ]);
    expect(run.removed).toEqual(['D-1']);
    expect(run.replaced).toEqual([]);
    expect(asked().sort()).toEqual(['B-1.json 200', 'C-1.json 200', 'D-1.json 200', 'modified_id.csv 200']);
  });

  it('takes a record that is listed but gone as removed', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1)]);
    const { state } = await updateFrom(mirror, pypi);
    setOsv(mirror, 'PyPI', [record('A-1', 1), record('B-1', 2)]);
    mirror.fault('osv/PyPI/B-1.json', 'missing');

    const run = await updateFrom(mirror, pypi, state);

    expect(run.removed).toEqual(['B-1']);
    expect(run.notes).toEqual(['B-1 is listed as changed, but not there']);
  });

  it('fails when many of them are gone, or one cannot be had', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1)]);
    const { state } = await updateFrom(mirror, pypi);
    const many = Array.from({ length: 30 }, (_, i) => record(`B-${i}`, 2));
    setOsv(mirror, 'PyPI', [record('A-1', 1), ...many]);
    mirror.fault('osv/PyPI/B-7.json', '500');
    await expect(updateFrom(mirror, pypi, state)).rejects.toMatchObject({ code: 'feed.unreachable' });

    for (const { id } of many) mirror.fault(`osv/PyPI/${id}.json`, 'missing');
    await expect(updateFrom(mirror, pypi, state)).rejects.toThrow('30 of 30 records of pypi-osv are unreadable');
  });

  it('loads the archive again when records vanished', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1), record('B-1', 2)]);
    const { state } = await updateFrom(mirror, pypi);
    setOsv(mirror, 'PyPI', [record('B-1', 2)]);
    asked();

    const run = await updateFrom(mirror, pypi, state);

    expect(run.replaced).toEqual(['']);
    expect(asked()).toEqual(['modified_id.csv 200', 'all.zip 200']);
  });

  it('loads the archive again when much changed', async () => {
    setOsv(mirror, 'PyPI', [record('A-1', 1)]);
    const { state } = await updateFrom(mirror, pypi);
    setOsv(
      mirror,
      'PyPI',
      Array.from({ length: 2001 }, (_, i) => record(`B-${i}`, 2)),
    );
    asked();

    const run = await updateFrom(mirror, pypi, state);

    expect(run.upserts).toHaveLength(2001);
    expect(asked()).toEqual(['modified_id.csv 200', 'all.zip 200']);
  });

  it('makes up for an archive that was older than the index', async () => {
    const all = [record('A-1', 1), record('B-1', 2)];
    setOsv(mirror, 'PyPI', all);
    mirror.set('osv/PyPI/all.zip', zip([{ name: 'A-1.json', content: JSON.stringify(all[0]) }]));

    const first = await updateFrom(mirror, pypi);
    const second = await updateFrom(mirror, pypi, first.state);

    expect(first.upserts.map((advisory) => advisory.id)).toEqual(['A-1']);
    expect(second.upserts.map((advisory) => advisory.id)).toEqual(['B-1']);
  });

  it('does not let an impossible date hide what comes after', async () => {
    setOsv(mirror, 'PyPI', [{ ...record('A-1', 1), modified: '3000-01-01T00:00:00Z' }, record('B-1', 2)]);
    const { state } = await updateFrom(mirror, pypi);
    setOsv(mirror, 'PyPI', [{ ...record('A-1', 1), modified: '3000-01-01T00:00:00Z' }, record('B-1', 3, '9')]);

    const run = await updateFrom(mirror, pypi, state);

    expect(run.upserts.map((advisory) => advisory.id).sort()).toEqual(['A-1', 'B-1']);
  });
});

describe('a folder', () => {
  it('may hold lines, an archive or single records', async () => {
    const run = await readFiles(pypi, {
      'all.ndjson': `${JSON.stringify(record('A-1', 1))}\n${JSON.stringify(record('A-2', 1))}\n`,
      'all.zip': zip([{ name: 'B-1.json', content: JSON.stringify(record('B-1', 1)) }]),
      'C-1.json': JSON.stringify(record('C-1', 1)),
      'modified_id.csv': '',
    });

    expect(run.upserts.map((advisory) => advisory.id)).toEqual(['A-1', 'A-2', 'B-1', 'C-1']);
    expect(run.notes).toEqual(['modified_id.csv is no file of this feed']);
    expect(run.replaced).toEqual(['']);
  });
});

describe('real data', () => {
  it.skipIf(!hasShared)('comes whole from a mirror', async () => {
    mirror.close();
    mirror = await startFeedMirror(sharedFeeds(Number.POSITIVE_INFINITY));

    const run = await updateFrom(mirror, pypi);

    expect([run.upserts.length, run.removed.length, run.notes.length]).toEqual([2661, 10, 0]);
    expect((await updateFrom(mirror, pypi, run.state)).upserts).toEqual([]);
  });
});

describe('a feed of notices', () => {
  const notices = osvFeed({
    name: 'mooring-osv',
    version: 1,
    ecosystem: 'Mooring Linux',
    title: 'Mooring',
    licence: 'CC0',
    nameKind: 'binary',
    keeps: ({ id }) => id.startsWith('MSA-'),
    inParts: true,
  });

  function notice(id: string, release: string, more: object = {}): MirrorRecord {
    return record(id, 1, '2', {
      affected: [
        {
          package: { ecosystem: `Mooring Linux:${release}`, name: 'mast' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: `2.el${release}` }] }],
        },
      ],
      ...more,
    });
  }

  it('takes back what it does not keep', async () => {
    setOsv(mirror, 'Mooring Linux', [notice('MSA-1', '8'), notice('MBA-1', '8')]);
    const run = await updateFrom(mirror, notices);

    expect(run.upserts.map(({ id }) => id)).toEqual(['MSA-1']);
    expect(run.removed).toEqual(['MBA-1']);
  });

  it('pitfall 14: puts the parts of one id together that stand in a folder for each release', async () => {
    const { upserts } = await readFiles(notices, {
      '8/MSA-1.json': JSON.stringify(notice('MSA-1', '8')),
      '9/MSA-1.json': JSON.stringify(notice('MSA-1', '9')),
      '9/MSA-2.json': JSON.stringify(notice('MSA-2', '9')),
    });

    expect(upserts.map(({ id, affected }) => [id, affected.map(({ namespace }) => namespace)])).toEqual([
      ['MSA-1', ['mooring-linux:8', 'mooring-linux:9']],
      ['MSA-2', ['mooring-linux:9']],
    ]);
  });

  it('pitfall 12: keeps a record one of whose parts was withdrawn', async () => {
    const { upserts, removed } = await readFiles(notices, {
      '8/MSA-1.json': JSON.stringify(notice('MSA-1', '8')),
      '9/MSA-1.json': JSON.stringify(notice('MSA-1', '9', { withdrawn: '2024-01-02T00:00:00Z' })),
    });

    expect(upserts).toHaveLength(1);
    expect(removed).toEqual([]);
  });
});
