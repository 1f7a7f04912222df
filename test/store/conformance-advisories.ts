import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEnrichment } from '../../src/advisories/enrichment-encoding.ts';
import type { KeptEnrichment } from '../../src/advisories/enrichment-rows.ts';
import { encodeBlock, packScore, placeOf } from '../../src/advisories/score-block.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { versionJudge } from '../../src/match/versions.ts';
import type { Advisory, AdvisoryHit, Affected } from '../../src/model/advisory.ts';
import type { Enrichment } from '../../src/model/enrichment.ts';
import type { AdvisoryDelta, FeedAdvisory } from '../../src/store/advisory-shelf.ts';
import type { PackageVersion } from '../../src/store/package-version.ts';
import type { Store } from '../../src/store/store.ts';
import { freshStores } from './fresh-stores.ts';

type Entry = Partial<Affected> & Pick<Affected, 'package'>;

function record(id: string, affected: readonly Entry[], more: Partial<Advisory> = {}): FeedAdvisory {
  const advisory: Advisory = {
    key: id,
    id,
    aliases: [],
    severity: 'unknown',
    urls: [],
    ...more,
    affected: affected.map((entry) => ({
      namespace: 'debian:12',
      nameKind: 'source',
      state: 'fixed',
      ranges: [],
      ...entry,
    })),
  };
  return { feed: 'tracker', advisory };
}

const fixedIn = (name: string, version: string, more: Partial<Affected> = {}): Entry => ({
  package: name,
  ranges: [{ fixed: version }],
  ...more,
});

function installed(name: string, version: string, namespace = 'debian:12'): PackageVersion {
  return { namespace, name, version };
}

