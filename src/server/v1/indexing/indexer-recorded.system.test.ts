import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasShared, readShared, sharedPath } from '../../../../test/support/shared.ts';
import { tar } from '../../../../test/support/tar.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import {
  debian8,
  folder,
  indexer,
  indexInEachTest,
  packagesOf,
  post,
  store,
} from '../../../../test/support/v1-indexing.ts';
import { buildV1Layers } from '../../../../test/support/v1-layers.ts';

indexInEachTest();

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
