import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEnrichment } from '../../src/advisories/enrichment-encoding.ts';
import type { FeedAdvisory } from '../../src/store/advisory-shelf.ts';
import { countedSeverities, type SeverityCounts, type SummedImageFilter } from '../../src/store/fleet-shelf.ts';
import type { ImageFinding, ReportSummary, ScannedImage } from '../../src/store/image-shelf.ts';
import type { PackageVersion, StoredSeverity } from '../../src/store/package-version.ts';
import type { Store } from '../../src/store/store.ts';
import { freshStores } from './fresh-stores.ts';

const NAMESPACE = 'debian:12';
const at = (minute: number): Date => new Date(Date.UTC(2024, 4, 5, 0, minute));

/** `a 1, b 2`. */
function packages(list: string): PackageVersion[] {
  return list
    .split(', ')
    .filter((text) => text !== '')
    .map((text) => {
      const [name = '', version = ''] = text.split(' ');
      return { namespace: NAMESPACE, name, version };
    });
}

function record(
  id: string,
  fixes: readonly (readonly [name: string, version?: string | undefined])[],
  severity: FeedAdvisory['advisory']['severity'] = 'high',
): FeedAdvisory {
  return {
    feed: 'tracker',
    advisory: {
      ...{ key: id, id, aliases: [], severity, urls: [] },
      affected: fixes.map(([name, fixed]) => ({
        ...{ namespace: NAMESPACE, package: name, nameKind: 'source' },
        state: fixed === undefined ? 'affected' : 'fixed',
        ranges: fixed === undefined ? [] : [{ fixed }],
      })),
    },
  };
}

const countName: Readonly<Record<StoredSeverity, keyof SeverityCounts>> = {
  ...{ Unknown: 'unknown', Negligible: 'negligible', Low: 'low', Medium: 'medium', High: 'high' },
  ...{ Critical: 'critical', Defcon1: 'critical' },
};

/** All findings of an image, as its list has them. */
async function findingsOf(store: Store, id: string): Promise<readonly ImageFinding[]> {
  return (await store.images.findings(id, { limit: 10_000 })).findings;
}

function countsOf(findings: readonly ImageFinding[]): SeverityCounts {
  const counts = Object.fromEntries(countedSeverities.map((name) => [name, 0])) as Record<keyof SeverityCounts, number>;
  for (const { vulnerability } of findings) counts[countName[vulnerability.severity]]++;
  return counts;
}

/**
 * The sums as they follow from the lists of findings: what the store must say without reading them.
 * @param submissionOf which submission an image came of: the higher, the later; absent: each of its own, in their order
 */
async function checkSums(
  store: Store,
  exploited: ReadonlySet<string>,
  submissionOf?: ReadonlyMap<string, number>,
): Promise<void> {
  const { images } = await store.images.list({ limit: 1000, state: 'done' });
  const submissions = new Map(images.map(({ id }, place) => [id, submissionOf?.get(id) ?? -place]));
  const newest = new Map<string, number>();
  for (const { id, reference } of images) {
    newest.set(reference, Math.max(newest.get(reference) ?? Number.NEGATIVE_INFINITY, submissions.get(id)!));
  }
  const last = new Set(images.filter(({ id, reference }) => submissions.get(id) === newest.get(reference)));
  const spread = new Map<string, { severity: number; images: Set<string>; findings: number; fixable: number }>();
  const all: ImageFinding[] = [];
  const scale = Object.keys(countName);
  for (const image of images) {
    const findings = await findingsOf(store, image.id);
    const names = new Set(findings.map(({ vulnerability }) => vulnerability.name));
    const isLast = last.has(image);
    const { sums } = (await store.fleet.image(image.id))!;
    expect([image.reference, sums]).toEqual([
      image.reference,
      expect.objectContaining({
        findings: countsOf(findings),
        fixable: findings.filter(({ vulnerability }) => vulnerability.fixedBy !== undefined).length,
        exploited: [...names].filter((name) => exploited.has(name)).length,
        latest: isLast,
      }),
    ]);
    if (!isLast || image.reference.startsWith('observe:')) continue;
    all.push(...findings);
    for (const { vulnerability } of findings) {
      const { name, severity, fixedBy } = vulnerability;
      const known = spread.get(name) ?? { severity: 0, images: new Set(), findings: 0, fixable: 0 };
      known.severity = Math.max(known.severity, scale.indexOf(severity));
      known.images.add(image.id);
      known.findings++;
      if (fixedBy !== undefined) known.fixable++;
      spread.set(name, known);
    }
  }
  const counted = [...last].filter(({ reference }) => !reference.startsWith('observe:'));
  const sums = {
    images: counted.length,
    findings: countsOf(all),
    fixable: all.filter(({ vulnerability }) => vulnerability.fixedBy !== undefined).length,
    vulnerabilities: spread.size,
    exploited: [...spread.keys()].filter((name) => exploited.has(name)).length,
  };
  expect(await store.fleet.sums()).toEqual(sums);
  const overview = await store.fleet.overview('2024-05-05', 5);
  expect(overview.sums).toEqual(sums);
  const { vulnerabilities } = await store.fleet.vulnerabilities({ limit: 1000, order: 'name' });
  expect(vulnerabilities).toEqual(
    [...spread]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { severity, images: having, ...counts }]) => ({
        ...{ name, severity: scale[severity], images: having.size, ...counts, exploited: exploited.has(name) },
      })),
  );
}