/** What every store does with the advisories of feeds. `make` gives an empty one; it is closed by the suite. */
export function describeAdvisories(name: string, make: () => Promise<Store>): void {
  const fresh = freshStores(make);

  let generation = 0;
  const tell = async (store: Store, upserts: readonly FeedAdvisory[], more: Partial<AdvisoryDelta> = {}) =>
    await store.advisories.apply({
      generation: ++generation,
      upserts,
      removals: [],
      notify: true,
      complete: false,
      ...more,
    });

  const addLayer = async (store: Store, layer: string, packages: readonly PackageVersion[]) =>
    await store.layers.insert({
      name: layer,
      engineVersion: 3,
      namespace: { name: 'debian:12', versionFormat: 'dpkg' },
      packages,
      namespaces: [],
    });

  /** `NAME VERSION: CVE FIX, ...` for each package of a layer. */
  const findings = async (store: Store, layer: string): Promise<readonly string[]> => {
    const packages = (await store.layers.packages(layer, { vulnerabilities: true })) ?? [];
    return packages.map((pkg) => {
      const found = pkg.vulnerabilities.map((v) => `${v.name}${v.fixedBy === undefined ? '' : ` ${v.fixedBy}`}`);
      return `${pkg.name} ${pkg.version}: ${found.sort().join(', ')}`;
    });
  };

  const notifications = async (store: Store) => {
    const { first } = await store.notifications.waiting(1000);
    return first.map(({ old, new: fresher }) => `${old?.name ?? 'nothing'} -> ${fresher?.name ?? 'nothing'}`).sort();
  };

  describe(`${name}, advisories`, () => {
    it('keeps what enrichers say, and judges by it', async () => {
      const store = await fresh();
      const rows = (...list: readonly (readonly [string, Enrichment])[]): KeptEnrichment[] =>
        list.map(([feed, enrichment]) => ({ feed, name: enrichment.name, detail: encodeEnrichment(enrichment) }));
      const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
      const cvss = (score: number, source: string) => [{ version: '3.1', vector, score, source }];
      const [first, second, third] = ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003'] as const;
      const scores = encodeBlock(new Map([[2, packScore({ name: second, epss: { score: 0.5 } })!]]), '2024-01-01');
      const block = placeOf(second)!.block;
      const rejected = { name: third, rejected: {} };
      await addLayer(store, 'layer', [installed('bash', '1')]);
      await tell(
        store,
        [first, second, third].map((id) => record(id, [fixedIn('bash', '2')])),
        {
          notify: false,
          enrichments: {
            rows: [
              ...rows(
                ['nvd', { name: first, cvss: cvss(9.8, 'nvd') }],
                ['cve-list', { name: first, cvss: cvss(5, 'cna:x') }],
              ),
              ...rows(['cve-list', rejected], ['nvd', { name: '\0\ud800', title: 'odd' }]),
              { feed: 'epss', block, data: scores },
            ],
            complete: true,
          },
        },
      );
      const said = async () =>
        (await store.advisories.enrich([first, second, third, 'CVE-1999-0001'])).map((hits) =>
          hits.map(({ feed, enrichment: { cvss: [score] = [], epss, rejected: no } }) => [
            feed,
            ...(score === undefined ? [] : [score.score]),
            ...(epss === undefined ? [] : [epss.score]),
            ...(no === undefined ? [] : [no]),
          ]),
        );
      expect(await store.advisories.isEnriched()).toBe(true);
      expect(await store.advisories.feeds()).toEqual(['cve-list', 'epss', 'nvd', 'tracker']);
      expect(await said()).toEqual([
        [
          ['cve-list', 5],
          ['nvd', 9.8],
        ],
        [['epss', 0.5]],
        [['cve-list', {}]],
        [],
      ]);
      const severities = async () => {
        const [bash] = (await store.layers.packages('layer', { vulnerabilities: true }))!;
        return bash!.vulnerabilities.map((v) => `${v.name} ${v.severity} ${/"Score":([\d.]+)/.exec(v.metadata)?.[1]}`);
      };
      // The CNA decides before NVD, whose score the v1 API shows.
      expect(await severities()).toEqual([`${first} Medium 9.8`, `${second} Unknown undefined`]);
      await tell(store, [], {
        enrichments: {
          rows: [
            ...rows(['nvd', { name: second, cvss: cvss(7, 'nvd') }], ['other', rejected]),
            { feed: 'cve-list', name: first },
            { feed: 'cve-list', name: third },
            { feed: 'epss', block },
          ],
          complete: false,
        },
      });
      expect(await said()).toEqual([[['nvd', 9.8]], [['nvd', 7]], [['other', {}]], []]);
      expect(await severities()).toEqual([`${first} Critical 9.8`, `${second} High 7`]);
      expect(await notifications(store)).toEqual([`${first} -> ${first}`, `${second} -> ${second}`]);
      // Everything anew: what is not told is gone.
      await tell(store, [], {
        enrichments: { rows: rows(['nvd', { name: second, cvss: cvss(7, 'nvd') }]), complete: true },
      });
      expect(await said()).toEqual([[], [['nvd', 7]], [], []]);
      expect(await severities()).toEqual([
        `${first} Unknown undefined`,
        `${second} High 7`,
        `${third} Unknown undefined`,
      ]);
    });

    it('judges builds apart', async () => {
      const store = await fresh();
      const row = (version: string, only: Affected['only']): Entry => ({
        ...fixedIn('nodejs', version, { namespace: 'rocky:8', nameKind: 'binary' }),
        ...(only !== undefined && { only }),
      });
      const rocky = (version: string, build: Partial<PackageVersion>): PackageVersion => ({
        ...installed('nodejs', version, 'rocky:8'),
        ...build,
      });
      const eighteen = { modularity: 'nodejs:18:8090020230:abc', arch: 'x86_64' };
      const twenty = { modularity: 'nodejs:20:8090020230:abc', arch: 'x86_64' };
      const records = [
        record('CVE-2024-0018', [row('18.9-1.module+el8+1', { module: 'nodejs:18' })]),
        record('CVE-2024-0020', [row('20.9-1.module+el8+1', { module: 'nodejs:20' })]),
        record('CVE-2024-0086', [row('99-1.module+el8+1', { module: 'nodejs:20', architectures: ['i686'] })]),
      ];
      const packages = [
        rocky('18.1-1.module+el8+1', eighteen),
        rocky('20.1-1.module+el8+1', twenty),
        rocky('20.1-1.module+el8+1', { ...twenty, arch: 'i686' }),
        rocky('20.2-1.module+el8+1', { ...twenty, vendor: 'Somebody', repositories: ['a', 'b'] }),
      ];
      await addLayer(store, 'before', packages);
      await tell(store, records);
      // Package versions are judged when advisories come, and when they come themselves.
      await addLayer(store, 'after', [rocky('18.2-1.module+el8+1', eighteen), rocky('18.2-1', { arch: 'x86_64' })]);
      const found = async (layer: string) =>
        (await store.layers.packages(layer, { vulnerabilities: true, builds: true }))!
          .map(({ version, arch, vendor = '', repositories = [], vulnerabilities }) =>
            [version, arch, vendor, ...repositories, vulnerabilities.map((v) => v.name).join()].join(' '),
          )
          .sort();
      expect(await found('before')).toEqual([
        '18.1-1.module+el8+1 x86_64  CVE-2024-0018',
        '20.1-1.module+el8+1 i686  CVE-2024-0020,CVE-2024-0086',
        '20.1-1.module+el8+1 x86_64  CVE-2024-0020',
        '20.2-1.module+el8+1 x86_64 Somebody a b CVE-2024-0020',
      ]);
      expect(await found('after')).toEqual(['18.2-1 x86_64  ', '18.2-1.module+el8+1 x86_64  CVE-2024-0018']);
      // The v1 API knows no builds.
      expect(await findings(store, 'before')).toEqual([
        'nodejs 18.1-1.module+el8+1: CVE-2024-0018 18.9-1.module+el8+1',
        'nodejs 20.1-1.module+el8+1: CVE-2024-0020 20.9-1.module+el8+1, CVE-2024-0086 99-1.module+el8+1',
        'nodejs 20.2-1.module+el8+1: CVE-2024-0020 20.9-1.module+el8+1',
      ]);
      // A publisher who corrects the module alone changes who is affected.
      await tell(store, [record('CVE-2024-0018', [row('20.9-1.module+el8+1', { module: 'nodejs:20' })])]);
      expect((await found('before'))[0]).toBe('18.1-1.module+el8+1 x86_64  ');
      expect(await notifications(store)).toContain('CVE-2024-0018 -> CVE-2024-0018');
    });

    it('knows in a namespace what feeds say of its packages in another one', async () => {
      const store = await fresh();
      const { vulnerabilities } = store;
      const own = { namespace: 'centos:7', description: '', link: '', severity: 'Low', metadata: '' } as const;
      await vulnerabilities.write({ ...own, name: 'OWN-1', fixes: [{ package: 'bash' }] });
      const names = async (namespace: string) =>
        (await vulnerabilities.list(namespace, 0, 10))?.map((v) => `${v.namespace.name} ${v.name} ${v.origin}`);
      // What a user says of others is none of its own.
      await vulnerabilities.write({ ...own, namespace: 'rhel:7', name: 'OWN-2', fixes: [{ package: 'bash' }] });
      expect(await names('centos:7')).toEqual(['centos:7 OWN-1 user']);
      const bash = fixedIn('bash', '4.4', { namespace: 'rhel:7', nameKind: 'binary' });
      await tell(store, [record('CVE-2024-0001', [bash]), record('CVE-2024-0002', [bash])]);
      const known = [
        'centos:7 OWN-1 user',
        'rhel:7 OWN-2 user',
        'rhel:7 CVE-2024-0001 feed',
        'rhel:7 CVE-2024-0002 feed',
      ];
      expect(await names('centos:7')).toEqual(known);
      // Nobody wrote anything of it.
      expect(await names('centos:8')).toBeUndefined();
      const ids: number[] = [];
      for (let from = 0; ; ) {
        const [first] = (await vulnerabilities.list('centos:7', from, 1))!;
        if (first === undefined) break;
        ids.push(first.id);
        from = first.id + 1;
      }
      expect(ids).toHaveLength(known.length);
      expect((await vulnerabilities.find('centos:7', 'CVE-2024-0001'))?.namespace.name).toBe('rhel:7');
      expect(await vulnerabilities.find('rhel:7', 'OWN-1')).toBeUndefined();

      const [row] = [{ namespace: 'centos:7', name: 'bash', version: '4.3' }];
      await addLayer(store, 'layer', [row]);
      expect(await findings(store, 'layer')).toEqual(['bash 4.3: CVE-2024-0001 4.4, CVE-2024-0002 4.4, OWN-1']);
      // A user's word on it hides that of the feeds, and so does one that takes it away.
      await vulnerabilities.write({ ...own, name: 'CVE-2024-0001', fixes: [{ package: 'bash', version: '4.2' }] });
      expect(await vulnerabilities.changeFixes('centos:7', 'CVE-2024-0002', [{ package: 'bash', version: '5' }])).toBe(
        true,
      );
      expect(await names('centos:7')).toEqual([
        'centos:7 OWN-1 user',
        'rhel:7 OWN-2 user',
        'rhel:7 CVE-2024-0001 user',
        'rhel:7 CVE-2024-0002 user',
      ]);
      expect(await vulnerabilities.remove('centos:7', 'CVE-2024-0002')).toBe(true);
      expect(await vulnerabilities.remove('centos:7', 'CVE-2024-0002')).toBe(false);
      expect(await vulnerabilities.find('rhel:7', 'CVE-2024-0002')).toBeUndefined();
    });

    it('has none at first, and knows the generation and mark of what was taken over', async () => {
      const store = await fresh();
      expect([await store.advisories.generation(), await store.advisories.mark()]).toEqual([0, undefined]);
      await tell(store, [record('CVE-2024-0001', [fixedIn('bash', '2')])], { generation: 17, mark: 'seventeen' });
      expect([await store.advisories.generation(), await store.advisories.mark()]).toEqual([17, 'seventeen']);
    });

    it('makes a row of all records of a vulnerability in a namespace', async () => {
      const store = await fresh();
      const nvd = { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, source: 'nvd' };
      await tell(store, [
        record('CVE-2024-0001', [fixedIn('openssl', '3.1'), fixedIn('edk2', '5', { namespace: 'debian:13' })], {
          key: 'openssl/CVE-2024-0001',
          description: 'Bytes run over.',
          urls: ['https://tracker.example/CVE-2024-0001', 'https://elsewhere.example'],
          severity: 'high',
          cvss: [
            { ...nvd, source: 'vendor', score: 1 },
            nvd,
            { version: '2.0', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P', score: 7.5, source: 'nvd' },
          ],
        }),
        record('CVE-2024-0001', [{ package: 'edk2', state: 'affected' }], { key: 'edk2/CVE-2024-0001' }),
        record('CVE-2024-0001', [{ package: 'openssl1.0', state: 'not-affected' }], { key: 'old/CVE-2024-0001' }),
      ]);
      expect(await store.vulnerabilities.find('debian:12', 'CVE-2024-0001')).toEqual({
        id: expect.any(Number),
        namespace: { name: 'debian:12', versionFormat: 'dpkg' },
        name: 'CVE-2024-0001',
        description: 'Bytes run over.',
        link: 'https://tracker.example/CVE-2024-0001',
        severity: 'High',
        metadata: JSON.stringify({
          NVD: {
            CVSSv2: { Score: 7.5, Vectors: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
            CVSSv3: { Score: 9.8, Vectors: nvd.vector },
          },
        }),
        fixes: [{ package: 'edk2' }, { package: 'openssl', version: '3.1' }],
        origin: 'feed',
      });
      const other = await store.vulnerabilities.find('debian:13', 'CVE-2024-0001');
      expect(other?.fixes).toEqual([{ package: 'edk2', version: '5' }]);
    });

    it.each([
      ['the last of several fixes', [{ fixed: '2' }, { introduced: '3', fixed: '4' }, { fixed: '1' }], '4'],
      ['none where a range is open', [{ fixed: '2' }, { introduced: '3' }], undefined],
      ['none where there is but a last affected version', [{ lastAffected: '3' }], undefined],
    ])('names as the fix %s', async (_, ranges, version) => {
      const store = await fresh();
      await tell(store, [record('CVE-2024-0001', [{ package: 'bash', ranges }])]);
      const { fixes } = (await store.vulnerabilities.find('debian:12', 'CVE-2024-0001'))!;
      expect(fixes).toEqual([{ package: 'bash', ...(version !== undefined && { version }) }]);
    });

    it('leaves out a link that is too long for the v1 API, and texts that PostgreSQL cannot keep', async () => {
      const store = await fresh();
      await tell(store, [
        record('CVE-2024-0001', [fixedIn('ba\0sh', '2')], {
          key: 'a\0b',
          description: 'one\0two \ud800.',
          urls: [`https://long.example/${'x'.repeat(128)}`],
        }),
      ]);
      const found = await store.vulnerabilities.find('debian:12', 'CVE-2024-0001');
      expect(found).toMatchObject({ link: '', description: 'one\u{FFFD}two \u{FFFD}.' });
      await tell(store, [], { removals: [{ feed: 'tracker', key: 'a\0b' }] });
      expect(await store.vulnerabilities.find('debian:12', 'CVE-2024-0001')).toBeUndefined();
    });

    it('calls vulnerabilities by their CVE, one for each of a collective notice', async () => {
      const store = await fresh();
      await tell(store, [
        record('UBUNTU-CVE-2024-0001', [fixedIn('bash', '2')], { aliases: ['CVE-2024-0001'] }),
        record('DSA-1', [fixedIn('zlib', '2')], { aliases: ['CVE-2024-0002', 'CVE-2024-0003'] }),
        record('DSA-2', [fixedIn('dash', '2')]),
      ]);
      const rows = (await store.vulnerabilities.list('debian:12', 0, 10))!;
      expect(rows.map((row) => row.name).sort()).toEqual(['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003', 'DSA-2']);
    });

    it('judges what was there before the advisories, and what comes after them', async () => {
      const store = await fresh();
      const packages = [
        installed('bash', '1'),
        installed('zlib1g', '9'),
        { ...installed('libssl3', '8'), source: { name: 'openssl', version: '3.0' } },
      ];
      await addLayer(store, 'before', packages);
      const delta = [
        record('CVE-2024-0001', [fixedIn('bash', '2')]),
        record('CVE-2024-0002', [{ package: 'bash', state: 'affected' }]),
        record('CVE-2024-0003', [fixedIn('openssl', '3.1')]),
        record('CVE-2024-0004', [fixedIn('openssl', '2')]),
      ];
      const result = await tell(store, delta, { notify: false });
      await addLayer(store, 'after', [...packages, installed('bash', '1.5'), installed('bash', '2')]);
      const expected = ['bash 1: CVE-2024-0001 2, CVE-2024-0002', 'libssl3 8: CVE-2024-0003 3.1', 'zlib1g 9: '];
      expect(await findings(store, 'before')).toEqual(expected);
      expect(await findings(store, 'after')).toEqual([
        expected[0],
        'bash 1.5: CVE-2024-0001 2, CVE-2024-0002',
        'bash 2: CVE-2024-0002',
        ...expected.slice(1),
      ]);
      expect(result).toEqual({ advisories: 4, vulnerabilities: 4, judged: 2, notifications: 0 });
      expect(await notifications(store)).toEqual([]);
    });

    it('keeps silent about what did not change, also when everything is told again', async () => {
      const store = await fresh();
      const all = [record('CVE-2024-0001', [fixedIn('bash', '2')]), record('CVE-2024-0002', [fixedIn('bash', '3')])];
      await tell(store, all, { notify: false });
      const before = await store.vulnerabilities.list('debian:12', 0, 10);
      const same = await tell(store, all, { complete: true });
      // A date of the record is nothing that the row shows.
      const dated = await tell(store, [
        record('CVE-2024-0001', [fixedIn('bash', '2')], { modified: '2024-05-05T00:00:00Z' }),
      ]);
      expect(same).toEqual({ advisories: 0, vulnerabilities: 0, judged: 0, notifications: 0 });
      expect(dated).toMatchObject({ advisories: 1, vulnerabilities: 0, notifications: 0 });
      expect(await store.vulnerabilities.list('debian:12', 0, 10)).toEqual(before);
    });

    it('tells of what came, changed and went, with a new row at the end of the list for each', async () => {
      const store = await fresh();
      await addLayer(store, 'layer', [installed('bash', '1'), installed('zlib', '1')]);
      await tell(
        store,
        [
          record('CVE-2024-0001', [fixedIn('bash', '2')], { key: 'bash' }),
          record('CVE-2024-0001', [fixedIn('zlib', '2')], { key: 'zlib' }),
          record('CVE-2024-0002', [fixedIn('bash', '2')]),
          record('CVE-2024-0003', [fixedIn('bash', '2')]),
        ],
        { notify: false },
      );
      const old = (await store.vulnerabilities.find('debian:12', 'CVE-2024-0001'))!;
      const result = await tell(
        store,
        [
          record('CVE-2024-0001', [fixedIn('bash', '1')], { key: 'bash' }),
          record('CVE-2024-0004', [fixedIn('zlib', '1.5')]),
        ],
        { removals: [{ feed: 'tracker', key: 'CVE-2024-0002' }] },
      );
      expect(result).toEqual({ advisories: 3, vulnerabilities: 3, judged: 2, notifications: 3 });
      expect(await notifications(store)).toEqual([
        'CVE-2024-0001 -> CVE-2024-0001',
        'CVE-2024-0002 -> nothing',
        'nothing -> CVE-2024-0004',
      ]);
      expect(await findings(store, 'layer')).toEqual([
        'bash 1: CVE-2024-0003 2',
        'zlib 1: CVE-2024-0001 2, CVE-2024-0004 1.5',
      ]);
      const rows = (await store.vulnerabilities.list('debian:12', 0, 10))!;
      expect(rows.map((row) => row.name)).toEqual(['CVE-2024-0003', 'CVE-2024-0001', 'CVE-2024-0004']);
      expect(rows[1]!.id).toBeGreaterThan(old.id);
      // The notification still knows where the old row was.
      expect(await store.notifications.introducingLayers(old.id, 0, 10)).toHaveLength(1);
    });

    it('takes a change of what is affected for a change, though no fix changed', async () => {
      const store = await fresh();
      await addLayer(store, 'layer', [installed('bash', '1')]);
      await tell(store, [
        record('CVE-2024-0001', [fixedIn('bash', '3', { ranges: [{ introduced: '2', fixed: '3' }] })]),
      ]);
      expect(await findings(store, 'layer')).toEqual(['bash 1: ']);
      const result = await tell(store, [record('CVE-2024-0001', [fixedIn('bash', '3')])]);
      expect(result).toMatchObject({ vulnerabilities: 1, notifications: 1 });
      expect(await findings(store, 'layer')).toEqual(['bash 1: CVE-2024-0001 3']);
    });

    it('forgets what a complete load does not mention', async () => {
      const store = await fresh();
      const kept = record('CVE-2024-0001', [fixedIn('bash', '2')]);
      await tell(store, [kept, record('CVE-2024-0002', [fixedIn('bash', '3')])]);
      const result = await tell(store, [kept], { complete: true, notify: false });
      expect(result).toMatchObject({ advisories: 1, vulnerabilities: 1 });
      expect(await store.vulnerabilities.find('debian:12', 'CVE-2024-0002')).toBeUndefined();
    });

    it('counts the last of a record that is told twice, in one page or in two', async () => {
      const store = await fresh();
      const many = Array.from({ length: 1500 }, (_, n) => record(`CVE-2020-${10_000 + n}`, [fixedIn('other', '1')]));
      const versions = ['1', '2', '3'].map((v) => record('CVE-2024-0001', [fixedIn('bash', v)]));
      await tell(store, [versions[0]!, versions[1]!, ...many, versions[2]!]);
      const found = await store.vulnerabilities.find('debian:12', 'CVE-2024-0001');
      expect(found?.fixes).toEqual([{ package: 'bash', version: '3' }]);
    });

    it('shows what could not be judged, and judges it when it can', async () => {
      const store = await fresh();
      await tell(store, [record('CVE-2024-0001', [fixedIn('bash', 'not a version')])]);
      await addLayer(store, 'layer', [installed('bash', '1'), installed('zlib', '1')]);
      expect(await store.advisories.unjudged()).toEqual([{ namespace: 'debian:12', packageVersions: 1 }]);
      await tell(store, [record('CVE-2024-0001', [fixedIn('bash', '2')])]);
      expect(await store.advisories.unjudged()).toEqual([]);
      expect(await findings(store, 'layer')).toEqual(['bash 1: CVE-2024-0001 2', 'zlib 1: ']);
    });

    describe('a user', () => {
      const write = { namespace: 'debian:12', link: '', severity: 'Low', metadata: '' } as const;
      const userRow = {
        ...write,
        name: 'CVE-2024-0001',
        description: 'mine',
        fixes: [{ package: 'bash', version: '1' }],
      };
      const fromFeed = record('CVE-2024-0001', [fixedIn('bash', '5')], { description: 'theirs' });
      const changed = record('CVE-2024-0001', [fixedIn('bash', '6')], { description: 'theirs again' });

      it('hides the feeds by writing first', async () => {
        const store = await fresh();
        await store.vulnerabilities.write(userRow);
        await tell(store, [fromFeed]);
        await addLayer(store, 'layer', [installed('bash', '2')]);
        expect(await findings(store, 'layer')).toEqual(['bash 2: ']);
        expect(await store.vulnerabilities.find('debian:12', 'CVE-2024-0001')).toMatchObject({ description: 'mine' });
      });

      it('hides the feeds by writing afterwards, whatever they say next', async () => {
        const store = await fresh();
        await addLayer(store, 'layer', [installed('bash', '2')]);
        await tell(store, [fromFeed]);
        expect(await findings(store, 'layer')).toEqual(['bash 2: CVE-2024-0001 5']);
        await store.vulnerabilities.write(userRow);
        expect(await findings(store, 'layer')).toEqual(['bash 2: ']);
        expect(await tell(store, [changed])).toMatchObject({ vulnerabilities: 0, notifications: 0 });
        expect(await findings(store, 'layer')).toEqual(['bash 2: ']);
        expect(await store.vulnerabilities.find('debian:12', 'CVE-2024-0001')).toMatchObject({ description: 'mine' });
      });

      it('hides the feeds by deleting, for good', async () => {
        const store = await fresh();
        await addLayer(store, 'layer', [installed('bash', '2')]);
        await tell(store, [fromFeed]);
        await store.vulnerabilities.remove('debian:12', 'CVE-2024-0001');
        await tell(store, [changed]);
        await tell(store, [], { removals: [{ feed: 'tracker', key: 'CVE-2024-0001' }] });
        await tell(store, [fromFeed]);
        await addLayer(store, 'another', [installed('bash', '3')]);
        expect([...(await findings(store, 'layer')), ...(await findings(store, 'another'))]).toEqual([
          'bash 2: ',
          'bash 3: ',
        ]);
        expect(await store.vulnerabilities.find('debian:12', 'CVE-2024-0001')).toBeUndefined();
        // Which is told, and nothing of it once somebody wrote it anew.
        const removed = async () => [
          ...(await store.advisories.lookUp([{ namespace: 'debian:12', package: 'bash' }])).removed,
        ];
        expect(await removed()).toEqual(['CVE-2024-0001 (debian:12)']);
        await store.vulnerabilities.write(userRow);
        expect(await removed()).toEqual([]);
        await store.vulnerabilities.remove('debian:12', 'CVE-2024-0001');
        expect(await removed()).toEqual(['CVE-2024-0001 (debian:12)']);
      });

      it.each([
        ['of the feeds', false],
        ['of a user', true],
      ])('takes back that one %s was removed', async (_, isOwn) => {
        const store = await fresh();
        const restore = async () => await store.advisories.restore('debian:12', 'CVE-2024-0001');
        await addLayer(store, 'layer', [installed('bash', '2')]);
        await tell(store, [fromFeed]);
        const before = await findings(store, 'layer');
        expect(before).toEqual(['bash 2: CVE-2024-0001 5']);
        expect(await restore()).toBe(false);
        if (isOwn) await store.vulnerabilities.write(userRow);
        expect(await restore()).toBe(false);
        await store.vulnerabilities.remove('debian:12', 'CVE-2024-0001');
        expect(await store.advisories.restore('debian:13', 'CVE-2024-0001')).toBe(false);
        expect([await restore(), await restore()]).toEqual([true, false]);
        await addLayer(store, 'another', [installed('bash', '3')]);
        expect([await findings(store, 'layer'), await findings(store, 'another')]).toEqual([
          before,
          ['bash 3: CVE-2024-0001 5'],
        ]);
        const answer = await store.advisories.lookUp([{ namespace: 'debian:12', package: 'bash' }]);
        expect([answer.removed.size, answer.hits[0]?.map(({ feed }) => feed)]).toEqual([0, ['tracker']]);
        // And follows them.
        await tell(store, [changed]);
        expect(await findings(store, 'layer')).toEqual(['bash 2: CVE-2024-0001 6']);
      });

      it('speaks of one namespace only', async () => {
        const store = await fresh();
        await store.vulnerabilities.write(userRow);
        await tell(store, [record('CVE-2024-0001', [fixedIn('bash', '5', { namespace: 'debian:13' })])]);
        await addLayer(store, 'layer', [installed('bash', '2', 'debian:13'), installed('bash', '2')]);
        expect(await findings(store, 'layer')).toEqual(['bash 2: ', 'bash 2: CVE-2024-0001 5']);
      });
    });

    it('changes nothing where the records end early', async () => {
      const store = await fresh();
      await addLayer(store, 'layer', [installed('bash', '1')]);
      await tell(store, [record('CVE-2024-0001', [fixedIn('bash', '2')])], { generation: 1 });
      const before = [await findings(store, 'layer'), await store.vulnerabilities.list('debian:12', 0, 10)];
      const broken = {
        *[Symbol.iterator]() {
          for (let n = 0; n < 2000; n++) yield record(`CVE-2020-${10_000 + n}`, [fixedIn('bash', '2')]);
          throw new Error('the feed broke off');
        },
      };
      await expect(tell(store, [], { upserts: broken, generation: 2 })).rejects.toThrow('the feed broke off');
      expect(await store.advisories.generation()).toBe(1);
      expect([await findings(store, 'layer'), await store.vulnerabilities.list('debian:12', 0, 10)]).toEqual(before);
    });

    it('shows in layers what the last generation says, whatever they were shown with before', async () => {
      const store = await fresh();
      await addLayer(store, 'layer', [installed('bash', '1')]);
      const shown = async () => {
        const [only] = (await store.layers.packages('layer', { vulnerabilities: true })) ?? [];
        return only?.vulnerabilities.map(({ description, fixedBy }) => `${description} < ${fixedBy}`);
      };
      const say = async (description: string, version: string) =>
        await tell(store, [record('CVE-2024-0001', [fixedIn('bash', version)], { description })]);
      const [first, second] = ['It is bad.', 'It is worse.'];

      await say(first, '2');
      expect(await shown()).toEqual([`${first} < 2`]);
      await say(second, '2');
      expect(await shown()).toEqual([`${second} < 2`]);
      await say(second, '3');
      expect(await shown()).toEqual([`${second} < 3`]);
      await tell(store, [], { complete: true });
      expect(await shown()).toEqual([]);
      await say(first, '2');
      expect(await shown()).toEqual([`${first} < 2`]);
    });

    it('answers with the generation of before while another is taken over', async () => {
      const store = await fresh();
      await addLayer(store, 'layer', [installed('bash', '1')]);
      await tell(store, [record('CVE-2024-0001', [fixedIn('bash', '2')])], { generation: 1 });
      const seen: unknown[] = [];
      const slow = {
        async *[Symbol.asyncIterator]() {
          for (let n = 0; n < 3000; n++) yield record(`CVE-2020-${10_000 + n}`, [fixedIn('bash', '2')]);
          seen.push(await store.advisories.generation(), await findings(store, 'layer'));
        },
      };
      await tell(store, [], { upserts: slow, generation: 2 });
      expect(seen).toEqual([1, ['bash 1: CVE-2024-0001 2']]);
      expect((await findings(store, 'layer'))[0]).toContain('CVE-2020-12999 2');
    });

    it('misses no package version that is kept meanwhile', async () => {
      const store = await fresh();
      const layers = Array.from({ length: 30 }, (_, n) => `layer-${n}`);
      const writes: Promise<void>[] = [];
      const slow = {
        async *[Symbol.asyncIterator]() {
          for (const [n, layer] of layers.entries()) {
            writes.push(addLayer(store, layer, [installed('bash', `1.${n}`)]));
            for (let m = 0; m < 100; m++) yield record(`CVE-2020-${10_000 + n * 100 + m}`, [fixedIn('bash', '2')]);
            await setImmediate();
          }
        },
      };
      await tell(store, [], { upserts: slow });
      await Promise.all(writes);
      for (const layer of layers) {
        const packages = await store.layers.packages(layer, { vulnerabilities: true });
        expect(packages![0]!.vulnerabilities).toHaveLength(3000);
      }
    });

    it('lets one process after the other take over', async () => {
      const store = await fresh();
      const all = Array.from({ length: 50 }, (_, n) => record(`CVE-2020-${10_000 + n}`, [fixedIn('bash', '2')]));
      await Promise.all(Array.from({ length: 4 }, async () => await tell(store, all, { complete: true })));
      expect(await store.vulnerabilities.list('debian:12', 0, 100)).toHaveLength(50);
    });

    it('judges after any changes as if everything were judged anew', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(deltas, { minLength: 1, maxLength: 5 }), async (steps) => {
          const store = await make();
          try {
            await addLayer(store, 'layer', worldPackages);
            const current = new Map<string, FeedAdvisory>();
            for (const { upserts, removals } of steps) {
              await tell(store, upserts, { removals: removals.map((key) => ({ feed: 'tracker', key })) });
              // Removals come after the records.
              for (const told of upserts) current.set(told.advisory.key, told);
              for (const key of removals) current.delete(key);
              expect(await findings(store, 'layer')).toEqual(judgeAnew([...current.values()]));
            }
          } finally {
            await store.close();
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}

const worldPackages: readonly PackageVersion[] = ['a', 'b', 'c'].flatMap((name) =>
  ['1', '2', '3'].flatMap((version) => [
    installed(name, version),
    { ...installed(`lib${name}`, '9'), source: { name, version } },
    installed(name, version, 'debian:13'),
  ]),
);

const version = fc.constantFrom('1', '2', '3', '4', '!');
const entry = fc.record({
  namespace: fc.constantFrom('debian:12', 'debian:13'),
  package: fc.constantFrom('a', 'b', 'c'),
  state: fc.constantFrom('fixed' as const, 'affected' as const, 'not-affected' as const),
  ranges: fc.array(fc.record({ introduced: version, fixed: version }, { requiredKeys: [] }), { maxLength: 2 }),
});
const key = fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5');
const told = fc
  .record({
    key,
    id: fc.constantFrom('CVE-2024-0001', 'CVE-2024-0002', 'DSA-1', 'DSA-2'),
    aliases: fc.array(fc.constantFrom('CVE-2024-0001', 'CVE-2024-0003', 'DSA-2'), { maxLength: 2 }),
    entries: fc.array(entry, { maxLength: 3 }),
    severity: fc.constantFrom('low' as const, 'high' as const),
  })
  .map(({ entries, id, aliases, ...more }) =>
    record(id, entries, {
      ...more,
      aliases: id.startsWith('CVE') ? aliases.filter((a) => !a.startsWith('CVE')) : aliases,
    }),
  );
const deltas = fc.record({
  upserts: fc.array(told, { maxLength: 4 }),
  removals: fc.array(key, { maxLength: 1 }),
});

/** What judging every package of the world by all records gives, in the form of `findings`. */
function judgeAnew(records: readonly FeedAdvisory[]): readonly string[] {
  const hits: AdvisoryHit[] = records.flatMap(({ feed, advisory: { affected, ...advisory } }) =>
    affected.map((one) => ({ feed, advisory, affected: one })),
  );
  const judge = versionJudge(ecosystems);
  return worldPackages
    .map((pkg) => {
      const keys = judge.keysOf(pkg);
      const own = hits.filter(({ affected }) =>
        keys.some((asked) => asked.namespace === affected.namespace && asked.package === affected.package),
      );
      const found = judge.judge(pkg, own).affected.map((v) => [v.name, v.fixedVersion].filter(Boolean).join(' '));
      return { pkg, text: `${pkg.name} ${pkg.version}: ${found.sort().join(', ')}` };
    })
    .sort(
      (x, y) =>
        compare(x.pkg.name, y.pkg.name) ||
        compare(x.pkg.namespace, y.pkg.namespace) ||
        compare(x.pkg.version, y.pkg.version) ||
        compare(x.pkg.source?.version ?? '', y.pkg.source?.version ?? ''),
    )
    .map(({ text }) => text);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
