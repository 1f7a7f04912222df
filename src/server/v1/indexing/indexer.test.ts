import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bdbDatabase, ndbDatabase, rpmHeader, sqliteDatabase, type TestRpm } from '../../../../test/support/rpm.ts';
import { runProgram } from '../../../../test/support/run.ts';
import { type TarEntry, tar } from '../../../../test/support/tar.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import {
  debian8,
  folder,
  indexer,
  indexInEachTest,
  packagesOf,
  post,
  status,
  store,
  told,
} from '../../../../test/support/v1-indexing.ts';

indexInEachTest();

describe('a layer', () => {
  it.each([
    ['zstd', zstdCompressSync],
    ['gzip', gzipSync],
  ] as const)('may be compressed by %s', async (_name, compress) => {
    expect(await post('one', compress(tar([debian8, status('bash')])))).toBeUndefined();
    expect(await packagesOf('one')).toEqual(['debian:8 bash 1 one']);
  });

  it('keeps the origin of packages of apk', async () => {
    const content = 'P:libssl3\nV:3.1.4-r5\no:openssl\n\nP:musl\nV:1.2.4-r2\no:musl\n\n';
    const release = { path: 'etc/alpine-release', content: '3.20.1\n' };
    await post('one', tar([release, { path: 'lib/apk/db/installed', content }]));
    expect(await store.layers.packages('one')).toMatchObject([
      { name: 'libssl3', version: '3.1.4-r5', source: { name: 'openssl', version: '3.1.4-r5' }, versionFormat: 'dpkg' },
      { name: 'musl', version: '1.2.4-r2' },
    ]);
  });

  it('says in the log which packages it left out', async () => {
    const content = 'Package: a\nVersion: 1:x$\n\nPackage: b\nVersion: 2\n\n';
    await post('one', tar([debian8, { path: 'var/lib/dpkg/status', content }]));
    expect(await packagesOf('one')).toEqual(['debian:8 b 2 one']);
    expect(told.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        message: 'packages without a valid version were left out',
        data: { layer: 'one', count: 1, examples: [{ package: 'a', version: '1:x$' }] },
      },
    ]);
  });

  it('takes the version of the package where the one of the source is wrong', async () => {
    const content = 'Package: a-bin\nSource: a (1 $)\nVersion: 2\n\n';
    await post('one', tar([debian8, { path: 'var/lib/dpkg/status', content }]));
    expect(await packagesOf('one')).toEqual(['debian:8 a 2 one']);
  });

  it('has no packages of single files', async () => {
    const content = 'Package: a\nVersion: 2\n\n';
    await post('one', tar([debian8, { path: 'var/lib/dpkg/status.d/a', content }]));
    expect(await packagesOf('one')).toEqual([]);
  });

  it('is refused where a file of interest is too large, however it is called', async () => {
    const entry = { path: 'etc/os-release.d/big', declaredSize: 200 * 1024 * 1024 + 1 };
    expect(await post('one', tar([entry], { endBlocks: 8 }))).toBe('file-too-large');
    expect(await post('two', gzipSync(tar([entry], { endBlocks: 8 })))).toBe('file-too-large');
  });

  it('is refused where a package database is stored as a sparse file', async () => {
    const pax = [
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.name', 'var/lib/dpkg/status'],
      ['GNU.sparse.realsize', '100'],
    ] as const;
    expect(await post('one', tar([debian8, { path: 'x', content: '1\n0\n', pax }]))).toBe('unreadable');
  });

  it.each<[string, TarEntry[], string[]]>([
    ['the database', [{ path: 'var/lib/dpkg/.wh.status' }], []],
    ['its directory', [{ path: 'var/lib/.wh.dpkg' }], []],
    ['a directory above', [{ path: '.wh.var' }], []],
    ['all of its directory', [{ path: 'var/lib/dpkg/.wh..wh..opq' }], []],
    ['all of a directory above', [{ path: 'var/.wh..wh..opq' }], []],
    ['it as overlay file systems do', [{ path: 'var/lib/dpkg/status', type: 'character' }], []],
    ['another one', [{ path: 'lib/apk/db/.wh.installed' }, { path: 'var/lib/.wh.rpm' }], ['debian:8 bash 1 base']],
    ['what has no name', [{ path: '.wh.' }, { path: 'var/lib/dpkg/.wh.' }], ['debian:8 bash 1 base']],
    ['something beside it', [{ path: 'var/lib/dpkg/.wh.status-old' }], ['debian:8 bash 1 base']],
    ['it by a name that begins with a slash', [{ path: '/var/lib/dpkg/.wh.status' }], ['debian:8 bash 1 base']],
    ['it, and brings another', [{ path: 'var/lib/dpkg/.wh..wh..opq' }, status('zsh')], ['debian:8 zsh 1 top']],
    ['nothing, but empties it', [status()], ['debian:8 bash 1 base']],
    ['the release file alone', [{ path: 'etc/.wh.os-release' }], ['debian:8 bash 1 base']],
  ])('that removes %s', async (_what, entries, expected) => {
    await post('base', tar([debian8, status('bash')]));
    await post('top', tar(entries), { parent: 'base' });
    expect(await packagesOf('top')).toEqual(expected);
    expect((await store.layers.find('top'))?.namespace?.name).toBe('debian:8');
  });

  const rpms = [
    { name: 'centos-release', version: '7', release: '1.1503.el7.centos.2.8' },
    { name: 'filesystem', version: '3.2', release: '18.el7', epoch: 0 },
    { name: 'filesystem', version: '3.2', release: '18.el7', epoch: 0, arch: 'i686' },
    { name: 'openssl', version: '1.0.1e', release: '42.el7', epoch: 1 },
    { name: 'caret', version: '1.0^20240101', release: '1' },
    { name: 'gpg-pubkey', version: 'f4a80eb5', release: '53a7ff4b' },
  ].map(rpmHeader);

  it.each<[string, string, Uint8Array]>([
    ['Berkeley DB', 'var/lib/rpm/Packages', bdbDatabase(rpms)],
    ['SQLite', 'usr/lib/sysimage/rpm/rpmdb.sqlite', sqliteDatabase(rpms).database],
    ["rpm's own form", 'var/lib/rpm/Packages.db', ndbDatabase(rpms)],
  ])(
    'lists packages of rpm by their own names and with the epoch that they state: %s',
    async (_form, file, content) => {
      const release = { path: 'etc/centos-release', content: 'CentOS Linux release 7.3.1611 (Core)\n' };
      for (const [name, bytes] of [
        ['plain', tar([release, { path: file, content }])],
        ['gzip', gzipSync(tar([release, { path: file, content }]))],
      ] as const) {
        expect(await post(name, bytes)).toBeUndefined();
        expect(await packagesOf(name)).toEqual([
          `centos:7 centos-release 7-1.1503.el7.centos.2.8 ${name}`,
          `centos:7 filesystem 0:3.2-18.el7 ${name}`,
          `centos:7 openssl 1:1.0.1e-42.el7 ${name}`,
        ]);
      }
      await post(
        'aci',
        tar([
          { ...release, path: `rootfs/${release.path}` },
          { path: `rootfs/${file}`, content },
        ]),
        {
          format: 'aci',
        },
      );
      expect(await packagesOf('aci')).toHaveLength(3);
    },
  );

  describe('tells builds apart', () => {
    const centos = { path: 'etc/centos-release', content: 'CentOS Linux release 8.3 (Core)\n' };
    const database = (...list: readonly TestRpm[]) => ({
      path: 'var/lib/rpm/Packages.db',
      content: ndbDatabase(list.map(rpmHeader)),
    });
    const manifest = (name: string) => ({
      path: 'root/buildinfo/content_manifests/a.json',
      content: JSON.stringify({ content_sets: [name] }),
    });
    const shown = async (name: string) =>
      (await store.layers.packages(name, { builds: true }))!
        .map((one) =>
          [one.name, one.arch, one.modularity, one.vendor, one.repositories?.join(), one.addedBy].map(String).join(' '),
        )
        .sort();
    const bash = { name: 'bash', version: '5', vendor: 'CentOS' };
    const node = { name: 'node', version: '18', modularityLabel: 'nodejs:18:1:a' };

    it('as their database and their layer tell', async () => {
      await post('base', tar([centos, manifest('base-rpms'), database(bash, { ...bash, arch: 'i686' }, node)]));
      expect(await shown('base')).toEqual([
        'bash i686 undefined CentOS base-rpms base',
        'bash x86_64 undefined CentOS base-rpms base',
        'node x86_64 nodejs:18:1:a undefined base-rpms base',
      ]);
      expect(await packagesOf('base')).toEqual(['centos:8 bash 5-1 base', 'centos:8 node 18-1 base']);
      // What is still there came from where it came from; others from where this layer says, or the one below it.
      await post('named', tar([manifest('app-rpms'), database(bash, { ...bash, version: '6' })]), { parent: 'base' });
      expect(await shown('named')).toEqual([
        'bash x86_64 undefined CentOS app-rpms named',
        'bash x86_64 undefined CentOS base-rpms base',
      ]);
      await post('silent', tar([database(bash, { ...bash, version: '6' }, { ...bash, arch: 'i686' })]), {
        parent: 'base',
      });
      expect(await shown('silent')).toEqual([
        'bash i686 undefined CentOS base-rpms base',
        'bash x86_64 undefined CentOS base-rpms base',
        'bash x86_64 undefined CentOS base-rpms silent',
      ]);
      await post('blank', tar([{ path: 'a', content: '' }]), { parent: 'silent' });
      expect(await shown('blank')).toEqual(await shown('silent'));
    });

    it('but not of layers that were kept before they were', async () => {
      const old = { namespace: 'centos:8', name: 'bash', version: '5-1' };
      const namespaces = [{ name: 'centos:8', versionFormat: 'rpm' }];
      const [namespace] = namespaces;
      await store.layers.insert({ name: 'old', engineVersion: 3, packages: [old], namespaces, namespace: namespace! });
      await post('above', tar([database(bash, { ...bash, arch: 'i686' }, node)]), { parent: 'old' });
      expect(await shown('above')).toEqual([
        'bash undefined undefined undefined undefined old',
        'node x86_64 nodejs:18:1:a undefined undefined above',
      ]);
    });
  });
});

