import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { dpkgInfo } from './info.ts';

const list = '/.\n/bin\n/bin/bash\n';
const md5sums = 'd41d8cd98f00b204e9800998ecf8427e  bin/bash\n';

describe('dpkgInfo', () => {
  it('asks for lists, digests and diversions, and for nothing else', async () => {
    const paths = [
      'var/lib/dpkg/diversions',
      'var/lib/dpkg/info/bash.list',
      'var/lib/dpkg/info/bash.md5sums',
      'var/lib/dpkg/info/bash.conffiles',
      'var/lib/dpkg/info/bash.postinst',
      'var/lib/dpkg/info/.list',
      'var/lib/dpkg/info/format',
      'var/lib/dpkg/info/nested/bash.list',
      'var/lib/dpkg/diversions-old',
      'var/lib/dpkg/bash.list',
      'opt/info/bash.list',
      'usr/bin/which',
    ];

    const { asked } = await readLayerWith(
      dpkgInfo,
      paths.map((path) => ({ path, content: '' })),
    );

    expect(asked).toEqual(paths.slice(0, 3));
  });

  it('joins the list of a package with its digests, whichever comes first', async () => {
    const { facts, problems } = await readLayerWith(dpkgInfo, [
      { path: 'var/lib/dpkg/info/libc6:amd64.md5sums', content: '' },
      { path: 'var/lib/dpkg/info/bash.list', content: list },
      { path: 'var/lib/dpkg/info/bash.md5sums', content: md5sums },
      { path: 'var/lib/dpkg/info/libc6:amd64.list', content: '/.\n' },
    ]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'ownership',
        path: 'var/lib/dpkg/info/libc6:amd64.list',
        owner: 'libc6:amd64',
        type: 'deb',
        files: '/.\n',
        md5: '',
      },
      { kind: 'ownership', path: 'var/lib/dpkg/info/bash.list', owner: 'bash', type: 'deb', files: list, md5: md5sums },
    ]);
  });

  it('gives digests alone under their own path, since a layer may change no more', async () => {
    const { facts } = await readLayerWith(dpkgInfo, [{ path: 'var/lib/dpkg/info/bash.md5sums', content: md5sums }]);

    expect(facts).toEqual([
      {
        kind: 'ownership',
        path: 'var/lib/dpkg/info/bash.md5sums',
        owner: 'bash',
        type: 'deb',
        files: '',
        md5: md5sums,
      },
    ]);
  });

  it('gives diversions, and tells of a rest that is none', async () => {
    const { facts, problems } = await readLayerWith(dpkgInfo, [
      { path: 'var/lib/dpkg/diversions', content: '/bin/sh\n/bin/sh.distrib\ndash\n/bin/a\n' },
    ]);

    expect(facts).toEqual([
      {
        kind: 'diversion',
        path: 'var/lib/dpkg/diversions',
        diversions: [{ from: 'bin/sh', to: 'bin/sh.distrib', by: 'dash' }],
      },
    ]);
    expect(problems).toMatchObject([{ code: 'file.format', path: 'var/lib/dpkg/diversions' }]);
  });

  it('writes names that are no UTF-8 as paths stand elsewhere', async () => {
    const { facts } = await readLayerWith(dpkgInfo, [
      { path: 'var/lib/dpkg/info/a.list', content: Buffer.from([0x2f, 0xe9, 0x0a]) },
    ]);

    expect(facts).toMatchObject([{ files: '/\\xe9\n' }]);
  });

  it('holds no more than 48 MiB of lists, and says which it left out', () => {
    const problems: { path?: string }[] = [];
    const reader = dpkgInfo.open({ problem: (problem) => problems.push(problem) });
    const content = Buffer.alloc(11 * 1024 * 1024, 0x61);

    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      const path = `var/lib/dpkg/info/${name}.list`;
      const header = {
        path,
        name: `${name}.list`,
        type: 'file',
        size: content.length,
        mode: 0o644,
        uid: 0,
        gid: 0,
        offset: 0,
      } as const;
      reader.read({ header, path, content, truncated: false });
    }

    expect(reader.close()).toHaveLength(4);
    expect(problems).toEqual([expect.objectContaining({ code: 'layer.limit', path: 'var/lib/dpkg/info/e.list' })]);
  });
});
