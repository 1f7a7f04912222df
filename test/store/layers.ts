import { beforeAll, describe, expect, it } from 'vitest';
import type { LayerPackage } from '../../src/store/layer-shelf.ts';
import type { Store } from '../../src/store/store.ts';
import { layer, type OpenStore, packages, vulnerability } from './samples.ts';

/** `name version (namespace) by layer`. */
function shown(list: readonly LayerPackage[] | undefined): string[] | undefined {
  return list?.map((one) => `${one.name} ${one.version} (${one.namespace}) by ${one.addedBy}`);
}

/** `name version: vulnerability < fix`. */
async function vulnerable(store: Store, name: string): Promise<string[] | undefined> {
  const list = await store.layers.packages(name, { vulnerabilities: true });
  return list?.flatMap((one) =>
    one.vulnerabilities.map((found) => `${one.name} ${one.version}: ${found.name} < ${found.fixedBy ?? 'nothing'}`),
  );
}

export function describeLayers(open: OpenStore): void {
  describe('layers', () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });

    it('keeps one without anything', async () => {
      await store.layers.insert(layer('blank'));

      expect(await store.layers.find('blank')).toEqual({ name: 'blank', engineVersion: 3 });
      expect(await store.layers.packages('blank', { vulnerabilities: true })).toEqual([]);
    });

    it('keeps namespace, parent and engine', async () => {
      await store.layers.insert(layer('p-root', { namespace: 'debian:8', engineVersion: 2 }));
      await store.layers.insert(layer('p-child', { parent: 'p-root' }));

      expect(await store.layers.find('p-root')).toEqual({
        name: 'p-root',
        namespace: { name: 'debian:8', versionFormat: 'dpkg' },
        engineVersion: 2,
      });
      expect(await store.layers.find('p-child')).toEqual({ name: 'p-child', parent: 'p-root', engineVersion: 3 });
    });

    it('knows nothing of others', async () => {
      expect(await store.layers.find('nobody')).toBeUndefined();
      expect(await store.layers.packages('nobody')).toBeUndefined();
      expect(await store.layers.find('with\0zero')).toBeUndefined();
      expect(await store.layers.remove('nobody')).toBe(false);
    });

    it('shows packages by name, namespace and version, in the order of code points', async () => {
      await store.layers.insert(
        layer('order', {
          namespace: 'debian:8',
          packages: [
            ...packages('debian:9', 'b 1'),
            ...packages('debian:8', 'b 2, b 1, a 1, B 1, \u{1F600} 1, \u{FF21} 1, \u{e4} 1'),
          ],
        }),
      );

      expect(shown(await store.layers.packages('order'))).toEqual([
        'B 1 (debian:8) by order',
        'a 1 (debian:8) by order',
        'b 1 (debian:8) by order',
        'b 2 (debian:8) by order',
        'b 1 (debian:9) by order',
        '\u{e4} 1 (debian:8) by order',
        '\u{FF21} 1 (debian:8) by order',
        '\u{1F600} 1 (debian:8) by order',
      ]);
    });

    it('tells source and format of a package, and of two that differ in the source alone', async () => {
      const source = { name: 'openssl', version: '3.1.4-r0' };
      const [libssl] = packages('alpine:v3.19', 'libssl3 3.1.4-r0');
      await store.layers.insert(layer('sources', { packages: [{ ...libssl!, source }, libssl!, libssl!] }));

      const common = {
        namespace: 'alpine:v3.19',
        versionFormat: 'dpkg',
        name: 'libssl3',
        version: '3.1.4-r0',
        addedBy: 'sources',
        vulnerabilities: [],
      };
      expect(await store.layers.packages('sources')).toEqual([common, { ...common, source }]);
    });

    it('says which layer brought a package, since when it was always there', async () => {
      const d8 = (list: string) => packages('debian:8', list);
      await store.layers.insert(layer('by-1', { packages: d8('a 1, b 1, c 1') }));
      await store.layers.insert(layer('by-2', { parent: 'by-1', packages: d8('a 1, b 2') }));
      await store.layers.insert(layer('by-3', { parent: 'by-2', packages: d8('a 1, b 1, c 1, d 1') }));
      await store.layers.insert(layer('by-4', { parent: 'by-3', packages: d8('a 1, b 1, c 1, d 1') }));

      expect(shown(await store.layers.packages('by-2'))).toEqual(['a 1 (debian:8) by by-1', 'b 2 (debian:8) by by-2']);
      expect(shown(await store.layers.packages('by-4'))).toEqual([
        'a 1 (debian:8) by by-1',
        'b 1 (debian:8) by by-3',
        'c 1 (debian:8) by by-3',
        'd 1 (debian:8) by by-3',
      ]);
    });

    it('follows a chain of two hundred layers', async () => {
      let parent: string | undefined;
      for (let index = 0; index < 200; index++) {
        const name = `chain-${index}`;
        const list = packages('debian:8', `always 1, moving ${index}`);
        await store.layers.insert(layer(name, { ...(parent && { parent }), packages: list }));
        parent = name;
      }

      expect(shown(await store.layers.packages('chain-199'))).toEqual([
        'always 1 (debian:8) by chain-0',
        'moving 199 (debian:8) by chain-199',
      ]);
      expect(await store.layers.remove('chain-0')).toBe(true);
      expect(await store.layers.find('chain-199')).toBeUndefined();
    });

    it('refuses a layer on an unknown one, and keeps nothing of it', async () => {
      const orphan = layer('orphan', { parent: 'unknown', namespace: 'lost:1', packages: packages('lost:1', 'a 1') });

      await expect(store.layers.insert(orphan)).rejects.toMatchObject({ code: 'store.unknown-parent' });
      expect(await store.layers.find('orphan')).toBeUndefined();
      expect((await store.namespaces()).map(({ name }) => name)).not.toContain('lost:1');
    });

    const long = 'x'.repeat(129);
    it.each([
      ['a name of 129 characters', layer(long), 'store.too-long'],
      ['no name', layer(''), 'store.bad-request'],
      ['a name with the character 0', layer('a\0b'), 'store.bad-request'],
      ['a name with half a character', layer('a\u{d800}b'), 'store.bad-request'],
      ['a namespace of 129 characters', layer('bad', { namespace: long }), 'store.too-long'],
      ['a package of 129 characters', layer('bad', { packages: packages('debian:8', `${long} 1`) }), 'store.too-long'],
      [
        'a version of 129 digits',
        layer('bad', { packages: packages('debian:8', `a ${'1'.repeat(129)}`) }),
        'store.too-long',
      ],
      ['a package without a name', layer('bad', { packages: packages('debian:8', ' 1') }), 'store.bad-request'],
      ['a package without a version', layer('bad', { packages: packages('debian:8', 'a') }), 'store.bad-version'],
      [
        'a version that dpkg cannot order',
        layer('bad', { packages: [{ namespace: 'debian:8', name: 'a', version: 'bad version' }] }),
        'store.bad-version',
      ],
      [
        'a namespace of which nobody knows how it orders versions',
        layer('bad', { packages: packages('custom:1', 'a 1') }),
        'store.bad-version',
      ],
    ])('refuses %s', async (_title, bad, code) => {
      await expect(store.layers.insert(bad)).rejects.toMatchObject({ code });
      expect(await store.layers.find('bad')).toBeUndefined();
    });

    it('counts characters, not units of an encoding', async () => {
      await store.layers.insert(layer('\u{1F600}'.repeat(128)));

      expect(await store.layers.find('\u{1F600}'.repeat(128))).toBeDefined();
    });

    it('leaves a layer alone that is there already', async () => {
      await store.layers.insert(layer('twice', { packages: packages('debian:8', 'a 1') }));
      await store.layers.insert(layer('twice', { packages: packages('debian:8', 'b 1'), engineVersion: 9 }));

      expect(await store.layers.find('twice')).toMatchObject({ engineVersion: 3 });
      expect(shown(await store.layers.packages('twice'))).toEqual(['a 1 (debian:8) by twice']);
    });

    it('takes formats from the layer, the list, the family of the name, and keeps the first', async () => {
      await store.layers.insert({
        ...layer('formats', { packages: [...packages('odd:1', 'a 1'), ...packages('fedora:25', 'a 1')] }),
        namespaces: [{ name: 'odd:1', versionFormat: 'rpm' }],
      });
      await store.layers.insert({ ...layer('formats-2'), namespace: { name: 'odd:1', versionFormat: 'dpkg' } });

      expect(await store.layers.find('formats-2')).toMatchObject({ namespace: { versionFormat: 'rpm' } });
      expect((await store.layers.packages('formats'))?.map((one) => one.versionFormat)).toEqual(['rpm', 'rpm']);
    });

    it('learns a format that nobody knew', async () => {
      await store.vulnerabilities.write(vulnerability('later:1', 'CVE-1', 'a 2'));
      await store.layers.insert(layer('later', { namespace: 'later:1', packages: packages('later:1', 'a 1') }));

      expect(await store.layers.find('later')).toMatchObject({ namespace: { versionFormat: 'dpkg' } });
      expect(await vulnerable(store, 'later')).toEqual(['a 1: CVE-1 < 2']);
    });

    describe('replaced', () => {
      const d7 = (list: string) => packages('debian:7', list);

      it('shows namespace, packages and engine anew, on the parent it had', async () => {
        await store.layers.insert(layer('r-root', { packages: d7('a 1, b 1') }));
        await store.layers.insert(
          layer('r-mid', { parent: 'r-root', namespace: 'debian:7', packages: d7('a 1, b 2') }),
        );
        await store.layers.replace({
          ...layer('r-mid', { namespace: 'debian:9', engineVersion: 4 }),
          packages: [...d7('b 1'), ...packages('debian:9', 'new 1')],
        });

        expect(await store.layers.find('r-mid')).toEqual({
          name: 'r-mid',
          parent: 'r-root',
          namespace: { name: 'debian:9', versionFormat: 'dpkg' },
          engineVersion: 4,
        });
        expect(shown(await store.layers.packages('r-mid'))).toEqual([
          'b 1 (debian:7) by r-root',
          'new 1 (debian:9) by r-mid',
        ]);
      });

      it('leaves children and theirs with the packages they had', async () => {
        await store.layers.insert(layer('c-1', { packages: d7('a 1, b 1') }));
        await store.layers.insert(layer('c-2', { parent: 'c-1', packages: d7('a 1, c 1') }));
        await store.layers.insert(layer('c-3', { parent: 'c-2', packages: d7('c 1, d 1') }));
        await store.layers.replace(layer('c-1', { packages: packages('debian:9', 'a 1, b 1') }));

        expect(shown(await store.layers.packages('c-2'))).toEqual(['a 1 (debian:7) by c-2', 'c 1 (debian:7) by c-2']);
        expect(shown(await store.layers.packages('c-3'))).toEqual(['c 1 (debian:7) by c-2', 'd 1 (debian:7) by c-3']);
      });

      it('loses its namespace when it has none any more', async () => {
        await store.layers.insert(layer('n-1', { namespace: 'debian:7' }));
        await store.layers.replace(layer('n-1'));

        expect(await store.layers.find('n-1')).toEqual({ name: 'n-1', engineVersion: 3 });
      });

      it('is kept when it was removed meanwhile', async () => {
        await store.layers.replace(layer('gone', { packages: d7('a 1') }));

        expect(shown(await store.layers.packages('gone'))).toEqual(['a 1 (debian:7) by gone']);
      });

      it('finds the vulnerabilities of its new packages', async () => {
        await store.vulnerabilities.write(vulnerability('debian:7', 'CVE-R', 'replaced 2'));
        await store.layers.insert(layer('v-1', { packages: d7('replaced 2') }));
        expect(await vulnerable(store, 'v-1')).toEqual([]);
        await store.layers.replace(layer('v-1', { packages: d7('replaced 1') }));

        expect(await vulnerable(store, 'v-1')).toEqual(['replaced 1: CVE-R < 2']);
      });
    });

    it('goes with all that stand on it, and its packages and vulnerabilities stay', async () => {
      await store.layers.insert(layer('L1'));
      await store.layers.insert(layer('L2', { parent: 'L1', packages: packages('debian:8', 'kept 1') }));
      await store.layers.insert(layer('L3a', { parent: 'L2' }));
      await store.layers.insert(layer('L3b', { parent: 'L2' }));
      await store.layers.insert(layer('L4', { parent: 'L3b' }));
      const namespaces = await store.namespaces();

      expect(await store.layers.remove('L2')).toBe(true);

      const left = await Promise.all(['L1', 'L2', 'L3a', 'L3b', 'L4'].map((name) => store.layers.find(name)));
      expect(left.map((one) => one?.name)).toEqual(['L1', undefined, undefined, undefined, undefined]);
      expect(await store.namespaces()).toEqual(namespaces);
    });
  });

  describe('vulnerabilities of layers', () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });

    it('are there whether the layer or the vulnerability came first', async () => {
      await store.vulnerabilities.write(
        vulnerability('debian:8', 'CVE-FIRST', 'openssl 1.0.1t-1', {
          description: 'D',
          link: 'https://example.org/1',
          severity: 'High',
          metadata: '{"NVD":{"CVSSv2":{"Vectors":"AV:N","Score":7.5}}}',
        }),
      );
      await store.layers.insert(layer('both', { packages: packages('debian:8', 'openssl 1.0.1t-0, bash 4.3') }));
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-AFTER', 'openssl, bash 4.3'));

      const found = await store.layers.packages('both', { vulnerabilities: true });
      expect(found?.map((one) => [one.name, one.vulnerabilities])).toEqual([
        ['bash', []],
        [
          'openssl',
          [
            {
              namespace: 'debian:8',
              name: 'CVE-AFTER',
              description: '',
              link: '',
              severity: 'Unknown',
              metadata: '',
            },
            {
              namespace: 'debian:8',
              name: 'CVE-FIRST',
              description: 'D',
              link: 'https://example.org/1',
              severity: 'High',
              metadata: '{"NVD":{"CVSSv2":{"Score":7.5,"Vectors":"AV:N"}}}',
              fixedBy: '1.0.1t-1',
            },
          ],
        ],
      ]);
      const without = await store.layers.packages('both');
      expect(without?.flatMap((one) => one.vulnerabilities)).toEqual([]);
    });

    it('concern packages of their own namespace alone', async () => {
      await store.layers.insert(
        layer('apart', { packages: [...packages('debian:8', 'x 1'), ...packages('debian:9', 'x 1')] }),
      );
      await store.vulnerabilities.write(vulnerability('debian:9', 'CVE-9', 'x 2'));

      const found = await store.layers.packages('apart', { vulnerabilities: true });
      expect(found?.map((one) => [one.namespace, one.vulnerabilities.map(({ name }) => name)])).toEqual([
        ['debian:8', []],
        ['debian:9', ['CVE-9']],
      ]);
    });

    it('follow every change', async () => {
      await store.layers.insert(layer('change', { packages: packages('debian:8', 'mutt 5') }));
      const write = async (fixes: string) =>
        await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-M', fixes));

      await write('mutt 6');
      expect(await vulnerable(store, 'change')).toEqual(['mutt 5: CVE-M < 6']);
      await write('mutt 5');
      expect(await vulnerable(store, 'change')).toEqual([]);
      await write('mutt');
      expect(await vulnerable(store, 'change')).toEqual(['mutt 5: CVE-M < nothing']);
      await write('-mutt');
      expect(await vulnerable(store, 'change')).toEqual([]);
      await store.vulnerabilities.changeFixes('debian:8', 'CVE-M', [{ package: 'mutt', version: '7' }]);
      expect(await vulnerable(store, 'change')).toEqual(['mutt 5: CVE-M < 7']);
      await store.vulnerabilities.remove('debian:8', 'CVE-M');
      expect(await vulnerable(store, 'change')).toEqual([]);
    });

    it('say what was written last, whatever a layer was shown with before', async () => {
      await store.layers.insert(layer('told', { packages: packages('debian:8', 'told 5') }));
      const shown = async () => {
        const [only] = (await store.layers.packages('told', { vulnerabilities: true })) ?? [];
        return only?.vulnerabilities.map(({ description, severity, fixedBy }) => [description, severity, fixedBy]);
      };
      const write = async (description: string, severity: 'Low' | 'High', fixes: string) =>
        await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-TOLD', fixes, { description, severity }));

      await write('first', 'Low', 'told 6');
      expect(await shown()).toEqual([['first', 'Low', '6']]);
      await write('second', 'High', 'told 6');
      expect(await shown()).toEqual([['second', 'High', '6']]);
      await store.vulnerabilities.changeFixes('debian:8', 'CVE-TOLD', [{ package: 'told', version: '7' }]);
      expect(await shown()).toEqual([['second', 'High', '7']]);
      await store.vulnerabilities.remove('debian:8', 'CVE-TOLD');
      expect(await shown()).toEqual([]);
      await write('first', 'Low', 'told 6');
      expect(await shown()).toEqual([['first', 'Low', '6']]);
    });

    it('name the source package where dpkg is used, and its version counts', async () => {
      const [libssl] = packages('debian:8', 'libssl3 3.0');
      const source = { name: 'ossl', version: '1:2.0' };
      await store.layers.insert(
        layer('binary', { packages: [{ ...libssl!, source }, ...packages('debian:8', 'ossl 1.9')] }),
      );
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-S', 'ossl 1:1.5'));
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-T', 'ossl 1:2.5, libssl3 9'));

      expect(await vulnerable(store, 'binary')).toEqual([
        'libssl3 3.0: CVE-T < 1:2.5',
        'ossl 1.9: CVE-S < 1:1.5',
        'ossl 1.9: CVE-T < 1:2.5',
      ]);
    });

    it('name the package itself where rpm is used', async () => {
      const [devel] = packages('centos:7', 'openssl-devel 1.0.2k-8');
      await store.layers.insert(
        layer('rpm', { packages: [{ ...devel!, source: { name: 'openssl', version: '1.0.2k-8' } }] }),
      );
      await store.vulnerabilities.write(vulnerability('centos:7', 'RHSA-1', 'openssl 1:1.0.2k-9'));
      await store.vulnerabilities.write(vulnerability('centos:7', 'RHSA-2', 'openssl-devel 1.0.2k-9'));

      expect(await vulnerable(store, 'rpm')).toEqual(['openssl-devel 1.0.2k-8: RHSA-2 < 1.0.2k-9']);
    });

    it('name the package or its origin where apk is used, by the order of apk', async () => {
      const [libssl] = packages('alpine:v3.19', 'libssl3 3.1.4_rc1-r0');
      await store.layers.insert(
        layer('apk', { packages: [{ ...libssl!, source: { name: 'openssl', version: '3.1.4_rc1-r0' } }] }),
      );
      await store.vulnerabilities.write(vulnerability('alpine:v3.19', 'CVE-A', 'openssl 3.1.4-r0'));
      await store.vulnerabilities.write(vulnerability('alpine:v3.19', 'CVE-B', 'libssl3 3.1.4-r0'));
      await store.vulnerabilities.write(vulnerability('alpine:v3.19', 'CVE-C', 'libssl3 3.1.3-r0'));

      expect(await vulnerable(store, 'apk')).toEqual([
        'libssl3 3.1.4_rc1-r0: CVE-A < 3.1.4-r0',
        'libssl3 3.1.4_rc1-r0: CVE-B < 3.1.4-r0',
      ]);
    });
  });
}
