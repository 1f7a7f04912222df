import { describe, expect, it } from 'vitest';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { minimosOsv, minimosSecdb } from './feed.ts';

const release = 'ID=minimos\nNAME="MinimOS"\nPRETTY_NAME="MinimOS"\nVERSION_ID="20241031"\n';
const packages = [{ name: 'libcurl-openssl4', source: 'curl', version: '8.9.0-r0' }];

describe('an image of MinimOS', () => {
  it('is judged by its list', async () => {
    const secfixes = { '8.9.1-r0': ['CVE-2024-1111'], '8.9.0-r0': ['CVE-2024-2222'] };
    const documents = { 'security.json': JSON.stringify({ packages: [{ pkg: { name: 'curl', secfixes } }] }) };

    expect(foundIn(await scanJudged({ release, apks: packages, feed: minimosSecdb, documents }))).toEqual([
      'libcurl-openssl4 8.9.0-r0 CVE-2024-1111 8.9.1-r0',
    ]);
  });

  it('is judged by OSV', async () => {
    const record = {
      id: 'MINI-aaaa-bbbb-cccc',
      related: ['CVE-2024-1111'],
      affected: [
        {
          package: { ecosystem: 'MinimOS', name: 'curl' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '8.9.1-r0' }] }],
        },
      ],
    };

    expect(
      foundIn(
        await scanJudged({
          release,
          apks: packages,
          feed: minimosOsv,
          documents: { 'a.json': JSON.stringify(record) },
        }),
      ),
    ).toEqual(['libcurl-openssl4 8.9.0-r0 CVE-2024-1111 8.9.1-r0']);
  });
});