function scannedOf(list: string): ScannedImage {
  return { scanned: at(1), layers: [], packages: packages(list), namespaces: [], document: '{}' };
}

/** What every store says of all images at once. `make` gives an empty one; it is closed by the suite. */
export function describeFleet(name: string, make: () => Promise<Store>): void {
  const fresh = freshStores(make);
  let generation = 0;
  const tell = async (
    store: Store,
    upserts: readonly FeedAdvisory[],
    exploited: readonly string[] = [],
    removals: readonly string[] = [],
  ) =>
    await store.advisories.apply({
      ...{ generation: ++generation, upserts, notify: true, complete: false },
      removals: removals.map((key) => ({ feed: 'tracker', key })),
      enrichments: {
        rows: exploited.map((id) => ({
          ...{ feed: 'cisa-kev', name: id },
          detail: encodeEnrichment({ name: id, exploited: { added: '2024-01-01' } }),
        })),
        complete: true,
      },
    });
  const add = async (
    store: Store,
    reference: string,
    list: string,
    more: { readonly summary?: ReportSummary; readonly distribution?: string } = {},
  ): Promise<string> => {
    const { id } = await store.images.submit(reference, at(0));
    await store.images.finish(id, {
      ...{ scanned: at(1), layers: [], packages: packages(list), namespaces: [], document: '{}', ...more },
    });
    return id;
  };
  const write = async (store: Store, id: string, list: string, severity: StoredSeverity = 'Low') =>
    await store.vulnerabilities.write({
      ...{ namespace: NAMESPACE, name: id, description: '', link: '', severity, metadata: '' },
      fixes: packages(list).map(({ name: of, version }) => ({ package: of, ...(version !== '' && { version }) })),
    });

  describe(`${name}, all images`, () => {
    it('are summed up as their findings say, whatever happens', async () => {
      const list = fc
        .uniqueArray(fc.constantFrom('a 1', 'a 2', 'a 3', 'b 1', 'b 2', 'c 1', 'd 9'), { maxLength: 5 })
        .map((all) => all.join(', '));
      const id = fc.constantFrom('CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003');
      const fix = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('2', '3', '9', undefined));
      const step = fc.oneof(
        fc.record({
          kind: fc.constant('image'),
          reference: fc.constantFrom('x:1', 'y:1', 'observe:z'),
          list,
          // Of other platforms, kept before the one that was submitted, or after another submission was.
          others: fc.array(fc.record({ list, late: fc.boolean() }), { maxLength: 2 }),
        }),
        fc.record({ kind: fc.constant('remove'), which: fc.nat(9) }),
        fc.record({ kind: fc.constant('again'), which: fc.nat(9), list }),
        fc.record({
          kind: fc.constant('feeds'),
          upserts: fc.array(
            fc
              .tuple(
                id,
                fc.uniqueArray(fix, { maxLength: 3, selector: ([of]) => of }),
                fc.constantFrom('low', 'critical'),
              )
              .map(([cve, fixes, severity]) => record(cve, fixes, severity as 'low')),
            { maxLength: 3 },
          ),
          removals: fc.array(id, { maxLength: 1 }),
          exploited: fc.uniqueArray(id, { maxLength: 2 }),
        }),
        fc.record({ kind: fc.constant('write'), id, list: fc.constantFrom('a 2', 'a 3, b 2', 'c 9', '') }),
        fc.record({ kind: fc.constant('delete'), id }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
          const store = await make();
          let exploited: ReadonlySet<string> = new Set();
          const ids: string[] = [];
          const submissionOf = new Map<string, number>();
          const late: (() => Promise<void>)[] = [];
          try {
            for (const one of steps) {
              if ('reference' in one) {
                const submission = submissionOf.size;
                const { reference } = one;
                const { id: first } = await store.images.submit(reference, at(0));
                submissionOf.set(first, submission);
                for (const [place, other] of one.others.entries()) {
                  const keep = async (): Promise<void> => {
                    const name = { reference, submitted: at(0), idempotencyKey: `${first} ${place}` };
                    const made = await store.images.finishBeside(first, name, scannedOf(other.list));
                    if (made === undefined) return;
                    submissionOf.set(made, submission);
                    ids.push(made);
                  };
                  if (other.late) late.push(keep);
                  else await keep();
                }
                await store.images.finish(first, scannedOf(one.list));
                ids.push(first);
              } else if ('upserts' in one) {
                await tell(store, one.upserts, one.exploited, one.removals);
                exploited = new Set(one.exploited);
              } else if ('id' in one && 'list' in one) await write(store, one.id, one.list);
              else if ('id' in one) await store.vulnerabilities.remove(NAMESPACE, one.id);
              else {
                const image = ids[one.which % Math.max(1, ids.length)];
                if (image === undefined) continue;
                if (!('list' in one)) await store.images.remove(image);
                else await store.images.finish(image, scannedOf(one.list));
              }
            }
            for (const keep of late) await keep();
            await checkSums(store, exploited, submissionOf);
          } finally {
            await store.close();
          }
        }),
        { numRuns: 20 },
      );
    });

    it('are summed up right where everybody writes at once', async () => {
      const store = await fresh();
      const lists = ['a 1, b 1', 'a 2, b 1', 'b 2, c 1', 'a 1, c 1'];
      await Promise.all([
        ...Array.from({ length: 24 }, (_, n) => add(store, `app-${n % 16}:1`, `${lists[n % 4]}, own-${n} 1`)),
        ...Array.from({ length: 8 }, (_, n) => write(store, `V${n}`, n % 2 === 0 ? 'a 3' : 'b 2, c 9')),
        ...Array.from({ length: 4 }, (_, n) => store.vulnerabilities.remove(NAMESPACE, `V${n}`)),
        (async () => {
          for (let n = 0; n < 4; n++) {
            await tell(store, [
              record('CVE-2024-0001', [['a', n % 2 === 0 ? '2' : '3']], n % 2 === 0 ? 'high' : 'low'),
              record(`CVE-2024-100${n}`, [['b'], ['own-3', '2']]),
            ]);
          }
        })(),
      ]);
      await checkSums(store, new Set());
    });

    it('are listed in each order, page by page, and picked', async () => {
      const store = await fresh();
      await tell(
        store,
        [
          record('CVE-2024-0001', [['a', '2']], 'critical'),
          record('CVE-2024-0002', [['b']]),
          record('CVE-2024-0003', [['b', '2']], 'low'),
        ],
        ['CVE-2024-0001'],
      );
      const summary = (more: Partial<ReportSummary> = {}): ReportSummary => ({ complete: true, kinds: {}, ...more });
      await add(store, 'worst:1', 'a 1, b 1', { distribution: 'debian:12' });
      await add(store, 'clean:1', 'd 1', { distribution: 'debian:13', summary: summary({ endOfLife: '2024-05-04' }) });
      const both = { secret: 2, malware: 1, webshell: 2 };
      await add(store, 'high:1', 'b 1', { summary: summary({ complete: false, kinds: both }) });
      await add(store, 'clean:1', 'd 2', {
        distribution: 'debianish:1',
        summary: summary({ endOfLife: '2024-05-05' }),
      });
      const failed = await store.images.submit('away:1', at(3));
      await store.images.fail(failed.id, 'There is none.', at(4));
      const listed = async (filter: Partial<SummedImageFilter>, limit = 2): Promise<readonly string[]> => {
        const found: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.fleet.images({ ...filter, limit, ...(after !== undefined && { after }) });
          found.push(...page.images.map(({ image }) => image.reference.split(':')[0]!));
          after = page.next;
        } while (after !== undefined);
        return found;
      };
      expect(await listed({})).toEqual(['away', 'clean', 'high', 'clean', 'worst']);
      expect(await listed({ order: 'severity' })).toEqual(['worst', 'high', 'clean', 'clean']);
      expect(await listed({ order: 'severity' }, 1)).toEqual(['worst', 'high', 'clean', 'clean']);
      expect(await listed({ order: 'reference' })).toEqual(['away', 'clean', 'clean', 'high', 'worst']);
      expect(await listed({ latest: true })).toEqual(['clean', 'high', 'worst']);
      expect(await listed({ reference: 'clean:1' })).toEqual(['clean', 'clean']);
      expect(await listed({ distribution: 'debian' })).toEqual(['clean', 'worst']);
      expect(await listed({ distribution: 'debian:13' })).toEqual(['clean']);
      expect(await listed({ severities: ['Critical', 'Defcon1'] })).toEqual(['worst']);
      expect(await listed({ severities: ['High'], order: 'reference' })).toEqual(['high', 'worst']);
      expect(await listed({ severities: [] })).toEqual([]);
      expect(await listed({ exploited: true })).toEqual(['worst']);
      expect(await listed({ exploited: false })).toEqual(['clean', 'high', 'clean']);
      expect(await listed({ kind: 'secret' })).toEqual(['high']);
      expect(await listed({ kind: 'cret' })).toEqual([]);
      expect(await listed({ concern: 'fixable-critical' })).toEqual(['worst']);
      expect(await listed({ concern: 'malware' })).toEqual(['high']);
      expect(await listed({ concern: 'failed' })).toEqual(['away']);
      expect(await listed({ complete: false })).toEqual(['high']);
      expect(await listed({ endedBefore: '2024-05-05' })).toEqual(['clean']);
      expect(await listed({ state: 'failed' })).toEqual(['away']);
      expect(await listed({ text: 'cle', order: 'severity' })).toEqual(['clean', 'clean']);
      const { next } = await store.fleet.images({ limit: 1, order: 'severity' });
      for (const [order, after] of [
        ['newest', next],
        ['reference', next],
        ['severity', 'bm9uc2Vuc2U'],
        ['severity', Buffer.from('["severity",0]').toString('base64url')],
      ] as const) {
        await expect(store.fleet.images({ limit: 1, order, after: after! })).rejects.toMatchObject({
          code: 'usage.option',
        });
      }

      const named = async (filter: object): Promise<readonly string[]> => {
        const found: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.fleet.vulnerabilities({
            limit: 1,
            ...filter,
            ...(after !== undefined && { after }),
          });
          found.push(...page.vulnerabilities.map(({ name: id, images }) => `${id.slice(-1)}:${images}`));
          after = page.next;
        } while (after !== undefined);
        return found;
      };
      expect(await named({})).toEqual(['2:2', '3:2', '1:1']);
      expect(await named({ order: 'severity' })).toEqual(['1:1', '2:2', '3:2']);
      expect(await named({ order: 'name' })).toEqual(['1:1', '2:2', '3:2']);
      expect(await named({ exploited: true })).toEqual(['1:1']);
      expect(await named({ exploited: false })).toEqual(['2:2', '3:2']);
      expect(await named({ fixable: true })).toEqual(['3:2', '1:1']);
      expect(await named({ fixable: false })).toEqual(['2:2']);
      expect(await named({ severities: ['Low'] })).toEqual(['3:2']);
      expect(await named({ prefix: 'CVE-2024-0002' })).toEqual(['2:2']);
      expect(await named({ prefix: 'CVE-2024-', limit: 2 })).toEqual(['2:2', '3:2', '1:1']);
      expect(await named({ prefix: 'CVE-2025' })).toEqual([]);

      const overview = await store.fleet.overview('2024-05-06', 2);
      expect(overview).toMatchObject({
        states: { queued: 0, scanning: 0, done: 4, failed: 1 },
        ...{ failed: 1, incomplete: 1, endOfLife: 1, exploitedImages: 1, fixableCriticalImages: 1, unread: 3 },
        kinds: {
          ...{ secret: { images: 1, findings: 2 } },
          ...{ malware: { images: 1, findings: 1 }, webshell: { images: 1, findings: 2 } },
        },
        // One image, whatever number of kinds it has.
        malwareImages: 1,
        vulnerabilities: { critical: 1, high: 1, medium: 0, low: 1, negligible: 0, unknown: 0 },
        distributions: [
          { distribution: 'debian:12', images: 1 },
          { distribution: 'debianish:1', images: 1 },
        ],
      });
      expect(overview.worst.map(({ image }) => image.reference)).toEqual(['worst:1', 'high:1']);
      expect(overview.widespread.map((one) => one.name)).toEqual(['CVE-2024-0002', 'CVE-2024-0003']);
      expect(overview.exploited.map((one) => one.name)).toEqual(['CVE-2024-0001']);
    });

    it('are kept day by day, the last sums of each', async () => {
      const store = await fresh();
      await tell(store, [record('CVE-2024-0001', [['a', '2']], 'critical')], ['CVE-2024-0001']);
      await store.fleet.keepDay('2024-05-04');
      await store.fleet.keepDay('2024-05-05');
      await add(store, 'app:1', 'a 1');
      await store.fleet.keepDay('2024-05-05');
      const sums = await store.fleet.sums();
      expect(sums).toMatchObject({ images: 1, vulnerabilities: 1, exploited: 1, fixable: 1 });
      const [first, second, ...more] = await store.fleet.days('2024-05-01');
      expect(first).toMatchObject({ day: '2024-05-04', images: 0, vulnerabilities: 0 });
      expect(second).toEqual({ day: '2024-05-05', ...sums });
      expect(more).toEqual([]);
      expect(await store.fleet.days('2024-05-05')).toEqual([second]);
    });

    it('tell what was removed since a moment, and nothing of what was not there', async () => {
      const store = await fresh();
      const { now } = await store.fleet.pulse();
      const read = await add(store, 'app:1', 'a 1');
      const { id: waiting } = await store.images.submit('other:1', at(0));
      expect(await store.fleet.removedSince(now, 10)).toEqual([]);
      expect(await store.images.remove(read)).toBe(true);
      expect(await store.images.remove(waiting)).toBe(true);
      expect(await store.images.remove(read)).toBe(false);
      expect((await store.fleet.removedSince(now, 10)).toSorted()).toEqual([read, waiting].toSorted());
      expect(await store.fleet.removedSince(now, 1)).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await store.fleet.removedSince((await store.fleet.pulse()).now, 10)).toEqual([]);
    });

    it('tell what changed since a moment, whoever changed it', async () => {
      const store = await fresh();
      const before = await store.fleet.pulse();
      expect(before).toMatchObject({ generation: 0, notification: 0, unread: 0 });
      const id = await add(store, 'app:1', 'a 1');
      await store.images.submit('other:1', at(0));
      const changed = await store.fleet.changedSince(before.now, 10);
      expect(changed.map(({ reference }) => reference).sort()).toEqual(['app:1', 'other:1']);
      expect(await store.fleet.changedSince(before.now, 1)).toHaveLength(1);
      await write(store, 'V1', 'a 2');
      const after = await store.fleet.pulse();
      expect([after.unread, after.notification > 0]).toEqual([1, true]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const { now } = await store.fleet.pulse();
      expect(await store.fleet.changedSince(now, 10)).toEqual([]);
      await store.images.begin(id);
      expect((await store.fleet.changedSince(now, 10)).map(({ state }) => state)).toEqual(['scanning']);
    });
  });
}
