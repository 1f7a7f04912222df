import { describe, expect, it } from 'vitest';
import type { TestRpm } from '../../../test/support/rpm.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { rockyOsv } from './feed.ts';

function record(id: string, summary: string, cves: object, name: string, fixed: string): string {
  return JSON.stringify({
    id,
    summary,
    ...cves,
    affected: [
      {
        package: { ecosystem: 'Rocky Linux:8', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });
}

const documents = {
  'all.ndjson': [
    record(
      'RLSA-2023:1',
      'Important: curl security update',
      { related: ['CVE-2023-0001'] },
      'curl',
      '0:7.61.1-30.el8_8.2',
    ),
    record(
      'RLSA-2025:2',
      'Moderate: openssl security update',
      { upstream: ['CVE-2025-0002'] },
      'openssl',
      '1:1.1.1k-12.el8_9',
    ),
    record(
      'RXSA-2023:3',
      'Important: kernel security update',
      { related: ['CVE-2022-0003'] },
      'kernel',
      '0:4.18.0-425.10.1.el8_7.cloud',
    ),
    record(
      'RLSA-2023:4',
      'Important: kernel security update',
      { related: ['CVE-2022-0004'] },
      'kernel',
      '0:4.18.0-425.10.1.el8_7',
    ),
  ].join('\n'),
};

async function found(rpms: readonly TestRpm[], id = 'rocky'): Promise<readonly string[]> {
  const release = `NAME="Rocky Linux"\nID="${id}"\nVERSION_ID="8.9"\n`;
  return foundIn(await scanJudged({ release, rpms, feed: rockyOsv, documents }));
}

describe('an image of Rocky Linux', () => {
  it.each<[string, TestRpm, readonly string[]]>([
    [
      'pitfall 1: named by its source',
      { name: 'libcurl', version: '7.61.1', release: '30.el8', sourceRpm: 'curl-7.61.1-30.el8.src.rpm' },
      ['CVE-2023-0001'],
    ],
    [
      'at the fix',
      { name: 'libcurl', version: '7.61.1', release: '30.el8_8.2', sourceRpm: 'curl-7.61.1-30.el8_8.2.src.rpm' },
      [],
    ],
    [
      'pitfall 3: with the epoch of its source',
      {
        name: 'openssl-libs',
        epoch: 1,
        version: '1.1.1k',
        release: '9.el8',
        sourceRpm: 'openssl-1.1.1k-9.el8.src.rpm',
      },
      ['CVE-2025-0002'],
    ],
    ['an ordinary kernel', { name: 'kernel', version: '4.18.0', release: '425.3.1.el8' }, ['CVE-2022-0004']],
    [
      'a kernel of the cloud group',
      { name: 'kernel', version: '4.18.0', release: '425.3.1.el8.cloud' },
      ['CVE-2022-0003'],
    ],
    [
      'that is no kernel but its headers',
      { name: 'kernel-headers', version: '4.18.0', release: '1.el8', sourceRpm: 'kernel-4.18.0-1.el8.src.rpm' },
      [],
    ],
  ])('has findings of a package %s', async (_, rpm, ids) => {
    expect((await found([rpm])).map((line) => line.split(' ')[2])).toEqual(ids);
  });

  it('finds nothing in packages of another distribution', async () => {
    expect(await found([{ name: 'curl', version: '1', release: '1' }], 'other')).toEqual([]);
  });
});
