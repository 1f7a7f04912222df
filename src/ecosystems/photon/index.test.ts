import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { ndbDatabase, rpmHeader, type TestRpm } from '../../../test/support/rpm.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { photonCve } from './feed.ts';

interface Row {
  readonly cve_id?: string;
  readonly pkg?: string;
  readonly cve_score?: number | null;
  readonly aff_ver?: string;
  readonly res_ver?: string;
  readonly status?: string;
}

const fixed = (version: string, more: Row = {}): Row => ({
  cve_id: 'CVE-2024-1000',
  pkg: 'curl',
  cve_score: 7.5,
  aff_ver: `all versions before ${version} are vulnerable`,
  res_ver: version,
  status: 'Fixed',
  ...more,
});
const none = (more: Row = {}): Row => fixed('', { aff_ver: 'NA', res_ver: 'NA', ...more });

const read = (...rows: readonly unknown[]) => readFiles(photonCve, { 'cve_data_photon5.0.json': JSON.stringify(rows) });

describe('photonCve', () => {
  it('makes one record of all rows of a CVE', async () => {
    const { upserts, replaced, notes } = await read(
      fixed('8-2.ph5'),
      fixed('8-3.ph5', { pkg: 'curl-libs', cve_score: 3 }),
    );

    const row = { namespace: 'photon:5.0', state: 'fixed' };
    const curl = { ...row, package: 'curl', ranges: [{ fixed: '8-2.ph5' }] };
    const libs = { ...row, package: 'curl-libs', ranges: [{ fixed: '8-3.ph5' }], severity: 'low' };
    expect(upserts).toEqual([
      {
        key: 'photon:5.0/CVE-2024-1000',
        id: 'CVE-2024-1000',
        aliases: [],
        severity: 'high',
        urls: ['https://www.cve.org/CVERecord?id=CVE-2024-1000'],
        affected: [
          { ...curl, nameKind: 'binary' },
          { ...curl, nameKind: 'source' },
          { ...libs, nameKind: 'binary' },
          { ...libs, nameKind: 'source' },
        ],
      },
    ]);
    expect([replaced, notes]).toEqual([['photon:5.0/'], []]);
  });

  it('reads a document all of whose rows are about one CVE', async () => {
    const rows = Array.from({ length: 150_000 }, (_, i) => fixed('8-2.ph5', { pkg: `p${i}` }));
    const { upserts } = await readFiles(photonCve, { 'cve_data_photon5.0.json': JSON.stringify(rows) });

    expect(upserts[0]?.affected).toHaveLength(300_000);
  });

  it.each<[string, Row, unknown]>([
    ['a package that is not affected', none({ status: 'Not Affected' }), ['not-affected', [], 'high']],
    ['no fix', none({ aff_ver: 'all versions are vulnerable', status: 'Affected' }), ['affected', [], 'high']],
    ['a fix in English only', fixed('1-2.ph5', { res_ver: 'NA' }), ['fixed', [{ fixed: '1-2.ph5' }], 'high']],
    [
      'no status, as in older documents',
      { ...fixed('1-2.ph5'), status: '' },
      ['fixed', [{ fixed: '1-2.ph5' }], 'high'],
    ],
    ['no score', fixed('1-2.ph5', { cve_score: null }), ['fixed', [{ fixed: '1-2.ph5' }], 'unknown']],
    ['an impossible score', fixed('1-2.ph5', { cve_score: 99 }), ['fixed', [{ fixed: '1-2.ph5' }], 'unknown']],
    ['an id of Black Duck', fixed('1-2.ph5', { cve_id: 'BDSA-2025-1' }), ['fixed', [{ fixed: '1-2.ph5' }], 'high']],
  ])('reads %s', async (_, row, expected) => {
    const [record] = (await read(row)).upserts;
    const [first] = record?.affected ?? [];

    expect([first?.state, first?.ranges, record?.severity]).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    [
      'pitfall 21: an id with too much',
      fixed('1-2', { cve_id: 'CVE-2019-3828-0001' }),
      '"CVE-2019-3828-0001" is no id',
    ],
    ['no id', fixed('1-2', { cve_id: '' }), '"" is no id'],
    ['a placeholder', none({ cve_id: 'UNK-1', status: 'Not Affected' }), '"UNK-1" is no id'],
    ['no package', fixed('1-2', { pkg: '' }), 'CVE-2024-1000 names no package'],
    [
      'a fix without a version',
      none(),
      'CVE-2024-1000 says neither which versions of curl are affected nor that none is',
    ],
    ['something else than a row', 7, '"" is no id'],
  ])('leaves out %s, and says so', async (_, row, note) => {
    const { upserts, notes } = await read(row, fixed('1-2.ph5', { cve_id: 'CVE-2024-2000' }));

    expect(upserts.map(({ id }) => id)).toEqual(['CVE-2024-2000']);
    expect(notes).toEqual([`cve_data_photon5.0.json: row 1: ${note}`]);
  });

  it('refuses a document of which most rows cannot be read', async () => {
    await expect(read(...Array.from({ length: 50 }, () => ({ id: 1 })))).rejects.toThrow('rows cannot be read');
  });

  it('pitfall 27: reads again only what changed; a document that is listed and gone is tolerated', async () => {
    const mirror = await startFeedMirror();
    const at = (name: string) => `photon-cve/${name}`;
    try {
      mirror.set(at('photon_versions.json'), '{"branches": ["3.0", "4.0", "5.0", "5.0", "../x", 6]}');
      mirror.set(at('cve_data_photon3.0.json'), JSON.stringify([fixed('1-1.ph3')]));
      mirror.set(at('cve_data_photon4.0.json'), JSON.stringify([fixed('1-1.ph4')]));
      const first = await updateFrom(mirror, photonCve);
      expect(first.upserts.map(({ key }) => key)).toEqual(['photon:3.0/CVE-2024-1000', 'photon:4.0/CVE-2024-1000']);
      expect(first.notes).toEqual(['cve_data_photon5.0.json is not there']);

      mirror.set(at('cve_data_photon4.0.json'), JSON.stringify([fixed('1-2.ph4')]));
      const second = await updateFrom(mirror, photonCve, first.state);
      expect(second.replaced).toEqual(['photon:4.0/']);

      mirror.set(at('photon_versions.json'), '{invalid}');
      await expect(updateFrom(mirror, photonCve)).rejects.toThrow('photon_versions.json is no valid JSON');
      const many = Array.from({ length: 101 }, (_, i) => `${i}.0`);
      mirror.set(at('photon_versions.json'), JSON.stringify({ branches: many }));
      await expect(updateFrom(mirror, photonCve)).rejects.toThrow('lists 101 releases');
      mirror.set(at('photon_versions.json'), '{"branches": []}');
      await expect(updateFrom(mirror, photonCve)).rejects.toThrow('lists no releases');
      mirror.set(at('photon_versions.json'), '{"branches": ["5.0", "6.0", "4.0"]}');
      await expect(updateFrom(mirror, photonCve)).rejects.toThrow('2 of 3 documents');
    } finally {
      mirror.close();
    }
  });
});

