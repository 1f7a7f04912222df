import { describe, expect, it } from 'vitest';
import { almalinuxOsv } from '../../src/ecosystems/almalinux/feed.ts';
import { almalinux } from '../../src/ecosystems/almalinux/index.ts';
import { FormatError } from '../../src/errors.ts';
import { decompressedPieces } from '../../src/formats/compression/pieces.ts';
import { assess } from '../../src/match/assess.ts';
import type { AdvisoryHit } from '../../src/model/advisory.ts';
import { readFiles } from '../support/feed-events.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { makePackage } from '../support/view.ts';
import { differencesOf, type Reason } from './differences.ts';
import { goldenRecords, sample } from './goldens.ts';

const VULS = 'fetch/alma/updateinfo/testdata';

/** What goldens have and we do not, on purpose. */
const theirs: readonly Reason[] = [[/^ALBA-|^ALEA-/, 'repairs a bug and names no CVE']];

const files = (project: SampleProject) => sampleFiles('alma', project);

describe.skipIf(!hasShared)('samples of AlmaLinux', () => {
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

  it('refuses what is damaged', async () => {
    const all = files('vuls-data-update');
    const corrupt =
      all.get(`${VULS}/fixtures/corruptcrc/almalinux/9/BaseOS/x86_64/os/repodata/corrupt-updateinfo.xml.gz`) ??
      Buffer.of();
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
