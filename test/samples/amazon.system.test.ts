import { describe, expect, it } from 'vitest';
import { amazonLinux1, amazonUpdateinfo } from '../../src/ecosystems/amazon/feed.ts';
import type { Feed } from '../../src/model/feed.ts';
import { readFiles } from '../support/feed-events.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import {
  cvesOf,
  detectionCves,
  detectionFacts,
  factsOf,
  goldenRecords,
  noticeCves,
  noticeFacts,
  sample,
  updateinfoOf,
} from './goldens.ts';

const VULN_LIST = 'amazon/testdata/fixtures';
const VULS = 'fetch/amazon/testdata';

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

  it('reads a document without the compression that its name promises, by its bytes', async () => {
    const document = files('vuls-data-update').get(`${VULS}/fixtures/updateinfo_invalid_gzip.xml.gz`) ?? '';
    const { upserts } = await readFiles(amazonLinux1, { '1/updates/updateinfo.xml': document });

    expect(upserts).toMatchObject([{ id: 'ALAS-2011-1' }]);
  });
});
