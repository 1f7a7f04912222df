import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { wolfiSecdb } from '../wolfi/feed.ts';
import { chainguardOsv, chainguardSecdb } from './feed.ts';

const release = 'ID=chainguard\nNAME="Chainguard"\nVERSION_ID="20230214"\n';
const packages = [{ name: 'redis-cli-7.2', source: 'redis-7.2', version: '7.2.4-r0' }];
const documents = {
  'security.json': JSON.stringify({
    packages: [{ pkg: { name: 'redis-7.2', secfixes: { '7.2.5-r0': ['CVE-2024-1111'] } } }],
  }),
};

describe('an image of Chainguard', () => {
  it.each([
    ['its own list', chainguardSecdb],
    ['that of Wolfi', wolfiSecdb],
  ])('is judged by %s', async (_, feed) => {
    expect(foundIn(await scanJudged({ release, apks: packages, feed, documents }))).toEqual([
      'redis-cli-7.2 7.2.4-r0 CVE-2024-1111 7.2.5-r0',
    ]);
  });

  it('is judged by OSV, by the names of packages themselves', async () => {
    const record = {
      id: 'CGA-2c2h-8fj5-55vx',
      related: ['CGA-2c2h-8fj5-55vx', 'CVE-2024-34156', 'GHSA-crqm-pwhx-j97f'],
      affected: ['Chainguard', 'Wolfi'].map((ecosystem) => ({
        package: { ecosystem, name: 'redis-cli-7.2' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '7.2.4-r1' }] }],
      })),
    };
    const osv = { 'CGA-2c2h-8fj5-55vx.json': JSON.stringify(record) };

    expect(foundIn(await scanJudged({ release, apks: packages, feed: chainguardOsv, documents: osv }))).toEqual([
      'redis-cli-7.2 7.2.4-r0 CVE-2024-34156 7.2.4-r1',
    ]);
    const { upserts } = await readFiles(chainguardOsv, osv);
    expect(upserts.map(({ aliases, related, affected }) => [aliases, related, affected.length])).toEqual([
      [['CVE-2024-34156'], ['GHSA-crqm-pwhx-j97f'], 1],
    ]);
  });
});
