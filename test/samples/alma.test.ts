import { describe, expect, it } from 'vitest';
import { almalinuxErrata } from '../../src/ecosystems/almalinux/errata.ts';
import { almalinuxOsv } from '../../src/ecosystems/almalinux/feed.ts';
import { almalinux } from '../../src/ecosystems/almalinux/index.ts';
import { almalinuxUpdateinfo } from '../../src/ecosystems/almalinux/updateinfo.ts';
import { FormatError } from '../../src/errors.ts';
import { decompressedPieces } from '../../src/formats/compression/pieces.ts';
import { assess } from '../../src/match/assess.ts';
import type { AdvisoryHit } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { makePackage } from '../support/view.ts';
import { differencesOf, type Reason } from './differences.ts';
import {
  cvesOf,
  detectionCves,
  detectionFacts,
  factsOf,
  goldenRecords,
  noticeCves,
  noticeFacts,
  overlooked,
  sample,
} from './goldens.ts';

const VULS = 'fetch/alma/updateinfo/testdata';

/** Goldens that are compared, and those that are not. */
const read = [
  /^alma\/testdata\/golden/,
  /alma\/errata\/testdata\/golden/,
  /alma\/osv\/testdata\/golden/,
  /alma\/updateinfo\/testdata\/golden\/.*\/updateinfo\//,
];
const unread = [
  [
    /\/modules\//,
    'lists of all builds of a module; that a build is of one is told by its release, of which by the title',
  ],
  [/alma\/oval\//, 'the same notices in another form, of release 9 alone: parts of definitions without packages'],
] as const;

/** What goldens have and we do not, on purpose. */
const theirs: readonly Reason[] = [[/^ALBA-|^ALEA-/, 'repairs a bug and names no CVE']];

const files = (project: SampleProject) => sampleFiles('alma', project);

describe.skipIf(!hasShared)('samples of AlmaLinux', () => {
  it('has no golden that is overlooked', () => {
    for (const project of ['vuln-list-update', 'vuls-data-update', 'vunnel'] as const) {
      expect(overlooked(files(project), read, unread)).toEqual([]);
    }
  });

  it('vuln-list-update: errata.json gives the facts, modules and CVEs of its goldens', async () => {
    const all = files('vuln-list-update');
    const { upserts } = await readFiles(almalinuxErrata, { '8/errata.json': sample(all, 'alma/testdata/errata.json') });
    const records = goldenRecords(all, /golden\/.*json$/);

    expect(records).toHaveLength(3);
    expect(factsOf(upserts)).toEqual(
      [...new Set(records.flatMap((record) => noticeFacts(record, 'almalinux:8')))].toSorted(),
    );
    expect(cvesOf(upserts)).toEqual(records.flatMap(noticeCves).toSorted());
  });

  it('vuls-data-update: errata.full.json gives the facts, modules and CVEs of its goldens and detections', async () => {
    const all = files('vuls-data-update');
    const { upserts } = await readFiles(almalinuxErrata, {
      '8/errata.full.json': sample(all, 'fetch/alma/errata/testdata/fixtures/errata.full.json'),
    });
    const records = goldenRecords(all, /^fetch\/alma\/errata\/testdata\/golden\//);
    const facts = differencesOf(
      records.flatMap((record) => noticeFacts(record, 'almalinux:8')),
      factsOf(upserts),
      theirs,
      [],
    );
    expect(facts).toMatchObject({ ours: {}, unexplained: [] });
    expect(facts.equal).toBe(factsOf(upserts).length);
    expect(cvesOf(upserts)).toEqual([...new Set(records.flatMap(noticeCves))].toSorted());

    const [detections = {}] = goldenRecords(all, /^extract\/alma\/errata\/testdata\/golden\/data\/ALSA\//);
    const [record = {}] = goldenRecords(all, /^extract\/alma\/errata\/testdata\/fixtures\/8\/ALSA\//);
    const again = await readFiles(almalinuxErrata, { '8/errata.json': JSON.stringify([record]) });
    expect(factsOf(again.upserts)).toEqual(detectionFacts(detections, () => 'almalinux:8'));
    expect(cvesOf(again.upserts)).toEqual(detectionCves(detections).toSorted());
  });

  it('vuls-data-update: the archive of OSV has the records of its goldens that are about vulnerabilities', async () => {
    const all = files('vuls-data-update');
    const { upserts } = await readFiles(almalinuxOsv, {
      'all.zip': sample(all, 'fetch/alma/osv/testdata/fixtures/all.zip'),
    });
    const records = goldenRecords(all, /^fetch\/alma\/osv\/testdata\/golden\//);
    const ids = differencesOf(
      records.map((record) => String(record['id'])),
      upserts.map(({ id }) => id),
      theirs,
      [],
    );

    expect(ids).toEqual({ equal: 2, theirs: { [theirs[0]?.[1] ?? '']: 2 }, ours: {}, unexplained: [] });
  });

  it('vuls-data-update: updateinfo gives the facts and CVEs of its goldens', async () => {
    const all = files('vuls-data-update');
    const base = `${VULS}/fixtures/happy/almalinux/`;
    const documents = [...all.keys()]
      .filter((path) => path.startsWith(base) && path.endsWith('updateinfo.xml.gz'))
      .map((path) => [path.slice(base.length).replace(/\.gz$/, ''), sample(all, path)] as const);
    const { upserts } = await readFiles(almalinuxUpdateinfo, Object.fromEntries(documents));
    const records = goldenRecords(all, new RegExp(`^${VULS}/golden/happy/.*/updateinfo/`));

    expect(records).toHaveLength(3);
    expect(
      differencesOf(
        records.flatMap((record) => noticeFacts(record, 'almalinux:9')),
        factsOf(upserts),
        theirs,
        [],
      ),
    ).toMatchObject({ equal: 2, ours: {}, unexplained: [] });
    expect(differencesOf(records.flatMap(noticeCves), cvesOf(upserts), theirs, [])).toMatchObject({
      ours: {},
      unexplained: [],
    });
  });

  it('pitfall 14: vunnel: reads a checkout, one file for each release', async () => {
    const inputs = [...files('vunnel')].filter(([path]) => path.endsWith('.json'));
    const [[, first = Buffer.of()] = []] = inputs.filter(([path]) => path.includes('ALSA-2024:2433'));
    const of8 = first.toString().replaceAll('AlmaLinux:9', 'AlmaLinux:8').replaceAll('.el9', '.el8');
    const { upserts, notes } = await readFiles(almalinuxOsv, {
      ...Object.fromEntries(inputs),
      'advisories/almalinux8/ALSA-2024:2433.json': of8,
    });

    expect(upserts.map(({ id }) => id).toSorted()).toEqual([
      'ALSA-2022:8194',
      'ALSA-2023:4520',
      'ALSA-2023:5259',
      'ALSA-2024:2433',
    ]);
    const namespaces = upserts.find(({ id }) => id === 'ALSA-2024:2433')?.affected.map(({ namespace }) => namespace);
    expect([...new Set(namespaces)].toSorted()).toEqual(['almalinux:8', 'almalinux:9']);
    expect(notes).toEqual([]);
  });

  it.each(['gz', 'bz2', 'xz', 'zst'])('decompresses what is compressed with %s', async (suffix) => {
    const all = files('vuls-data-update');
    const pieces: Buffer[] = [];
    for await (const piece of decompressedPieces(all.get(`${VULS}/decompress/payload.${suffix}`) ?? Buffer.of()))
      pieces.push(piece);

    expect(Buffer.concat(pieces)).toEqual(all.get(`${VULS}/decompress/payload`));
  });

  it.each<[SampleProject, string]>([
    ['vuln-list-update', 'alma/testdata/invalid.json'],
    ['vuls-data-update', 'fetch/alma/errata/testdata/fixtures/invalid.json'],
  ])('refuses errata that are none: %s %s', async (project, path) => {
    await expect(readFiles(almalinuxErrata, { '8/errata.full.json': files(project).get(path) ?? '' })).rejects.toThrow(
      'the errata are',
    );
  });

  it('leaves a notice out whose id is none, and refuses a document whose compression is damaged', async () => {
    const all = files('vuls-data-update');
    const folder = 'almalinux/9/BaseOS/x86_64/os/repodata';
    const { upserts, notes } = await readFiles(almalinuxUpdateinfo, {
      '9/BaseOS/x86_64/updateinfo.xml': sample(all, `${VULS}/fixtures/badid/${folder}/badid-updateinfo.xml.gz`),
    });
    expect(upserts).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('is no id of this publisher')]);

    const corrupt = all.get(`${VULS}/fixtures/corruptcrc/${folder}/corrupt-updateinfo.xml.gz`) ?? Buffer.of();
    await expect(
      (async () => {
        for await (const _ of decompressedPieces(corrupt));
      })(),
    ).rejects.toThrow(FormatError);
  });
});

describe.skipIf(!hasShared)('findings of a real list of packages', () => {
  it('are those that rpm itself makes of the AlmaLinux 8 records', async () => {
    const truth = JSON.parse(readShared('fixtures/findings-truth/ubi8-list-vs-almalinux8-osv.json').toString()) as {
      input: { packages: string[] };
      rows: [name: string, installed: string, advisory: string, fixed: string][];
    };
    const { upserts } = await readFiles(almalinuxOsv, {
      'all.ndjson': readShared('feeds/osv/AlmaLinux/all.ndjson.zst'),
    });
    const hits = upserts.flatMap(({ affected, ...advisory }) =>
      affected.map((row): AdvisoryHit => ({ feed: 'almalinux-osv', advisory, affected: row })),
    );
    const byName = Map.groupBy(hits, ({ affected }) => affected.package);

    const found = truth.input.packages.flatMap((line) => {
      const [name = '', rest = ''] = line.split(' ');
      const dot = rest.lastIndexOf('.');
      const pkg = makePackage(name, rest.slice(0, dot), { type: 'rpm', arch: rest.slice(dot + 1) });
      const watch = { ecosystem: almalinux, namespaces: ['almalinux:8'] };
      return (byName.get(name) ?? [])
        .map((hit) => assess(pkg, hit, watch))
        .filter((assessment) => assessment?.verdict.outcome === 'affected')
        .map((assessment) => `${name} ${assessment?.hit.advisory.id} ${assessment?.hit.affected.ranges[0]?.fixed}`);
    });

    expect(found.toSorted()).toEqual(truth.rows.map(([name, , id, fixed]) => `${name} ${id} ${fixed}`).toSorted());
    expect(found).toHaveLength(268);
  });
});
