import { describe, expect, it } from 'vitest';
import type { Advisory, AdvisoryHit, Affected } from '../../src/model/advisory.ts';
import type { ScanStep } from '../../src/store/image-shelf.ts';
import type { Store } from '../../src/store/store.ts';
import { freshStores } from './fresh-stores.ts';

const at = (minute: number): Date => new Date(Date.UTC(2024, 4, 5, 0, minute));

function advisory(
  id: string,
  affected: readonly (Partial<Affected> & Pick<Affected, 'package'>)[],
  more: Partial<Advisory> = {},
): Advisory {
  return {
    key: id,
    id,
    aliases: [],
    severity: 'low',
    urls: [],
    ...more,
    affected: affected.map((row) => ({
      namespace: 'debian:12',
      nameKind: 'source',
      state: 'fixed',
      ranges: [{ fixed: '2' }],
      ...row,
    })),
  };
}

const key = (name: string, namespace = 'debian:12') => ({ namespace, package: name });
const idsOf = (hits: readonly (readonly AdvisoryHit[])[]): string[][] =>
  hits.map((own) => own.map(({ feed, advisory: { id } }) => `${feed} ${id}`).sort());

/** What the own API asks of every store besides searches. `make` gives an empty one; it is closed by the suite. */
export function describeApi(name: string, make: () => Promise<Store>): void {
  const fresh = freshStores(make);

  const tell = async (store: Store, ...records: readonly Advisory[]) =>
    await store.advisories.apply({
      generation: (await store.advisories.generation()) + 1,
      upserts: records.map((record) => ({ feed: 'tracker', advisory: record })),
      removals: [],
      notify: true,
      complete: false,
    });

  const write = async (store: Store, id: string, fixes: readonly { package: string; version?: string }[], more = {}) =>
    await store.vulnerabilities.write({
      namespace: 'debian:12',
      name: id,
      description: `of ${id}`,
      link: 'https://own.example',
      severity: 'Defcon1',
      metadata: '',
      fixes,
      ...more,
    });

  describe(`${name}, advisories that are looked up`, () => {
    it('are the records whole, in the order of the keys', async () => {
      const store = await fresh();
      const nowhere = await store.advisories.lookUp([key('bash')]);
      expect(nowhere).toEqual({ generation: 0, hits: [[]], namespaces: new Set(), removed: new Set() });
      const record = advisory('CVE-2024-0001', [{ package: 'bash' }, { package: 'bash', namespace: 'debian:13' }], {
        title: 'A title',
        urls: ['https://a.example'],
        aliases: ['GHSA-1'],
      });
      await tell(store, record, advisory('CVE-2024-0002', [{ package: 'zlib', ranges: [] }]));
      const { affected, ...rest } = record;
      const asked = [key('none'), key('zlib'), key('bash', 'debian:13'), key('bash'), key('bash', 'debian:99')];
      const answer = await store.advisories.lookUp(asked);
      expect(answer.generation).toBe(1);
      expect(answer.namespaces).toEqual(new Set(['debian:12', 'debian:13']));
      expect(idsOf(answer.hits)).toEqual([
        [],
        ['tracker CVE-2024-0002'],
        ['tracker CVE-2024-0001'],
        ['tracker CVE-2024-0001'],
        [],
      ]);
      expect(answer.hits[3]).toEqual([{ feed: 'tracker', advisory: rest, affected: affected[0] }]);
      expect(answer.hits[2]).toEqual([{ feed: 'tracker', advisory: rest, affected: affected[1] }]);
    });

    it('are none for names that no database can have', async () => {
      const store = await fresh();
      await tell(store, advisory('CVE-2024-0001', [{ package: 'bash' }]));
      const asked = [key('ba\0sh'), key('bash\ud800'), key('bash', 'debian\0:12'), key("bash' OR 1=1")];
      expect(idsOf((await store.advisories.lookUp(asked)).hits)).toEqual([[], [], [], []]);
      expect(idsOf((await store.advisories.lookUp([])).hits)).toEqual([]);
    });

    it('are hidden by what a user wrote, which is among them', async () => {
      const store = await fresh();
      await tell(
        store,
        advisory('CVE-2024-0001', [{ package: 'bash' }, { package: 'bash', namespace: 'debian:13' }]),
        advisory('DSA-1', [{ package: 'bash' }], { aliases: ['CVE-2024-0001', 'CVE-2024-0002'] }),
        advisory('DSA-2', [{ package: 'bash' }], { aliases: ['CVE-2024-0001'] }),
      );
      const scores =
        '{"NVD":{"CVSSv2":{"Score":7.5,"Vectors":"AV:N"},"CVSSv3":{"Score":9.8,"Vectors":"CVSS:3.1/AV:N"}}}';
      await write(store, 'CVE-2024-0001', [{ package: 'zlib', version: '3' }, { package: 'perl' }], {
        metadata: scores,
      });
      const { hits } = await store.advisories.lookUp([key('bash'), key('bash', 'debian:13'), key('zlib'), key('perl')]);
      expect(idsOf(hits)).toEqual([
        // The fixes of the row that was there stay.
        ['tracker DSA-1', 'user CVE-2024-0001'],
        ['tracker CVE-2024-0001'],
        ['user CVE-2024-0001'],
        ['user CVE-2024-0001'],
      ]);
      expect(hits[0]![0]!.advisory.aliases).toEqual(['CVE-2024-0002']);
      expect(hits[2]![0]).toMatchObject({
        advisory: {
          severity: 'critical',
          description: 'of CVE-2024-0001',
          urls: ['https://own.example'],
          cvss: [
            { version: '3.1', score: 9.8, vector: 'CVSS:3.1/AV:N' },
            { version: '2.0', score: 7.5, vector: 'AV:N' },
          ],
        },
        affected: {
          namespace: 'debian:12',
          package: 'zlib',
          nameKind: 'source',
          state: 'fixed',
          ranges: [{ fixed: '3' }],
        },
      });
      expect(hits[3]![0]!.affected).toMatchObject({ state: 'affected', ranges: [] });
    });

    it('are hidden by what a user removed, for good', async () => {
      const store = await fresh();
      await tell(store, advisory('CVE-2024-0001', [{ package: 'bash' }]));
      await store.vulnerabilities.remove('debian:12', 'CVE-2024-0001');
      expect(idsOf((await store.advisories.lookUp([key('bash')])).hits)).toEqual([[]]);
      await tell(store, advisory('CVE-2024-0001', [{ package: 'bash', ranges: [{ fixed: '9' }] }]));
      expect(idsOf((await store.advisories.lookUp([key('bash')])).hits)).toEqual([[]]);
    });

    it('name what users wrote by the package itself where sources are no matter', async () => {
      const store = await fresh();
      await write(store, 'CVE-2024-0001', [{ package: 'bash' }], { namespace: 'alpine:v3.19' });
      await write(store, 'CVE-2024-0001', [{ package: 'bash' }], { namespace: 'rhel:9' });
      const { hits } = await store.advisories.lookUp([key('bash', 'alpine:v3.19'), key('bash', 'rhel:9')]);
      expect(hits.flat().map(({ affected }) => affected.nameKind)).toEqual(['binary', 'binary']);
    });

    it('can be asked for by name, with the rows that were made of them', async () => {
      const store = await fresh();
      await tell(
        store,
        advisory('CVE-2024-0001', [{ package: 'bash' }, { package: 'bash', namespace: 'debian:13' }]),
        advisory('DSA-1', [{ package: 'dash' }], { aliases: ['CVE-2024-0001', 'CVE-2024-0002'] }),
        advisory('CVE-2024-0003', [{ package: 'bash' }]),
      );
      await write(store, 'CVE-2024-0001', [{ package: 'own' }], { namespace: 'centos:7' });
      const shown = (await store.advisories.recordsOf('CVE-2024-0001')).map(
        ({ advisory: { id }, affected }) => `${id} ${affected.namespace} ${affected.package}`,
      );
      expect(shown.sort()).toEqual([
        'CVE-2024-0001 debian:12 bash',
        'CVE-2024-0001 debian:13 bash',
        'DSA-1 debian:12 dash',
      ]);
      expect(
        (await store.vulnerabilities.named('CVE-2024-0001')).map(
          ({ namespace, origin }) => `${namespace.name} ${origin}`,
        ),
      ).toEqual(['centos:7 user', 'debian:12 feed', 'debian:13 feed']);
      expect(await store.advisories.recordsOf('CVE-2024-9999')).toEqual([]);
      expect(await store.vulnerabilities.named('CVE-2024-9999')).toEqual([]);
    });
  });

  describe(`${name}, scans that are followed`, () => {
    it('are at the step that was told last', async () => {
      const store = await fresh();
      const image = await store.images.submit('a:1', at(1), 'key', 'linux/arm64');
      expect(await store.images.find(image.id)).toMatchObject({ platform: 'linux/arm64' });
      expect(await store.images.follow(image.id)).toEqual({ image, sequence: 0 });
      const steps: ScanStep[] = [
        { step: 'reading layer 1 of 2', done: 1, total: 2 ** 40, unit: 'bytes' },
        { step: 'judg\0ing' },
      ];
      await store.images.begin(image.id);
      for (const step of steps) await store.images.progress(image.id, step);
      expect(await store.images.follow(image.id)).toEqual({
        image: { ...image, state: 'scanning' },
        sequence: 2,
        step: { step: 'judg\u{FFFD}ing' },
      });
      await store.images.progress(image.id, steps[0]!);
      expect(await store.images.follow(image.id)).toMatchObject({ sequence: 3, step: steps[0] });
    });

    it('are nowhere once their image is gone', async () => {
      const store = await fresh();
      const image = await store.images.submit('a:1', at(1));
      await store.images.progress(image.id, { step: 'a' });
      await store.images.remove(image.id);
      await store.images.progress(image.id, { step: 'b' });
      expect(await store.images.follow(image.id)).toBeUndefined();
    });
  });

  describe(`${name}, notifications that are listed`, () => {
    it('are the newest first, page by page, and stay where they are when others come', async () => {
      const store = await fresh();
      for (const n of [1, 2, 3, 4]) await write(store, `V${n}`, [{ package: 'a' }]);
      const first = await store.notifications.list({ limit: 2 });
      await write(store, 'V5', [{ package: 'a' }]);
      const second = await store.notifications.list({ limit: 2, after: first.next! });
      const names = (page: typeof first) => page.notifications.map((one) => one.new?.name);
      expect([names(first), names(second), second.next]).toEqual([['V4', 'V3'], ['V2', 'V1'], undefined]);
      await store.notifications.markRead(first.notifications[0]!.name, at(3));
      expect(names(await store.notifications.list({ limit: 10, unread: true }))).toEqual(['V5', 'V3', 'V2', 'V1']);
      expect(names(await store.notifications.list({ limit: 10 }))).toEqual(['V5', 'V4', 'V3', 'V2', 'V1']);
      await expect(store.notifications.list({ limit: 1, after: 'nonsense' })).rejects.toThrow('No page ended with');
    });
  });
}
