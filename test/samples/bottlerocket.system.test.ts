import { describe, expect, it } from 'vitest';
import { bottlerocketUpdateinfo } from '../../src/ecosystems/bottlerocket/feed.ts';
import { readFiles, updateFrom } from '../support/feed-events.ts';
import { startFeedMirror } from '../support/feed-mirror.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { cvesOf, factsOf, goldenRecords, noticeCves, noticeFacts, sample } from './goldens.ts';

describe.skipIf(!hasShared)('samples of Bottlerocket', () => {
  it.each<[SampleProject, string, RegExp, number]>([
    ['vuln-list-update', 'bottlerocket/testdata/updateinfo.xml.gz', /golden\/.*json$/, 2],
    ['vuls-data-update', 'fetch/bottlerocket/testdata/fixtures/happy/updateinfo.xml.gz', /golden\/.*json$/, 1],
  ])('%s: gives the facts and CVEs of its goldens', async (project, path, golden, count) => {
    const files = sampleFiles('bottlerocket', project);
    const { upserts, notes } = await readFiles(bottlerocketUpdateinfo, { 'updateinfo.xml': sample(files, path) });
    const records = goldenRecords(files, golden);

    expect(records).toHaveLength(count);
    expect(factsOf(upserts)).toEqual(records.flatMap((record) => noticeFacts(record, 'bottlerocket:1')).toSorted());
    expect(cvesOf(upserts)).toEqual(records.flatMap(noticeCves).toSorted());
    expect(notes).toEqual([]);
  });

  it.each([
    ['invalid_xml.gz', 'is open where'],
    ['updateinfo_invalid.xml.gz', 'cannot be read'],
  ])('refuses %s', async (file, message) => {
    const mirror = await startFeedMirror();
    try {
      const content = sampleFiles('bottlerocket', 'vuln-list-update').get(`bottlerocket/testdata/${file}`) ?? '';
      mirror.set('bottlerocket-updateinfo/updateinfo.xml.gz', content);
      await expect(updateFrom(mirror, bottlerocketUpdateinfo)).rejects.toThrow(message);
    } finally {
      mirror.close();
    }
  });
});
