import { hash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../test/support/feed-events.ts';
import { type FeedMirror, startFeedMirror } from '../../test/support/feed-mirror.ts';
import type { Feed } from '../model/feed.ts';
import { type UpdateinfoRepository, updateinfoFeed } from './updateinfo.ts';

const main: UpdateinfoRepository = {
  prefix: 'main/',
  namespace: 'mooring:2',
  place: { mirrorList: 'main/mirror.list' },
  required: true,
};
const extra: UpdateinfoRepository = {
  prefix: 'extra/',
  namespace: 'mooring:2',
  place: { mirrorList: 'extra/mirror.list' },
  repositories: ['extra'],
  required: false,
};
const direct: UpdateinfoRepository = {
  prefix: 'direct/',
  namespace: 'mooring:1',
  place: { document: 'direct/updateinfo.xml.gz' },
  required: true,
};

function feedOf(...repositories: readonly UpdateinfoRepository[]): Feed {
  return updateinfoFeed({
    name: 'mooring-updateinfo',
    version: 1,
    title: 'Mooring notices',
    url: 'https://cdn.mooring.example/linux',
    mirrorPath: 'mooring',
    licence: 'CC0',
    folder: 'mooring-updateinfo',
    repositories: async () => ({ repositories }),
    repositoryAt: (path) => repositories.find(({ prefix }) => path.startsWith(prefix)),
    ids: /^MSA-\d{4}:\d+$/,
    recordUrl: (id) => `https://mooring.example/${id}`,
  });
}

interface Rpm {
  readonly name?: string;
  readonly version?: string;
  readonly arch?: string;
}

function notice(id: string, rpms: readonly Rpm[] = [{}], more = '<reference type="cve" id="CVE-2024-0001"/>'): string {
  const packages = rpms.map(
    ({ name = 'mast', version = '1', arch = 'x86_64' }) =>
      `<package name="${name}" version="${version}" release="1" arch="${arch}"/>`,
  );
  return `<update type="security"><id>${id}</id><severity>Low</severity><references>${more}</references>
    <pkglist><collection short="c">${packages.join('')}</collection></pkglist></update>`;
}

function document(...notices: readonly string[]): string {
  return `<updates>${notices.join('')}</updates>`;
}

let mirror: FeedMirror;
beforeEach(async () => {
  mirror = await startFeedMirror();
  mirror.set('mooring/extra/mirror.list', 'https://cdn.mooring.example/linux/extra');
});
afterEach(() => mirror.close());

/** Puts a repository on the mirror; the place of its document has its digest in its name, as createrepo_c does. */
function publish(folder: string, text: string, compress: (body: Buffer) => Buffer = gzipSync, wrong = false): string {
  const body = compress(Buffer.from(text));
  const hex = hash('sha256', body);
  const file = `repodata/${hex.slice(0, 8)}-updateinfo.xml`;
  const stated = wrong ? '00' : hex;
  mirror.set(
    `mooring/${folder}/repodata/repomd.xml`,
    `<repomd><data type="updateinfo"><checksum type="sha256">${stated}</checksum>
      <open-checksum type="sha256">${hash('sha256', text)}</open-checksum><location href="${file}"/></data></repomd>`,
  );
  mirror.set(`mooring/${folder}/${file}`, body);
  return file;
}

function requested(): string[] {
  return mirror.requests.splice(0).map(({ path, status }) => `${path.replace('mooring/', '')} ${status}`);
}

describe('updateinfoFeed', () => {
  it('finds a repository by its mirror list, and fetches its document only where its checksum changed', async () => {
    mirror.set('mooring/main/mirror.list', 'https://other.example/x\nhttps://cdn.mooring.example/linux/main/guid-1/\n');
    const first = publish('main/guid-1', document(notice('MSA-2024:1')));
    const one = await updateFrom(mirror, feedOf(main));
    expect(one.upserts).toMatchObject([
      { key: 'main/MSA-2024:1', affected: [{ namespace: 'mooring:2', package: 'mast' }] },
    ]);
    expect(one.replaced).toEqual(['main/']);
    expect(requested()).toEqual([
      'main/mirror.list 200',
      'main/guid-1/repodata/repomd.xml 200',
      `main/guid-1/${first} 200`,
    ]);

    const two = await updateFrom(mirror, feedOf(main), one.state);
    expect(two).toMatchObject({ upserts: [], replaced: [], notes: [] });
    expect(requested()).toEqual(['main/mirror.list 304', 'main/guid-1/repodata/repomd.xml 304']);

    // A new release of the repository with the same document.
    mirror.set('mooring/main/mirror.list', 'https://cdn.mooring.example/linux/main/guid-2');
    publish('main/guid-2', document(notice('MSA-2024:1')));
    const three = await updateFrom(mirror, feedOf(main), two.state);
    expect(three.replaced).toEqual([]);
    expect(requested()).toEqual(['main/mirror.list 200', 'main/guid-2/repodata/repomd.xml 200']);

    const last = publish('main/guid-2', document(notice('MSA-2024:1', [{ version: '2' }])));
    const four = await updateFrom(mirror, feedOf(main), three.state);
    // pitfall 30: told anew under the same id.
    expect(four.upserts).toMatchObject([{ key: 'main/MSA-2024:1', affected: [{ ranges: [{ fixed: '2-1' }] }] }]);
    expect(requested()).toEqual([
      'main/mirror.list 304',
      'main/guid-2/repodata/repomd.xml 200',
      `main/guid-2/${last} 200`,
    ]);
  });

  it('reads a document without a repository around it', async () => {
    mirror.set('mooring/direct/updateinfo.xml.gz', gzipSync(document(notice('MSA-2024:1'))));
    const one = await updateFrom(mirror, feedOf(direct));
    expect(one.upserts).toHaveLength(1);
    const two = await updateFrom(mirror, feedOf(direct), one.state);
    expect(two).toMatchObject({ upserts: [], replaced: [] });
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    ['nothing', (body: Buffer) => body],
  ])('reads a document that is compressed with %s', async (_, compress) => {
    publish('extra', document(notice('MSA-2024:1')), compress as (body: Buffer) => Buffer);
    expect((await updateFrom(mirror, feedOf({ ...extra, required: true }))).upserts).toHaveLength(1);
  });

  it('takes a document whose compression a server undid', async () => {
    const file = publish('extra', document(notice('MSA-2024:1')));
    mirror.set(`mooring/extra/${file}`, document(notice('MSA-2024:1')));
    expect((await updateFrom(mirror, feedOf(extra))).upserts).toHaveLength(1);
  });

  it('keeps the architectures of a row, and says from which repository they come', async () => {
    const rpms = [{ arch: 'x86_64' }, { arch: 'aarch64' }, { arch: 'src' }, { arch: 'noarch', name: 'doc' }];
    const text = document(notice('MSA-2024:1', rpms));
    const { upserts } = await readFiles(feedOf(extra), { 'extra/updateinfo.xml': text });
    expect(upserts.map(({ affected }) => affected)).toMatchObject([
      [
        {
          namespace: 'mooring:2',
          package: 'mast',
          nameKind: 'binary',
          state: 'fixed',
          ranges: [{ fixed: '1-1' }],
          only: { architectures: ['aarch64', 'x86_64'], repositories: ['extra'] },
        },
        { package: 'doc' },
      ],
    ]);

    const all = await readFiles(feedOf(main), { 'main/updateinfo.xml': text });
    expect(all.upserts[0]?.affected).toMatchObject([
      { package: 'mast', only: { architectures: ['aarch64', 'x86_64'] } },
      { package: 'doc', only: { architectures: ['noarch'] } },
    ]);
  });

  it('pitfall 14: puts together what one document says of one id in two places', async () => {
    const text = document(notice('MSA-2024:1'), notice('MSA-2024:1', [{ name: 'hull' }]));
    const { upserts } = await readFiles(feedOf(main), { 'main/updateinfo.xml': text });

    expect(upserts).toMatchObject([{ affected: [{ package: 'mast' }, { package: 'hull' }] }]);
  });

  it('pitfall 24: keeps one id of two repositories apart', async () => {
    const { upserts } = await readFiles(feedOf(main, extra), {
      'main/updateinfo.xml': document(notice('MSA-2024:1')),
      'extra/updateinfo.xml': document(notice('MSA-2024:1')),
    });

    expect(upserts.map(({ key }) => key)).toEqual(['main/MSA-2024:1', 'extra/MSA-2024:1']);
  });

  it('pitfall 21: takes CVE ids in any case, and nothing else for one', async () => {
    const references = ['cve-2024-0002', 'CVE-2024-12', 'TEMP-1', 'CVE-2024-0003 CVE-2024-0004']
      .map((id) => `<reference type="cve" id="${id}"/>`)
      .join('');
    const { upserts } = await readFiles(feedOf(main), {
      'main/updateinfo.xml': document(notice('MSA-2024:1', [{}], references)),
    });

    expect(upserts[0]?.aliases).toEqual(['CVE-2024-0002', 'CVE-2024-0003', 'CVE-2024-0004']);
  });

  it('leaves out what repairs bugs, and keeps it where it names a CVE', async () => {
    const bugs = (id: string, more = ''): string => notice(id, [{}], more).replace('security', 'bugfix');
    const { upserts, notes } = await readFiles(feedOf(main), {
      'main/updateinfo.xml': document(
        bugs('MSA-2024:1'),
        bugs('MSA-2024:2', '<reference type="cve" id="CVE-2024-0005"/>'),
      ),
    });

    expect(upserts).toMatchObject([{ id: 'MSA-2024:2', aliases: ['CVE-2024-0005'] }]);
    expect(notes).toEqual([]);
  });

  it.each([
    ['an id of somebody else', notice('NOT-A-VALID-ADVISORY-ID'), 'is no id of this publisher'],
    ['no package', notice('MSA-2024:1', []), 'MSA-2024:1 names no package'],
    ['a package without a version', notice('MSA-2024:1', [{ version: '' }]), 'is no package with a version'],
  ])('says that a notice with %s was left out', async (_, text, words) => {
    const { upserts, notes } = await readFiles(feedOf(main), { 'main/updateinfo.xml': document(text) });

    expect(upserts).toEqual([]);
    expect(notes.join('\n')).toContain(words);
  });

  it('pitfall 27: goes on without a repository that some releases do not have', async () => {
    mirror.set('mooring/main/mirror.list', 'https://cdn.mooring.example/linux/main/guid-1');
    publish('main/guid-1', document(notice('MSA-2024:1')));
    const { upserts, notes } = await updateFrom(mirror, feedOf(main, extra));

    expect(upserts).toHaveLength(1);
    expect(notes).toEqual([]);
  });

  it('pitfall 27: notes a repository that was there before and is gone, and keeps what it said', async () => {
    mirror.set('mooring/main/mirror.list', 'https://cdn.mooring.example/linux/main/guid-1');
    publish('main/guid-1', document(notice('MSA-2024:1')));
    publish('extra', document(notice('MSA-2024:2')));
    const { state } = await updateFrom(mirror, feedOf(main, extra));
    mirror.fault('mooring/extra/repodata/repomd.xml', 'missing');
    const { notes, replaced } = await updateFrom(mirror, feedOf(main, extra), state);

    expect(notes).toEqual([expect.stringContaining('is not there; what it said before is kept')]);
    expect(replaced).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['the repository is not there', () => {}, '1 of 1 repositories of mooring-updateinfo are not there'],
    [
      'the mirror list names another host',
      () => mirror.set('mooring/main/mirror.list', 'https://evil.example/main'),
      'names no folder below https://cdn.mooring.example/linux',
    ],
    [
      'the table of contents is none',
      () => {
        mirror.set('mooring/main/mirror.list', 'https://cdn.mooring.example/linux/main');
        mirror.set('mooring/main/repodata/repomd.xml', '<other></other>');
      },
      'cannot be read',
    ],
    [
      'the table of contents has no notices',
      () => {
        mirror.set('mooring/main/mirror.list', 'https://cdn.mooring.example/linux/main');
        mirror.set('mooring/main/repodata/repomd.xml', '<repomd></repomd>');
      },
      'names no updateinfo',
    ],
    [
      'the table of contents leads out of the repository',
      () => {
        mirror.set('mooring/main/mirror.list', 'https://cdn.mooring.example/linux/main');
        mirror.set(
          'mooring/main/repodata/repomd.xml',
          '<repomd><data type="updateinfo"><location href="../../x"/></data></repomd>',
        );
      },
      'which is no file of it',
    ],
    [
      'the checksum is another one',
      () => {
        mirror.set('mooring/main/mirror.list', 'https://cdn.mooring.example/linux/main');
        const file = publish('main', document(), gzipSync, true);
        mirror.set(`mooring/main/${file}`, gzipSync(document(notice('MSA-2024:1'))));
      },
      'has another checksum than its repository says',
    ],
  ])('refuses the update where %s', async (_, prepare, message) => {
    prepare();
    await expect(updateFrom(mirror, feedOf(main))).rejects.toMatchObject({
      code: 'feed.refused',
      message: expect.stringContaining(message),
    });
  });

  it('asks only for repositories of the namespaces that are wanted', async () => {
    mirror.set('mooring/direct/updateinfo.xml.gz', gzipSync(document(notice('MSA-2024:1'))));
    await updateFrom(mirror, feedOf(main, direct), {}, new Set(['mooring:1']));

    expect(requested()).toEqual(['direct/updateinfo.xml.gz 200']);
  });

  it('notes a file of the offline layout that it does not know', async () => {
    const { notes } = await readFiles(feedOf(main), { 'main/repomd.xml': '<repomd/>', 'x/updateinfo.xml': document() });

    expect(notes).toEqual([
      'main/repomd.xml is no document of this feed',
      'x/updateinfo.xml is no document of this feed',
    ]);
  });
});
