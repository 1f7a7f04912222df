import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../../test/support/feed-events.ts';
import { type FeedMirror, startFeedMirror } from '../../../test/support/feed-mirror.ts';
import { alasPage, amazonLinux1, amazonUpdateinfo } from './feed.ts';

function updates(id: string, name: string): string {
  return `<updates><update type="security"><id>${id}</id><severity>important</severity>
    <references><reference type="cve" id="CVE-2024-0001"/></references>
    <pkglist><collection short="c"><package name="${name}" version="2" release="1.amzn2" epoch="0" arch="x86_64"/>
    <package name="${name}" version="2" release="1.amzn2" epoch="0" arch="aarch64"/></collection></pkglist></update></updates>`;
}

let mirror: FeedMirror;
beforeEach(async () => {
  mirror = await startFeedMirror();
});
afterEach(() => mirror.close());

/** A repository as cdn.amazonlinux.com has it: the list at one place, the repository at another. */
function publish(list: string, folder: string, text: string): void {
  const body = gzipSync(text);
  mirror.set(`amazon-updateinfo/${list}`, `https://cdn.amazonlinux.com/${folder}\n`);
  mirror.set(
    `amazon-updateinfo/${folder}/repodata/repomd.xml`,
    `<repomd><data type="updateinfo"><checksum type="sha256">${hash('sha256', body)}</checksum>
      <location href="repodata/updateinfo.xml.gz"/></data></repomd>`,
  );
  mirror.set(`amazon-updateinfo/${folder}/repodata/updateinfo.xml.gz`, body);
}

function publishAll(): void {
  mirror.set('amazon-updateinfo/2/extras-catalog.json', JSON.stringify({ topics: [{ n: 'docker' }, { n: '../x' }] }));
  publish('2/core/latest/x86_64/mirror.list', '2/core/2.0/x86_64/guid', updates('ALAS2-2024-001', 'curl'));
  publish(
    '2/extras/docker/latest/x86_64/mirror.list',
    '2/extras/docker/x86_64',
    updates('ALAS2DOCKER-2024-001', 'docker'),
  );
  publish('al2023/core/mirrors/latest/x86_64/mirror.list', 'al2023/core/x86_64', updates('ALAS2023-2024-001', 'curl'));
}

describe('amazonUpdateinfo', () => {
  it('reads core, extras and 2023', async () => {
    publishAll();
    const { upserts, notes } = await updateFrom(mirror, amazonUpdateinfo);

    expect(notes).toEqual([]);
    expect(
      upserts.map(({ key, affected: [row] }) => [
        key,
        row?.namespace,
        row?.only?.architectures,
        row?.only?.repositories,
      ]),
    ).toEqual([
      ['2/core/ALAS2-2024-001', 'amazon:2', ['aarch64', 'x86_64'], ['amzn2-core']],
      ['2/extras/docker/ALAS2DOCKER-2024-001', 'amazon:2', ['aarch64', 'x86_64'], ['amzn2extra-docker']],
      ['2023/core/ALAS2023-2024-001', 'amazon:2023', ['aarch64', 'x86_64'], ['amazonlinux']],
    ]);
  });

  it('asks for topics that were listed once', async () => {
    publishAll();
    const { state } = await updateFrom(mirror, amazonUpdateinfo);
    mirror.set('amazon-updateinfo/2/extras-catalog.json', JSON.stringify({ topics: [{ n: 'nginx1' }] }));
    const next = await updateFrom(mirror, amazonUpdateinfo, state);

    expect(next.state?.['topics']).toBe('docker,nginx1');
  });

  it('pitfall 27: goes on without a catalogue, and says so', async () => {
    publishAll();
    mirror.fault('amazon-updateinfo/2/extras-catalog.json', 'missing');
    const { upserts, notes } = await updateFrom(mirror, amazonUpdateinfo);

    expect(upserts).toHaveLength(2);
    expect(notes).toEqual([expect.stringContaining('extras-catalog.json is not there')]);
  });

  it('asks for 2023 alone where nothing else is wanted', async () => {
    publishAll();
    await updateFrom(mirror, amazonUpdateinfo, {}, new Set(['amazon:2023']));

    expect(mirror.requests.every(({ path }) => path.startsWith('amazon-updateinfo/al2023/'))).toBe(true);
  });

  it('reads the offline layout', async () => {
    const { upserts, notes } = await readFiles(amazonUpdateinfo, {
      '2/extras/docker/x86_64/repodata/abc-updateinfo.xml': updates('ALAS2DOCKER-2024-001', 'docker'),
      '2023/kernel-livepatch/updateinfo.xml': updates('ALAS2023LIVEPATCH-2023-001', 'kernel-livepatch-6.1.12-19.43'),
      '1/updates/x86_64/updateinfo.xml': updates('ALAS-2011-1', 'httpd'),
      '2023/other/x86_64/updateinfo.xml': updates('ALAS2023-2024-1', 'a'),
    });

    expect(upserts.map(({ key }) => key)).toEqual([
      '2/extras/docker/ALAS2DOCKER-2024-001',
      '2023/kernel-livepatch/ALAS2023LIVEPATCH-2023-001',
    ]);
    expect(notes).toEqual([
      '1/updates/x86_64/updateinfo.xml is no document of this feed',
      '2023/other/x86_64/updateinfo.xml is no document of this feed',
    ]);
  });
});

describe('amazonLinux1', () => {
  it('has one namespace for all its releases', async () => {
    const { upserts } = await readFiles(amazonLinux1, {
      '1/updates/x86_64/updateinfo.xml': updates('ALAS-2011-1', 'httpd'),
    });

    expect(upserts).toMatchObject([
      { affected: [{ namespace: 'amazon:1', only: { architectures: ['aarch64', 'x86_64'] } }] },
    ]);
    expect(upserts[0]?.affected[0]?.only?.repositories).toBeUndefined();
  });
});

describe('alasPage', () => {
  it.each([
    ['ALAS-2011-1', 'ALAS-2011-1.html'],
    ['ALAS2-2018-939', 'AL2/ALAS-2018-939.html'],
    ['ALAS2KERNEL-5.15-2022-001', 'AL2/ALASKERNEL-5.15-2022-001.html'],
    ['ALAS2023-2023-001', 'AL2023/ALAS-2023-001.html'],
    ['ALAS2023LIVEPATCH-2023-001', 'AL2023/ALASLIVEPATCH-2023-001.html'],
  ])('of %s is %s', (id, path) => {
    expect(alasPage(id)).toBe(`https://alas.aws.amazon.com/${path}`);
  });
});
