import { describe, expect, it } from 'vitest';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { wolfiSecdb } from '../wolfi/feed.ts';
import { chainguardSecdb } from './feed.ts';

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
});
