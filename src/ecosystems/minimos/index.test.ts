import { describe, expect, it } from 'vitest';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { minimosSecdb } from './feed.ts';

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
});
