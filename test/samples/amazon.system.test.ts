import { describe, expect, it } from 'vitest';
import { amazonLinux1, amazonUpdateinfo } from '../../src/ecosystems/amazon/feed.ts';
import type { Feed } from '../../src/model/feed.ts';
import { readFiles, updateFrom } from '../support/feed-events.ts';
import { startFeedMirror } from '../support/feed-mirror.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { differencesOf, type Reason } from './differences.ts';
import {
  cvesOf,
  detectionCves,
  detectionFacts,
  factsByCve,
  factsOf,
  fixedInFacts,
  goldenRecords,
  noticeCves,
  noticeFacts,
  sample,
  updateinfoOf,
} from './goldens.ts';

const VULN_LIST = 'amazon/testdata/fixtures';
const VULS = 'fetch/amazon/testdata';

/** What the golden made of the site's pages has and we have not, and the other way round. */
const pages: readonly Reason[] = [
  [/ vim 8\.2/, 'a source package, which is not installed'],
  [
    (said, other) => other.has(said.replace(/ ([^ ]+)$/, ' 2:$1')),
    'pitfall 3: the pages leave epochs out, so that no package with one would ever be older than a fix',
  ],
];
const notices: readonly Reason[] = [
  [(said, other) => other.has(said.replace(' 2:', ' ')), 'pitfall 3: with the epoch that the pages leave out'],
];

