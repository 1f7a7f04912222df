import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bdbDatabase, ndbDatabase, rpmHeader, sqliteDatabase } from '../../../../test/support/rpm.ts';
import { runProgram } from '../../../../test/support/run.ts';
import { hasShared, readShared, sharedPath } from '../../../../test/support/shared.ts';
import { type TarEntry, tar } from '../../../../test/support/tar.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { buildV1Layers } from '../../../../test/support/v1-layers.ts';
import { ecosystems } from '../../../ecosystems/index.ts';
import type { Logger } from '../../../log.ts';
import { openStore } from '../../../store/open.ts';
import type { Store } from '../../../store/store.ts';
import { IndexError } from '../layer-indexer.ts';
import { createLayerIndexer, type LayerIndexerOptions, type OwnedLayerIndexer } from './indexer.ts';

interface Told {
  readonly level: string;
  readonly message: string;
  readonly data: unknown;
}

let folder: string;
let store: Store;
let told: Told[];
const open: OwnedLayerIndexer[] = [];

beforeEach(async () => {
  folder = temporaryFolder();
  told = [];
  store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
});

afterEach(async () => {
  for (const indexer of open.splice(0)) await indexer.close();
  await store.close();
});

function logger(): Logger {
  const say =
    (level: string) =>
    (data: object, message: string): void =>
      void told.push({ level, message, data });
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}

function indexer(options: Partial<LayerIndexerOptions> = {}): OwnedLayerIndexer {
  const made = createLayerIndexer({
    store,
    ecosystems,
    sources: { roots: [folder], compat: false, hosts: [] },
    log: logger(),
    ...options,
  });
  open.push(made);
  return made;
}