describe('an image of Photon OS', () => {
  async function found(...rpms: readonly TestRpm[]): Promise<string[]> {
    const { upserts } = await read(
      fixed('8.0-3.ph5'),
      fixed('8.0-3.ph5', { cve_id: 'CVE-2024-2000' }),
      none({ cve_id: 'CVE-2024-2000', pkg: 'curl-devel', status: 'Not Affected' }),
      fixed('8.0-4.ph5', { cve_id: 'CVE-2024-3000', pkg: 'curl-libs' }),
    );
    const archive = dockerArchive({
      layers: [
        layer([
          { path: 'etc/os-release', content: 'ID=photon\nVERSION_ID=5.0\n' },
          { path: 'var/lib/rpm/Packages.db', content: ndbDatabase(rpms.map(rpmHeader)) },
        ]),
      ],
    });
    const supply = async () => ({ source: advisoriesOf({ 'photon-cve': upserts }), problems: [] });
    const { findings } = await scanOne(writeTemporary('image.tar', archive), { advisories: { supply } });
    return findings
      .flatMap(({ kind, id, package: pkg, fixedVersion }) =>
        kind === 'vulnerability' ? [`${pkg?.name} ${id} ${fixedVersion}`] : [],
      )
      .toSorted();
  }

  const build = (name: string, release: string): TestRpm => ({
    name,
    version: '8.0',
    release,
    sourceRpm: `curl-8.0-${release}.src.rpm`,
  });

  it.each<[string, TestRpm, string[]]>([
    ['the package itself', build('curl', '2.ph5'), ['curl CVE-2024-1000 8.0-3.ph5', 'curl CVE-2024-2000 8.0-3.ph5']],
    [
      'pitfall 1: a package of the source, with a row of its own',
      build('curl-libs', '2.ph5'),
      ['curl-libs CVE-2024-1000 8.0-3.ph5', 'curl-libs CVE-2024-2000 8.0-3.ph5', 'curl-libs CVE-2024-3000 8.0-4.ph5'],
    ],
    ['a package that is not affected', build('curl-devel', '2.ph5'), ['curl-devel CVE-2024-1000 8.0-3.ph5']],
    ['the fixed build', build('curl', '3.ph5'), []],
  ])('%s', async (_, rpm, expected) => {
    expect(await found(rpm)).toEqual(expected);
  });
});