describe('a local file', () => {
  it('lies below a root once its links are resolved', async () => {
    const outside = temporaryFolder();
    writeFileSync(path.join(outside, 'secret.tar'), tar([debian8]));
    symlinkSync(path.join(outside, 'secret.tar'), path.join(folder, 'link.tar'));
    symlinkSync(outside, path.join(folder, 'elsewhere'));
    mkdirSync(path.join(folder, 'real'));
    writeFileSync(path.join(folder, 'real', 'layer.tar'), tar([debian8]));
    symlinkSync('real', path.join(folder, 'inside'));
    const by = indexer();
    const at = (file: string): Promise<string | undefined> => post('x', undefined, { path: file }, by);
    expect(await at(path.join(outside, 'secret.tar'))).toBe('source-not-found');
    expect(await at(path.join(folder, 'link.tar'))).toBe('source-not-found');
    expect(await at(path.join(folder, 'elsewhere', 'secret.tar'))).toBe('source-not-found');
    expect(await at(`${folder}/real/../../${path.basename(outside)}/secret.tar`)).toBe('source-not-found');
    expect(await at(outside)).toBe('source-not-found');
    expect(await at(`${folder}-beside`)).toBe('source-not-found');
    expect(await at('\0')).toBe('source-not-found');
    expect(await at('')).toBe('source-not-found');
    expect(await store.layers.find('x')).toBeUndefined();
    expect(await at(path.join(folder, 'inside', 'layer.tar'))).toBeUndefined();
  });

  it('may be anywhere with compat, which the log says', async () => {
    const outside = path.join(temporaryFolder(), 'layer.tar');
    writeFileSync(outside, tar([debian8]));
    const by = indexer({ sources: { roots: [], compat: true, hosts: [] } });
    expect(await post('x', undefined, { path: outside }, by)).toBeUndefined();
    expect(await post('y', undefined, { path: path.dirname(outside) }, by)).toBe('unreadable');
    expect(told[0]).toMatchObject({ level: 'warn' });
    by.allow({ roots: [], compat: false, hosts: [] });
    expect(await post('z', undefined, { path: outside }, by)).toBe('source-not-found');
  });

  it('that is refused is told in the log, with the reason', async () => {
    const by = indexer({ sources: { roots: [], compat: false, hosts: ['a.example.org'] } });
    await post('x', undefined, { path: 'https://b.example.org/x?secret=1' }, by);
    expect(told).toEqual([
      {
        level: 'warn',
        message: 'a layer was not indexed',
        data: {
          layer: 'x',
          failure: 'source-not-found',
          reason: 'b.example.org is not on the list of hosts that layers may come from',
        },
      },
    ]);
  });

  it('is not waited for where it is a pipe', async () => {
    await runProgram('mkfifo', [path.join(folder, 'pipe')]);
    expect(await post('x', undefined, { path: path.join(folder, 'pipe') })).toBe('unreadable');
  });
});

describe('any bytes', () => {
  it('are a layer or none, and never a fault', async () => {
    const original = tar([debian8, status('bash', 'zsh'), { path: 'lib/apk/db/installed', content: 'P:a\nV:1\n\n' }]);
    const by = indexer();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(original.length),
        fc.boolean(),
        fc.constantFrom('docker', 'aci'),
        async (changes, length, compressed, format) => {
          const bytes = Buffer.from(original.subarray(0, length));
          for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
          const failure = await post(`fuzz-${count++}`, compressed ? gzipSync(bytes) : bytes, { format }, by);
          expect([undefined, 'unreadable', 'unsupported-system', 'file-too-large', 'bad-version']).toContain(failure);
        },
      ),
      { numRuns: 150 },
    );
  });
});