interface Posted {
  readonly parent?: string;
  readonly format?: string;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/** Posts bytes as a layer; undefined for a layer that was kept, else why it was not. */
async function post(
  name: string,
  bytes: Uint8Array | undefined,
  { parent, format = 'Docker', path: file = path.join(folder, `${name}.tar`), signal }: Posted = {},
  by = indexer(),
): Promise<string | undefined> {
  if (bytes !== undefined) writeFileSync(file, bytes);
  try {
    const request = { name, path: file, headers: new Map(), format, ...(parent !== undefined && { parent }) };
    await by.index(request, signal ?? new AbortController().signal);
    return undefined;
  } catch (error) {
    if (error instanceof IndexError) return error.failure;
    throw error;
  }
}

async function packagesOf(name: string): Promise<string[]> {
  const packages = (await store.layers.packages(name)) ?? [];
  return packages.map((one) => `${one.namespace} ${one.name} ${one.version} ${one.addedBy}`);
}

const debian8: TarEntry = { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="8"\n' };
const status = (...packages: readonly string[]): TarEntry => ({
  path: 'var/lib/dpkg/status',
  content: packages.map((one) => `Package: ${one}\nStatus: install ok installed\nVersion: 1\n\n`).join(''),
});

const recordedLayers = temporaryFolder();

/** A layer of the recorded cases, by the name of its file. */
function clairLayer(name: string): Buffer {
  return readFileSync(path.join(recordedLayers, name));
}

describe.skipIf(!hasShared)('recorded layers', () => {
  beforeAll(() => buildV1Layers(recordedLayers, []));

  it.each([
    ['213', 'garbage.tar', 'unreadable'],
    ['214', 'short.tar', 'unreadable'],
    ['215', 'empty.tar', undefined],
    ['216', 'trunc.tar', undefined],
    ['217', 'badgz.tar.gz', 'unreadable'],
    ['218', 'toobig.tar', 'file-too-large'],
    ['219', 'justfits-trunc.tar', 'unreadable'],
    ['220', 'bigother-trunc.tar', 'unreadable'],
    ['221', 'nons.tar', 'unsupported-system'],
    ['247', 'edgealpine.tar', 'unsupported-system'],
  ])('%s: %s', async (_id, file, expected) => {
    expect(await post('one', clairLayer(file))).toBe(expected);
  });

  it.each<[string, string, string | undefined, readonly string[]]>([
    ['216', 'trunc.tar', 'debian:8', []],
    ['230', 'base.tar', 'debian:8', ['bash 4.3-11', 'gcc-5 5.1.0-9', 'openssl 1.0.1t-1+deb8u5', 'pam 1.1.8-3.1']],
    ['237', 'base.tar.gz', 'debian:8', ['bash 4.3-11', 'gcc-5 5.1.0-9', 'openssl 1.0.1t-1+deb8u5', 'pam 1.1.8-3.1']],
    ['238', 'base.tar.bz2', 'debian:8', ['bash 4.3-11', 'gcc-5 5.1.0-9', 'openssl 1.0.1t-1+deb8u5', 'pam 1.1.8-3.1']],
    ['239', 'base.tar.xz', 'debian:8', ['bash 4.3-11', 'gcc-5 5.1.0-9', 'openssl 1.0.1t-1+deb8u5', 'pam 1.1.8-3.1']],
    [
      '240',
      'base-dotslash.tar',
      'debian:8',
      ['bash 4.3-11', 'gcc-5 5.1.0-9', 'openssl 1.0.1t-1+deb8u5', 'pam 1.1.8-3.1'],
    ],
    ['241', 'base-slash.tar', undefined, []],
    ['245', 'alpine.tar', 'alpine:v3.5', ['busybox 1.25.1-r0', 'musl 1.1.15-r7']],
    ['246', 'alpine10.tar', 'alpine:v3.10', ['musl 1.1.22-r3']],
    ['248', 'centos-nopkg.tar', 'centos:7', []],
    ['249', 'badver.tar', 'debian:8', ['good 1.0-1', 'good2 2.0']],
    ['250', 'symlinkfile.tar', 'debian:8', ['bash 4.3-11']],
    ['251', 'prefixmatch.tar', 'debian:8', ['bash 4.3-11']],
    ['252', 'dup.tar', 'debian:8', ['zsh 5']],
    ['253', 'unstable.tar', 'debian:unstable', ['bash 4.4-4']],
    ['296', 'deinstall.tar', 'debian:8', ['after 3', 'long 1', 'x 2.0']],
    ['297', 'apkbad.tar', 'alpine:v3.5', ['bbb 1.0-r0', 'ccc 2.0', 'ddd 1_git20140313-r1']],
    ['README', 'rhel.tar', 'centos:7', []],
    ['README', 'rhelws.tar', 'centos:7', []],
    ['README', 'rhel8.tar', 'centos:8', []],
    ['README', 'amzn.tar', 'amzn:2017.03', []],
    ['README', 'fedora.tar', 'fedora:25', []],
    ['README', 'ol.tar', 'oracle:7', []],
  ])('%s: %s is of %s with %s', async (_id, file, namespace, packages) => {
    expect(await post('one', clairLayer(file))).toBeUndefined();
    const layer = await store.layers.find('one');
    expect(layer?.namespace?.name).toBe(namespace);
    expect(layer?.engineVersion).toBe(3);
    expect(await packagesOf('one')).toEqual(packages.map((one) => `${namespace} ${one} one`));
  });

  it('279, 243: an ACI is what lies below rootfs, and a docker layer as an ACI is blank', async () => {
    expect(await post('aci', clairLayer('base.aci'), { format: 'ACI' })).toBeUndefined();
    expect(await packagesOf('aci')).toHaveLength(4);
    expect(await post('aci2', clairLayer('base.tar'), { format: 'aci' })).toBeUndefined();
    expect(await packagesOf('aci2')).toEqual([]);
    expect((await store.layers.find('aci2'))?.namespace).toBeUndefined();
  });

  it('234-236, 263-270: children', async () => {
    await post('base', clairLayer('base.tar'));
    await post('child', clairLayer('child.tar'), { parent: 'base' });
    await post('blank', clairLayer('blank.tar'), { parent: 'child' });
    await post('whiteout', clairLayer('whiteout.tar'), { parent: 'child' });
    await post('upgrade', clairLayer('upgrade.tar'), { parent: 'base' });
    const child = [
      'debian:8 curl 7.38.0-4+deb8u5 child',
      'debian:8 gcc-5 5.1.0-9 base',
      'debian:8 openssl 1.0.1t-1+deb8u6 child',
      'debian:8 pam 1.1.8-3.1 base',
    ];
    expect(await packagesOf('child')).toEqual(child);
    expect(await packagesOf('blank')).toEqual(child);
    expect(await packagesOf('whiteout')).toEqual([]);
    expect((await store.layers.find('whiteout'))?.namespace?.name).toBe('debian:8');
    expect(await packagesOf('upgrade')).toEqual([
      'debian:8 bash 4.3-11 base',
      'debian:9 openssl 1.1.0e-1 upgrade',
      'debian:8 pam 1.1.8-3.1 base',
    ]);
  });

  it('212: an unknown parent', async () => {
    expect(await post('one', clairLayer('base.tar'), { parent: 'ghost' })).toBe('unknown-parent');
    expect(await post('one', undefined, { parent: 'ghost', path: '/nonexistent', format: 'OCI' })).toBe(
      'unknown-parent',
    );
  });

  it('231-233: a known layer is not read', async () => {
    await post('base', clairLayer('base.tar'));
    const again = { path: '/nonexistent', parent: 'ghost', format: 'whatever' };
    expect(await post('base', undefined, again)).toBeUndefined();
  });

  it('291-295: a layer of an older engine is read again, and stands on what it stood on', async () => {
    await post('base', clairLayer('base.tar'));
    await post('upgrade', clairLayer('child.tar'), { parent: 'base' });
    await store.layers.replace({ name: 'upgrade', parent: 'base', engineVersion: 2, packages: [], namespaces: [] });
    expect(await packagesOf('upgrade')).toEqual([]);
    expect(await post('upgrade', undefined, { path: '/nonexistent' })).toBe('source-not-found');
    expect(await post('upgrade', clairLayer('upgrade.tar'), { parent: 'ghost' })).toBeUndefined();
    expect(await store.layers.find('upgrade')).toMatchObject({
      parent: 'base',
      engineVersion: 3,
      namespace: { name: 'debian:9', versionFormat: 'dpkg' },
    });
    expect(await packagesOf('upgrade')).toEqual([
      'debian:8 bash 4.3-11 base',
      'debian:9 openssl 1.1.0e-1 upgrade',
      'debian:8 pam 1.1.8-3.1 base',
    ]);
  });

  it('207, 210, 223: what is absent comes before the format, a directory after it', async () => {
    expect(await post('one', undefined, { path: path.join(folder, 'none.tar') })).toBe('source-not-found');
    expect(await post('one', undefined, { path: path.join(folder, 'none.tar'), format: 'OCI' })).toBe(
      'source-not-found',
    );
    expect(await post('one', clairLayer('base.tar'), { format: 'OCI' })).toBe('unsupported-format');
    expect(await post('one', undefined, { path: folder })).toBe('unreadable');
  });

  it('worker-dist-upgrade: what an upgrade left untouched stays in its namespace', async () => {
    interface Upgrade {
      readonly layers: readonly {
        name: string;
        parent: string;
        testdata: string;
        namespace?: string;
        feature_count?: number;
      }[];
      readonly kept_with_namespace_debian7_in_wheezy_and_jessie: readonly (readonly [string, string])[];
    }
    const upgrade = JSON.parse(readShared('clair/cases/worker-dist-upgrade.json').toString()) as Upgrade;
    const roots = [sharedPath('clair/testdata')];
    const by = indexer({ sources: { roots, compat: false, hosts: [] } });
    for (const { name, parent, testdata, namespace, feature_count = 0 } of upgrade.layers) {
      const file = sharedPath(`clair/testdata/${testdata}`);
      expect(await post(name, undefined, { path: file, ...(parent !== '' && { parent }) }, by)).toBeUndefined();
      expect((await store.layers.find(name))?.namespace?.name).toBe(namespace);
      expect(await packagesOf(name)).toHaveLength(feature_count);
    }
    const jessie = (await packagesOf('jessie')).map((one) => one.split(' ').slice(0, 3).join(' '));
    for (const [name, version] of upgrade.kept_with_namespace_debian7_in_wheezy_and_jessie) {
      expect(jessie).toContain(`debian:7 ${name} ${version}`);
      expect(jessie).not.toContain(`debian:8 ${name} ${version}`);
    }
  });
});

interface ListerCases {
  readonly cases: readonly {
    readonly lister: string;
    readonly path_in_layer: string;
    readonly testdata: string;
    readonly expected_exactly: readonly { readonly name: string; readonly version: string }[];
    readonly testdata_missing?: string;
  }[];
}

const listers = hasShared
  ? (JSON.parse(readShared('clair/cases/feature-listers.json').toString()) as ListerCases).cases
  : [];

describe.skipIf(!hasShared)('package databases as Clair lists them', () => {
  it.each(listers.filter(({ testdata_missing }) => testdata_missing === undefined))('$lister', async (one) => {
    const content = readShared(`clair/testdata/${one.testdata}`);
    expect(await post('one', tar([debian8, { path: one.path_in_layer, content }]))).toBeUndefined();
    const packages = (await store.layers.packages('one')) ?? [];
    const expected = one.expected_exactly.map(({ name, version }) => `${name} ${version}`).sort();
    expect(packages.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(expected);
  });

  it('tarutil: archives of every compression', async () => {
    const { archives } = JSON.parse(readShared('clair/cases/tarutil.json').toString()) as { archives: string[] };
    const by = indexer({ sources: { roots: [sharedPath('clair/testdata')], compat: false, hosts: [] } });
    for (const [index, file] of archives.entries()) {
      const posted = { path: sharedPath(`clair/testdata/${file}`) };
      expect(await post(`archive-${index}`, undefined, posted, by)).toBeUndefined();
    }
  });
});

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

describe('several at once', () => {
  /** A server whose answers wait until they are let go. */
  async function holding(): Promise<{ host: string; asked: string[]; letGo(): void; close(): void }> {
    const asked: string[] = [];
    const waiting: (() => void)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      waiting.push(() => response.end(tar([debian8, status('bash')])));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked,
      letGo: () => {
        for (const go of waiting.splice(0)) go();
      },
      close: () => {
        server.closeAllConnections();
        server.close();
      },
    };
  }

  it('the same layer is read once', async () => {
    const server = await holding();
    const by = indexer({ sources: { roots: [], compat: false, hosts: [server.host] } });
    const at = { path: `http://${server.host}/x` };
    const all = [post('x', undefined, at, by), post('x', undefined, at, by), post('x', undefined, at, by)];
    const other = post('x', undefined, { path: '/nonexistent' }, by);
    await expect.poll(() => server.asked.length).toBe(1);
    server.letGo();
    expect(await Promise.all(all)).toEqual([undefined, undefined, undefined]);
    // It was indexed by then.
    expect(await other).toBeUndefined();
    expect(server.asked).toHaveLength(1);
    server.close();
  });

  it('no more are read than may be, and whoever gives up leaves the queue', async () => {
    const server = await holding();
    const by = indexer({ sources: { roots: [], compat: false, hosts: [server.host] }, concurrency: 2 });
    const stop = new AbortController();
    const at = (name: string, signal?: AbortSignal): Promise<string | undefined> =>
      post(name, undefined, { path: `http://${server.host}/${name}`, ...(signal && { signal }) }, by);
    const first = [at('a'), at('b')];
    await expect.poll(() => server.asked.length).toBe(2);
    const given = at('c', stop.signal);
    const last = at('d');
    stop.abort(new Error('gave up'));
    await expect(given).rejects.toThrow('gave up');
    server.letGo();
    expect(await Promise.all(first)).toEqual([undefined, undefined]);
    await expect.poll(() => server.asked.length).toBe(3);
    server.letGo();
    expect(await last).toBeUndefined();
    expect(server.asked.toSorted()).toEqual(['/a', '/b', '/d']);
    server.close();
  });

  it('a known layer waits for nobody', async () => {
    const server = await holding();
    const by = indexer({ sources: { roots: [folder], compat: false, hosts: [server.host] }, concurrency: 1 });
    await post('known', tar([debian8]), {}, by);
    const slow = post('slow', undefined, { path: `http://${server.host}/x` }, by);
    await expect.poll(() => server.asked.length).toBe(1);
    expect(await post('known', undefined, { path: '/nonexistent' }, by)).toBeUndefined();
    server.letGo();
    expect(await slow).toBeUndefined();
    server.close();
  });

  it('a parent that goes meanwhile is an unknown one', async () => {
    const server = await holding();
    const by = indexer({ sources: { roots: [folder], compat: false, hosts: [server.host] } });
    await post('base', tar([debian8]), {}, by);
    const top = post('top', undefined, { path: `http://${server.host}/x`, parent: 'base' }, by);
    await expect.poll(() => server.asked.length).toBe(1);
    await store.layers.remove('base');
    server.letGo();
    expect(await top).toBe('unknown-parent');
    server.close();
  });

  it('what the store says is passed on', async () => {
    const name = 'n'.repeat(129);
    await expect(post(name, tar([debian8]), { path: path.join(folder, 'long.tar') })).rejects.toMatchObject({
      code: 'store.too-long',
    });
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
