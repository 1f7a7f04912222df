import { describe, expect, it } from 'vitest';
import { apkInstalled } from '../../../test/support/databases.ts';
import { readFiles } from '../../../test/support/feed-events.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { foundIn, scanJudged } from '../../../test/support/rpm-image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import { alpineSecdb } from './feed.ts';
import { alpineRejections } from './rejections.ts';
import { alpineUnfixed } from './unfixed.ts';

const secdb = (name: string, secfixes: object) => JSON.stringify({ packages: [{ pkg: { name, secfixes } }] });

const documents = {
  'edge/main.json': secdb('busybox', { '1.37.0-r1': ['CVE-2024-1111'] }),
  'v3.20/main.json': secdb('busybox', { '1.36.1-r29': ['CVE-2024-2222'] }),
  'v3.20/community.json': secdb('ssl_client', { '1.36.1-r29': ['CVE-2024-3333'] }),
};

async function found(version: string, database: string): Promise<readonly string[]> {
  const release = `ID=alpine\nVERSION_ID=${version}\n`;
  const files = [{ path: 'lib/apk/db/installed', content: database }];
  const lines = foundIn(await scanJudged({ release, files, feed: alpineSecdb, documents }));
  return lines.map((line) => line.split(' ').slice(2).join(' '));
}

describe('an image of Alpine Linux', () => {
  const database = apkInstalled([{ name: 'ssl_client', version: '1.36.1-r0', source: 'busybox' }]);

  it.each([
    ['its branch', '3.20.3', ['CVE-2024-2222 1.36.1-r29']],
    ['edge alone, of an image of edge', '3.21.0_alpha20240807', ['CVE-2024-1111 1.37.0-r1']],
    ['nothing, of a branch that has no database yet', '3.25.0', []],
  ])('pitfall 9: is judged by %s', async (_, version, lines) => {
    expect(await found(version, database)).toEqual(lines);
  });

  it('pitfall 9: takes a package for its own origin where the database names none', async () => {
    expect(await found('3.20.3', database.replace(/^o:.*\n/m, ''))).toEqual(['CVE-2024-3333 1.36.1-r29']);
  });
});

describe('what the team tracks beside its database', () => {
  const tracked = (version: string) =>
    JSON.stringify({
      id: 'CVE-2024-4444',
      state: [{ fixed: false, published: true, repo: '3.20-main', packageName: 'busybox', packageVersion: version }],
    });

  async function lines(unfixed: string, rejected: string, installed: string): Promise<readonly string[]> {
    const entries = [
      { path: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.3\n' },
      { path: 'lib/apk/db/installed', content: apkInstalled([{ name: 'busybox', version: installed }]) },
    ];
    const image = writeTemporary('image.tar', dockerArchive({ layers: [layer(entries)] }));
    const source = advisoriesOf({
      [alpineUnfixed.name]: (await readFiles(alpineUnfixed, { 'CVE-2024-4444.json': unfixed })).upserts,
      [alpineRejections.name]: (await readFiles(alpineRejections, { 'main.yaml': rejected })).upserts,
    });
    return foundIn(await scanOne(image, { advisories: { supply: async () => ({ source, problems: [] }) } }));
  }

  it.each<[string, string, string, readonly string[]]>([
    ['is open, in the version that was seen', '', '1.36.1-r5', ['busybox 1.36.1-r5 CVE-2024-4444 -']],
    ['is open, in an older version', '', '1.36.1-r4', ['busybox 1.36.1-r4 CVE-2024-4444 -']],
    ['is not known of a newer version', '', '1.36.1-r6', []],
    ['is rejected', 'busybox:\n- CVE-2024-4444\n', '1.36.1-r5', []],
    ['is rejected for another package', 'curl:\n- CVE-2024-4444\n', '1.36.1-r5', ['busybox 1.36.1-r5 CVE-2024-4444 -']],
  ])('%s', async (_, rejected, installed, expected) => {
    expect(await lines(tracked('1.36.1-r5'), rejected, installed)).toEqual(expected);
  });
});
