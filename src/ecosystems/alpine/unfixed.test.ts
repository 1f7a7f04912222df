import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { tar } from '../../../test/support/tar.ts';
import { alpineUnfixed } from './unfixed.ts';

function tracked(id: string, states: readonly object[]): string {
  return JSON.stringify({
    type: 'Vulnerability',
    id,
    description: 'text',
    cvss3: { score: 8.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H' },
    ref: [{ rel: 'https://example.org/1' }, { rel: 'javascript:1' }],
    state: states,
  });
}

const state = (repo: string, fixed = false) => ({ fixed, repo, packageName: 'jenkins', packageVersion: '2.287-r0' });
const documents = {
  'data/CVE-2019-1003051.json': tracked('CVE-2019-1003051', [
    state('3.13-community'),
    state('edge-community'),
    state('3.14-community', true),
    state('3.14-testing'),
    { fixed: false, repo: '3.12-main' },
  ]),
  'data/CVE-2019-2222.json': tracked('CVE-2019-2222', [state('3.13-community', true)]),
};
const archive = (files: Readonly<Record<string, string>>) =>
  gzipSync(tar(Object.entries(files).map(([path, content]) => ({ path, content }))));

describe('alpineUnfixed', () => {
  it('makes a record of what is open, up to the version that was seen', async () => {
    const { upserts, notes, replaced } = await readFiles(alpineUnfixed, documents);

    expect([notes, replaced]).toEqual([[], ['']]);
    expect(upserts).toEqual([
      {
        key: 'CVE-2019-1003051',
        id: 'CVE-2019-1003051',
        aliases: [],
        severity: 'high',
        description: 'text',
        cvss: [{ version: '3.1', score: 8.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', source: 'nvd' }],
        urls: ['https://security.alpinelinux.org/vuln/CVE-2019-1003051', 'https://example.org/1'],
        affected: ['alpine:v3.13', 'alpine:edge'].map((namespace) => ({
          namespace,
          package: 'jenkins',
          nameKind: 'source',
          state: 'affected',
          ranges: [{ lastAffected: '2.287-r0' }],
        })),
      },
    ]);
  });

  it.each<[string, Uint8Array | undefined, RegExp]>([
    ['that is not there', undefined, /is not there/],
    ['without documents', archive({}), /has no documents/],
    ['of which nothing can be read', archive({ 'data/CVE-2019-1.json': 'invalid' }), /1 of 1 documents/],
    ['that is cut', archive(documents).subarray(0, 100), /./],
    ['that is no archive', Buffer.from('text'), /./],
  ])('refuses an export %s', async (_, body, message) => {
    const mirror = await startFeedMirror();
    try {
      if (body !== undefined) mirror.set('alpine-unfixed/all.tar.gz', body);
      await expect(updateFrom(mirror, alpineUnfixed)).rejects.toThrow(message);
    } finally {
      mirror.close();
    }
  });

  it('pitfall 27: says what single documents it leaves out', async () => {
    const { upserts, notes } = await readFiles(alpineUnfixed, {
      ...documents,
      'data/x.json': '{"id":"CVE-x"}',
      README: '',
    });

    expect(upserts).toHaveLength(1);
    expect(notes).toEqual(['data/x.json: it names no CVE', 'README is no document of this feed']);
  });
});
