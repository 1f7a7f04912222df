import { describe, expect, it } from 'vitest';
import { openEulerOsv } from '../../src/ecosystems/openeuler/feed.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { osvGoldenFacts, rangeFacts } from './osv-facts.ts';

const namespaceOf = (name: string) => name.replace(/^openEuler[:-]/, 'openeuler:');

describe.skipIf(!hasShared)('samples of openEuler', () => {
  it('vuls-data-update: OSV gives the fixes and CVEs of its golden', async () => {
    const files = sampleFiles('openeuler', 'vuls-data-update');
    const folder = 'fetch/openeuler/osv/testdata';
    const { upserts, notes } = await readFiles(openEulerOsv, {
      'OESA-2021-1001.json': files.get(`${folder}/fixtures/happy/OESA-2021-1001.json`) ?? '',
    });
    const golden = JSON.parse(String(files.get(`${folder}/golden/2021/OESA-2021-1001.json`)));

    expect(rangeFacts(upserts)).toEqual(osvGoldenFacts(golden, namespaceOf));
    expect(upserts.map(({ aliases, severity }) => [aliases, severity])).toEqual([[golden.upstream, 'high']]);
    expect(notes).toEqual([]);
  });
});