describe.skipIf(!hasShared)('samples of Amazon Linux', () => {
  const files = (project: SampleProject) => sampleFiles('amazon', project);

  it.each([
    ['updateinfo_1_item.xml.gz', '2/core', /ALAS2-2018-939\.json\.golden$/, 'amazon:2'],
    ['updateinfo_2_items.xml.gz', '2/core', /ALAS2-2018-94[29]\.json\.golden$/, 'amazon:2'],
    ['updateinfo_AL2022.xml.gz', '2022/core', /ALAS2022-2021-001\.json\.golden$/, 'amazon:2022'],
    ['updateinfo_AL2023.xml.gz', '2023/core', /ALAS2023-2023-001\.json\.golden$/, 'amazon:2023'],
  ])('vuln-list-update: %s gives the facts of its goldens', async (file, folder, golden, namespace) => {
    const all = files('vuln-list-update');
    const document = sample(all, `${VULN_LIST}/${file}`);
    const { upserts, notes } = await readFiles(amazonUpdateinfo, { [`${folder}/updateinfo.xml`]: document });
    const records = goldenRecords(all, golden);

    expect(records.length).toBeGreaterThan(0);
    expect(factsOf(upserts)).toEqual(records.flatMap((record) => noticeFacts(record, namespace)).toSorted());
    expect(cvesOf(upserts)).toEqual(records.flatMap(noticeCves).toSorted());
    expect(notes).toEqual([]);
  });

  it.each<[string, Feed, string, string, string]>([
    ['updateinfo_1.xml.gz', amazonLinux1, '1/updates', '1/updates/', 'amazon:1'],
    ['updateinfo_2.xml.gz', amazonUpdateinfo, '2/core', '2/core/', 'amazon:2'],
    ['updateinfo_2_kernel-5.15.xml.gz', amazonUpdateinfo, '2/extras/kernel-5.15', '2/extras/kernel-5.15/', 'amazon:2'],
    ['updateinfo_2022.xml.gz', amazonUpdateinfo, '2022/core', '2022/core/', 'amazon:2022'],
    ['updateinfo_2023.xml.gz', amazonUpdateinfo, '2023/core', '2023/core/', 'amazon:2023'],
    [
      'updateinfo_2023_kernel-livepatch.xml.gz',
      amazonUpdateinfo,
      '2023/kernel-livepatch',
      '2023/kernel-livepatch/',
      'amazon:2023',
    ],
    ['updateinfo_2023_nvidia.xml.gz', amazonUpdateinfo, '2023/nvidia', '2023/nvidia/', 'amazon:2023'],
  ])('vuls-data-update: %s gives the facts of its goldens', async (file, feed, folder, golden, namespace) => {
    const all = files('vuls-data-update');
    const document = sample(all, `${VULS}/fixtures/${file}`);
    const { upserts } = await readFiles(feed, { [`${folder}/updateinfo.xml`]: document });
    const records = goldenRecords(all, new RegExp(`^${VULS}/golden/${golden}.*json$`));

    expect(records).toHaveLength(1);
    expect(factsOf(upserts)).toEqual(records.flatMap((record) => noticeFacts(record, namespace)).toSorted());
    expect(cvesOf(upserts)).toEqual(records.flatMap(noticeCves).toSorted());
  });

  it('vuls-data-update: its notices give the facts, CVEs and repositories of its detections', async () => {
    const all = files('vuls-data-update');
    const base = 'extract/amazon/testdata';
    const paths = [...all.keys()].filter((path) => path.startsWith(`${base}/fixtures/`));

    expect(paths).toHaveLength(7);
    for (const path of paths) {
      const folder = path.slice(`${base}/fixtures/`.length).split('/').slice(0, -2).join('/');
      const [record = {}] = goldenRecords(new Map([[path, sample(all, path)]]), /./);
      const golden = goldenRecords(all, new RegExp(`^${path.replace('/fixtures/', '/golden/data/')}$`))[0] ?? {};
      const { upserts } = await readFiles(folder.startsWith('1/') ? amazonLinux1 : amazonUpdateinfo, {
        [`${folder}/updateinfo.xml`]: updateinfoOf(record),
      });

      expect(factsOf(upserts), path).toEqual(detectionFacts(golden, (ecosystem) => ecosystem));
      expect(cvesOf(upserts), path).toEqual(detectionCves(golden).toSorted());
      const repositories = JSON.stringify(golden).match(/"repositories":\[[^\]]*\]/g) ?? [];
      const ours = upserts[0]?.affected[0]?.only?.repositories;
      if (ours !== undefined)
        expect([...new Set(repositories)], path).toEqual([`"repositories":${JSON.stringify(ours)}`]);
    }
  });

  it('vunnel: has the same packages and fixes for each CVE', async () => {
    const vulnList = files('vuln-list-update');
    const { upserts } = await readFiles(amazonUpdateinfo, {
      '2/core/updateinfo.xml': sample(vulnList, `${VULN_LIST}/updateinfo_1_item.xml.gz`),
      '2022/core/updateinfo.xml': sample(vulnList, `${VULN_LIST}/updateinfo_AL2022.xml.gz`),
    });
    const golden = goldenRecords(files('vunnel'), /snapshots\/.*(?:2018-939|2021-001)\.json$/);
    // A record is named by its notice there: the CVE is not part of the comparison.
    const withoutCve = (line: string): string =>
      line
        .split(' ')
        .filter((_, i) => i !== 1)
        .join(' ');

    expect(golden).toHaveLength(2);
    expect(
      differencesOf(
        golden.flatMap(fixedInFacts).map((line) => withoutCve(line).replace(/^amzn:/, 'amazon:')),
        factsByCve(upserts).map(withoutCve),
        pages,
        notices,
      ),
    ).toMatchObject({ equal: 13, unexplained: [] });
  });

  it.each<[string, SampleProject, string, string]>([
    [
      'a document that ends in the middle',
      'vuln-list-update',
      `${VULN_LIST}/updateinfo_invalid.xml.gz`,
      'cannot be read',
    ],
    ['an empty document', 'vuls-data-update', `${VULS}/fixtures/updateinfo_invalid_xml.xml.gz`, 'has no element'],
  ])('refuses %s', async (_, project, path, message) => {
    const mirror = await startFeedMirror();
    try {
      const folder = 'amazon-1-updateinfo/2018.03/updates';
      mirror.set(`${folder}/x86_64/mirror.list`, 'http://repo.us-west-2.amazonaws.com/2018.03/updates/guid');
      mirror.set(
        `${folder}/guid/repodata/repomd.xml`,
        '<repomd><data type="updateinfo"><location href="repodata/updateinfo.xml.gz"/></data></repomd>',
      );
      mirror.set(`${folder}/guid/repodata/updateinfo.xml.gz`, files(project).get(path) ?? '');
      await expect(updateFrom(mirror, amazonLinux1)).rejects.toThrow(message);
    } finally {
      mirror.close();
    }
  });

  it('reads a document without the compression that its name promises, by its bytes', async () => {
    const document = files('vuls-data-update').get(`${VULS}/fixtures/updateinfo_invalid_gzip.xml.gz`) ?? '';
    const { upserts } = await readFiles(amazonLinux1, { '1/updates/updateinfo.xml': document });

    expect(upserts).toMatchObject([{ id: 'ALAS-2011-1' }]);
  });

  it.each<[SampleProject, string, string]>([
    ['vuln-list-update', `${VULN_LIST}/repomd_invalid.xml`, 'names no updateinfo'],
    ['vuls-data-update', `${VULS}/fixtures/repomd_invalid.xml`, 'names no updateinfo'],
    ['vuls-data-update', `${VULS}/fixtures/repomd_noupdateinfo.xml`, 'names no updateinfo'],
    // The checksum is that of the real document, which is not among the samples.
    ['vuln-list-update', `${VULN_LIST}/repomd_valid.xml`, 'has another checksum'],
  ])('refuses the repository of %s %s', async (project, path, message) => {
    const mirror = await startFeedMirror();
    try {
      const folder = 'amazon-1-updateinfo/2018.03/updates';
      mirror.set(`${folder}/x86_64/mirror.list`, 'http://repo.us-west-2.amazonaws.com/2018.03/updates/guid');
      mirror.set(`${folder}/guid/repodata/repomd.xml`, files(project).get(path) ?? '');
      mirror.set(
        `${folder}/guid/repodata/updateinfo.xml.gz`,
        files('vuln-list-update').get(`${VULN_LIST}/updateinfo_1_item.xml.gz`) ?? '',
      );
      await expect(updateFrom(mirror, amazonLinux1)).rejects.toThrow(message);
    } finally {
      mirror.close();
    }
  });

  it.each([
    ['valid', undefined],
    ['invalid', 'lists no topics'],
  ])('takes the catalogue of extras that is %s for what it is', async (which, message) => {
    const mirror = await startFeedMirror();
    try {
      mirror.set(
        'amazon-updateinfo/2/extras-catalog.json',
        files('vuls-data-update').get(`${VULS}/fixtures/extras-catalog_${which}.json`) ?? '',
      );
      const update = updateFrom(mirror, amazonUpdateinfo);
      // None of its repositories is there: the update is refused for that at the latest.
      await expect(update).rejects.toThrow(message ?? 'are not there');
      const asked = mirror.requests.map(({ path }) => path);
      expect(asked.includes('amazon-updateinfo/2/extras/kernel-5.15/latest/x86_64/mirror.list')).toBe(
        message === undefined,
      );
    } finally {
      mirror.close();
    }
  });
});
