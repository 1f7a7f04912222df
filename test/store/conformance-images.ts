import { describe, expect, it } from 'vitest';
import type { ScannedImage, StoredImage } from '../../src/store/image-shelf.ts';
import type { PackageVersion, StoredSeverity } from '../../src/store/package-version.ts';
import type { Store } from '../../src/store/store.ts';
import { freshStores } from './fresh-stores.ts';

const at = (minute: number): Date => new Date(Date.UTC(2024, 4, 5, 0, minute));

function installed(name: string, version: string, namespace = 'debian:12'): PackageVersion {
  return { namespace, name, version };
}

function scanned(packages: readonly PackageVersion[], more: Partial<ScannedImage> = {}): ScannedImage {
  return { scanned: at(30), layers: [], packages, namespaces: [], document: '{"schemaVersion":1}', ...more };
}

/** What every store does with images. `make` gives an empty one; it is closed by the suite. */
export function describeImages(name: string, make: () => Promise<Store>): void {
  const fresh = freshStores(make);

  const add = async (
    store: Store,
    reference: string,
    packages: readonly PackageVersion[],
    more: Partial<ScannedImage> = {},
  ): Promise<StoredImage> => {
    const image = await store.images.submit(reference, at(0));
    await store.images.finish(image.id, scanned(packages, more));
    return image;
  };

  const write = async (
    store: Store,
    id: string,
    fixes: readonly { readonly package: string; readonly version?: string }[],
    severity: StoredSeverity = 'High',
    namespace = 'debian:12',
  ) =>
    await store.vulnerabilities.write({
      namespace,
      name: id,
      description: `of ${id}`,
      link: '',
      severity,
      metadata: '',
      fixes,
    });

  const references = (images: readonly Pick<StoredImage, 'reference'>[]) => images.map(({ reference }) => reference);

  describe(`${name}, images`, () => {
    it('finds those of one reference, the newest first', async () => {
      const store = await fresh();
      for (const reference of ['a:1', 'a:1', 'A:1', 'a:10', 'a:1']) await store.images.submit(reference, at(1));
      const found = await store.images.ofReference('a:1', 2);
      expect(references(found)).toEqual(['a:1', 'a:1']);
      const { images: all } = await store.images.list({ limit: 9 });
      expect(found.map(({ id }) => id)).toEqual([all[0]!.id, all[3]!.id]);
      expect(await store.images.ofReference('none', 2)).toEqual([]);
      // However many others are newer.
      const first = all.at(-1)!.id;
      await store.images.finish(first, scanned([]));
      expect((await store.images.ofReference('a:1', 1, ['done', 'failed'])).map(({ id }) => id)).toEqual([first]);
    });

    it('keeps what was submitted, and what was learned of it', async () => {
      const store = await fresh();
      const image = await store.images.submit('registry.example/app:1', at(1));
      expect(image).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        reference: 'registry.example/app:1',
        state: 'queued',
        submitted: at(1),
        layers: [],
      });
      expect(await store.images.find(image.id)).toEqual(image);
      expect(await store.images.document(image.id)).toBeUndefined();
      await store.images.begin(image.id);
      expect((await store.images.find(image.id))?.state).toBe('scanning');
      const learned = {
        digest: 'sha256:abc',
        platform: 'linux/amd64',
        distribution: 'debian:12',
        layers: ['sha256:base', 'sha256:top', 'sha256:base'],
      };
      await store.images.finish(image.id, scanned([installed('bash', '1')], learned));
      expect(await store.images.find(image.id)).toEqual({ ...image, ...learned, state: 'done', scanned: at(30) });
      expect(await store.images.document(image.id)).toBe('{"schemaVersion":1}');
    });

    it('says which images one process alone can scan', async () => {
      const store = await fresh();
      const own = await store.images.submit('a:1', at(1), undefined, 'linux/arm64', true);
      const other = await store.images.submit('a:1', at(1));
      expect(own).toMatchObject({ platform: 'linux/arm64', ownSource: true });
      expect(other).not.toHaveProperty('ownSource');
      expect(await store.images.unfinished()).toEqual([own, other]);
    });

    it('makes another image of the same source, finished from the first', async () => {
      const store = await fresh();
      const first = await store.images.submit('upload:a', at(1));
      const name = { reference: 'upload:a#2', submitted: at(2), idempotencyKey: `${first.id} 2` };
      const made = await store.images.finishBeside(first.id, name, scanned([installed('bash', '1')]));
      expect(await store.images.find(made!)).toMatchObject({
        reference: 'upload:a#2',
        state: 'done',
        submitted: at(2),
      });
      expect(await store.images.finishBeside(first.id, name, scanned([]))).toBe(made);
      expect([
        await store.images.remove(first.id),
        await store.images.finishBeside(first.id, name, scanned([])),
      ]).toEqual([true, undefined]);
      expect(await store.images.finish(first.id, scanned([]))).toBe(false);
      expect((await store.images.list({ limit: 10 })).images.map(({ id }) => id)).toEqual([made]);
    });

    it('answers a second submission with the same key by the first image', async () => {
      const store = await fresh();
      const submissions = Array.from({ length: 8 }, async () => await store.images.submit('app:1', at(0), 'key'));
      const ids = new Set((await Promise.all(submissions)).map(({ id }) => id));
      const other = await store.images.submit('app:1', at(0), 'another key');
      const none = await store.images.submit('app:1', at(0));
      expect([ids.size, ids.has(other.id), ids.has(none.id)]).toEqual([1, false, false]);
      await expect(store.images.submit('app:1', at(0), '')).rejects.toMatchObject({ code: 'store.bad-request' });
    });

    it('keeps why an image failed, until it is begun again', async () => {
      const store = await fresh();
      const image = await store.images.submit('app:1', at(0));
      await store.images.fail(image.id, 'There is no such image.', at(2));
      expect(await store.images.find(image.id)).toMatchObject({
        state: 'failed',
        failure: 'There is no such image.',
        scanned: at(2),
      });
      await store.images.begin(image.id);
      expect(await store.images.find(image.id)).not.toHaveProperty('failure');
    });

    it('counts the scans that were begun and came to no end', async () => {
      const store = await fresh();
      const { id } = await store.images.submit('app:1', at(0));
      const { begin, pause } = store.images;
      expect([await begin(id), await begin(id), await begin(id)]).toEqual([1, 2, 3]);
      await pause(id);
      expect(await begin(id)).toBe(3);
      for (let n = 0; n < 5; n++) await pause(id);
      expect(await begin(id)).toBe(1);
      expect((await store.images.unfinished()).map((image) => image.id)).toEqual([id]);
      await store.images.fail(id, 'It failed.', at(2));
      expect(await begin(id)).toBe(1);
      await store.images.finish(id, scanned([]));
      expect(await begin(id)).toBe(1);
      await store.images.remove(id);
      expect(await begin(id)).toBe(0);
      await pause(id);
    });

    it('leaves alone what was removed meanwhile', async () => {
      const store = await fresh();
      const image = await store.images.submit('app:1', at(0));
      expect([await store.images.remove(image.id), await store.images.remove(image.id)]).toEqual([true, false]);
      await store.images.begin(image.id);
      await store.images.finish(image.id, scanned([installed('bash', '1')]));
      await store.images.fail(image.id, 'gone', at(2));
      expect([await store.images.find(image.id), await store.images.document(image.id)]).toEqual([
        undefined,
        undefined,
      ]);
      expect((await store.images.list({ limit: 10 })).images).toEqual([]);
    });

    it('names those that are not finished, oldest first', async () => {
      const store = await fresh();
      for (const reference of ['a:1', 'b:1', 'c:1', 'd:1']) await store.images.submit(reference, at(0));
      const { images } = await store.images.list({ limit: 10 });
      const [d, c, b] = images as [StoredImage, StoredImage, StoredImage];
      await store.images.begin(d.id);
      await store.images.finish(c.id, scanned([]));
      await store.images.fail(b.id, 'no', at(1));
      expect(references(await store.images.unfinished())).toEqual(['a:1', 'd:1']);
    });

    describe('lists', () => {
      it('page by page, newest first, each image once while others come', async () => {
        const store = await fresh();
        for (let n = 0; n < 7; n++) await store.images.submit(`app:${n}`, at(0));
        const pages: (readonly string[])[] = [];
        for (let after: string | undefined, more = true; more; ) {
          const page = await store.images.list({ limit: 3, ...(after !== undefined && { after }) });
          pages.push(references(page.images));
          after = page.next;
          more = after !== undefined;
          await store.images.submit('later:1', at(0));
        }
        expect(pages).toEqual([['app:6', 'app:5', 'app:4'], ['app:3', 'app:2', 'app:1'], ['app:0']]);
      });

      it.each([
        ['a part of the reference', { text: 'example/app' }, ['registry.example/app:1']],
        ['a part with a wildcard of SQL in it', { text: 'a%p' }, ['a%p:1']],
        ['the case that was given', { text: 'APP' }, []],
        ['a digest', { text: 'sha256:abc' }, ['a%p:1']],
        ['a state', { state: 'done' as const }, ['a%p:1']],
        ['a state and a text', { state: 'queued' as const, text: 'a' }, ['registry.example/app:1']],
      ])('by %s', async (_, filter, expected) => {
        const store = await fresh();
        await add(store, 'a%p:1', [], { digest: 'sha256:abc' });
        await store.images.submit('registry.example/app:1', at(0));
        await store.images.submit('other:1', at(0)).then(async ({ id }) => await store.images.fail(id, 'no', at(1)));
        expect(references((await store.images.list({ ...filter, limit: 10 })).images)).toEqual(expected);
      });

      it.each(['', 'nonsense', 'WzEsMl0', 'WyJhIl0', 'e30'])('refuses the page %j', async (after) => {
        const store = await fresh();
        await expect(store.images.list({ limit: 1, after })).rejects.toMatchObject({ code: 'usage.option' });
      });
    });

    it('shares the packages of images, and forgets them with the last image', async () => {
      const store = await fresh();
      await write(store, 'CVE-2024-0001', [{ package: 'bash', version: '2' }]);
      const packages = [installed('bash', '1'), installed('zlib', '1')];
      const first = await add(store, 'a:1', packages);
      const second = await add(store, 'b:1', [...packages].reverse());
      await store.images.remove(first.id);
      expect((await store.images.findings(second.id, { limit: 10 })).findings).toHaveLength(1);
      await store.images.finish(second.id, scanned([installed('bash', '2')]));
      expect((await store.images.findings(second.id, { limit: 10 })).findings).toEqual([]);
      const third = await add(store, 'c:1', packages);
      expect((await store.images.affectedBy('CVE-2024-0001', { limit: 10 })).images.map((i) => i.image.id)).toEqual([
        third.id,
      ]);
    });

    it('tells whom a row of a vulnerability concerns, also one that was superseded', async () => {
      const store = await fresh();
      const bash = [installed('bash', '1'), installed('bash', '0'), installed('zlib', '1')];
      const images: StoredImage[] = [];
      for (const reference of ['clair:a', 'other:a', 'clair:b']) images.push(await add(store, reference, bash));
      images.push(await add(store, 'clair:c', [installed('zlib', '1')]));
      await write(store, 'CVE-2024-0001', [{ package: 'bash', version: '2' }]);
      const came = (await store.notifications.list({ limit: 1 })).notifications[0]!.new!.id;
      await store.vulnerabilities.changeFixes('debian:12', 'CVE-2024-0001', [
        { package: 'bash', remove: true },
        { package: 'zlib' },
      ]);
      const { old, new: changed } = (await store.notifications.list({ limit: 1 })).notifications[0]!;
      expect([old?.id, changed?.id === came]).toEqual([came, false]);
      const concerned = async (row: number, more: object = {}) =>
        await store.notifications.concernedImages(row, { beginning: 'clair:', from: 0, limit: 10, ...more });
      const first = await concerned(came);
      expect(first).toEqual([
        { id: expect.any(Number), reference: 'clair:a', package: { ...installed('bash', '0'), fixedBy: '2' } },
        { id: expect.any(Number), reference: 'clair:b', package: { ...installed('bash', '0'), fixedBy: '2' } },
      ]);
      const named = async (row: number, more?: object) => references(await concerned(row, more));
      expect(await named(came, { limit: 1 })).toEqual(['clair:a']);
      expect(await named(came, { from: first[0]!.id + 1 })).toEqual(['clair:b']);
      expect(await named(changed!.id)).toEqual(['clair:a', 'clair:b', 'clair:c']);
      expect(await named(changed!.id, { except: came })).toEqual(['clair:c']);
      expect(await named(came, { except: changed!.id })).toEqual([]);
      expect(await named(came, { beginning: 'clair:b' })).toEqual(['clair:b']);
      expect(await named(99_999_999)).toEqual([]);
    });

    it('keeps images with the same packages that finish and go at once', async () => {
      const store = await fresh();
      await write(store, 'CVE-2024-0001', [{ package: 'bash' }]);
      const packages = [installed('bash', '1'), installed('zlib', '1')];
      const kept: string[] = [];
      await Promise.all(
        Array.from({ length: 24 }, async (_, n) => {
          const image = await add(store, `app:${n}`, packages);
          if (n % 2 === 0) await store.images.remove(image.id);
          else kept.push(image.id);
        }),
      );
      const { count, images } = await store.images.affectedBy('CVE-2024-0001', { limit: 50 });
      expect(count).toBe(12);
      expect(images.map(({ image }) => image.id).sort()).toEqual(kept.sort());
    });

    it('counts packages with names that are too long, and keeps the others', async () => {
      const store = await fresh();
      const image = await add(store, 'app:1', [
        installed('x'.repeat(129), '1'),
        installed('bash', '1'.repeat(129)),
        { ...installed('zlib', '1'), source: { name: 'y'.repeat(129), version: '1' } },
        installed('', '1'),
        installed('\u{1F40B}'.repeat(128), '1'),
        installed('nul\0', '1\ud800'),
      ]);
      expect(await store.images.find(image.id)).toMatchObject({ state: 'done', leftOut: 4 });
    });

    describe('findings', () => {
      const packages = [
        installed('bash', '1'),
        { ...installed('libssl3', '9'), source: { name: 'openssl', version: '3' } },
        installed('zlib', '1'),
      ];
      const prepared = async (): Promise<readonly [Store, StoredImage]> => {
        const store = await fresh();
        await write(store, 'CVE-2024-0001', [{ package: 'bash', version: '2' }, { package: 'zlib' }], 'Low');
        await write(store, 'CVE-2024-0002', [{ package: 'openssl', version: '4' }], 'Critical');
        await write(store, 'CVE-2024-0003', [{ package: 'bash', version: '1' }], 'Critical');
        await write(store, 'CVE-2024-0004', [{ package: 'bash' }], 'Critical');
        return [store, await add(store, 'app:1', packages)];
      };
      const rows = (list: Awaited<ReturnType<Store['images']['findings']>>) =>
        list.findings.map(({ name: pkg, vulnerability: v }) => `${v.severity} ${v.name} ${pkg} ${v.fixedBy ?? 'open'}`);
      const all = [
        'Critical CVE-2024-0002 libssl3 4',
        'Critical CVE-2024-0004 bash open',
        'Low CVE-2024-0001 bash 2',
        'Low CVE-2024-0001 zlib open',
      ];

      it.each([
        ['another shape', [1]],
        ['a severity above the scale', [40_000, 'a', 'b', 1, 1]],
        ['one far above it', [Number.MAX_SAFE_INTEGER, 'a', 'b', 1, 1]],
        ['one below it', [-1, 'a', 'b', 1, 1]],
      ])('refuse a page with %s', async (_title, place) => {
        const [store, image] = await prepared();
        const after = Buffer.from(JSON.stringify(place)).toString('base64url');
        const asked = store.images.findings(image.id, { limit: 10, after });
        await expect(asked).rejects.toMatchObject({ code: 'usage.option', message: /^No page ended with/ });
      });

      it('are on no page after odd places', async () => {
        const [store, image] = await prepared();
        for (const place of [
          [0, '\0', '\ud800', -1, Number.MAX_SAFE_INTEGER],
          [0, '', '', Number.MIN_SAFE_INTEGER, 0],
        ]) {
          const after = Buffer.from(JSON.stringify(place)).toString('base64url');
          expect(rows(await store.images.findings(image.id, { limit: 10, after }))).toEqual([]);
        }
      });

      it('are those of its packages, the gravest first', async () => {
        const [store, image] = await prepared();
        const found = await store.images.findings(image.id, { limit: 10 });
        expect(rows(found)).toEqual(all);
        expect(found).not.toHaveProperty('next');
        expect(found.findings[0]).toEqual({
          ...packages[1],
          vulnerability: {
            namespace: 'debian:12',
            name: 'CVE-2024-0002',
            description: 'of CVE-2024-0002',
            link: '',
            severity: 'Critical',
            metadata: '',
            fixedBy: '4',
          },
        });
      });

      it.each([1, 2, 3])('come in pages of %i', async (limit) => {
        const [store, image] = await prepared();
        const seen: string[] = [];
        for (let after: string | undefined, more = true; more; ) {
          const page = await store.images.findings(image.id, { limit, ...(after !== undefined && { after }) });
          expect(page.findings.length).toBeLessThanOrEqual(limit);
          seen.push(...rows(page));
          after = page.next;
          more = after !== undefined;
        }
        expect(seen).toEqual(all);
      });

      it.each([
        ['severities', { severities: ['Low', 'High'] as const }, all.slice(2)],
        ['no severity at all', { severities: [] }, []],
        ['those with a fix', { fixable: true }, [all[0], all[2]]],
        ['those without', { fixable: false }, [all[1], all[3]]],
        ['a package', { package: 'bash' }, [all[1], all[2]]],
        ['the source of a package', { package: 'openssl' }, [all[0]]],
        ['a vulnerability', { vulnerability: 'CVE-2024-0001' }, all.slice(2)],
        ['several things', { vulnerability: 'CVE-2024-0001', fixable: true, package: 'bash' }, [all[2]]],
      ])('are picked by %s', async (_, filter, expected) => {
        const [store, image] = await prepared();
        expect(rows(await store.images.findings(image.id, { ...filter, limit: 10 }))).toEqual(expected);
      });

      it('follow the vulnerabilities, without another scan', async () => {
        const [store, image] = await prepared();
        await store.vulnerabilities.remove('debian:12', 'CVE-2024-0002');
        await write(store, 'CVE-2024-0004', [], 'Medium');
        expect(rows(await store.images.findings(image.id, { limit: 10 }))).toEqual([
          'Medium CVE-2024-0004 bash open',
          ...all.slice(2),
        ]);
      });

      it('are none of an image that is not there', async () => {
        const [store] = await prepared();
        expect(await store.images.findings('3f1ab0b4-4a25-4c4c-8f0c-2f4ac9d7c111', { limit: 10 })).toEqual({
          findings: [],
        });
      });
    });

    describe('affected by a vulnerability', () => {
      it('are named newest first, with the packages that have it, in all namespaces', async () => {
        const store = await fresh();
        await write(store, 'CVE-2024-0001', [{ package: 'bash', version: '2' }, { package: 'zlib' }]);
        await write(store, 'CVE-2024-0001', [{ package: 'bash' }], 'Low', 'debian:13');
        await add(store, 'safe:1', [installed('bash', '2')]);
        await add(store, 'a:1', [installed('bash', '1'), installed('zlib', '1')]);
        await add(store, 'b:1', [installed('bash', '5', 'debian:13')]);
        await add(store, 'c:1', [installed('bash', '1'), installed('zlib', '1')]);
        const first = await store.images.affectedBy('CVE-2024-0001', { limit: 2 });
        const second = await store.images.affectedBy('CVE-2024-0001', { limit: 2, after: first.next! });
        const both = [...first.images, ...second.images];
        expect([first.count, second.count, second.next]).toEqual([3, 3, undefined]);
        expect(both.map(({ image }) => image.reference)).toEqual(['c:1', 'b:1', 'a:1']);
        expect(both[0]!.packages).toEqual([{ ...installed('bash', '1'), fixedBy: '2' }, installed('zlib', '1')]);
        expect(both[1]!.packages).toEqual([installed('bash', '5', 'debian:13')]);
      });

      it('are none where nobody has it, or it is unknown or deleted', async () => {
        const store = await fresh();
        await write(store, 'CVE-2024-0001', [{ package: 'bash' }]);
        await add(store, 'a:1', [installed('bash', '1')]);
        await store.vulnerabilities.remove('debian:12', 'CVE-2024-0001');
        for (const id of ['CVE-2024-0001', 'CVE-2024-0002']) {
          expect(await store.images.affectedBy(id, { limit: 10 })).toEqual({ count: 0, images: [] });
        }
      });
    });

    it('names the images that have a layer, each once', async () => {
      const store = await fresh();
      await add(store, 'a:1', [], { layers: ['sha256:base', 'sha256:base', 'sha256:a'] });
      await add(store, 'b:1', [], { layers: ['sha256:base', 'sha256:b'] });
      await add(store, 'c:1', [], { layers: ['sha256:c'] });
      expect(references(await store.images.withLayer('sha256:base', 10))).toEqual(['b:1', 'a:1']);
      expect(references(await store.images.withLayer('sha256:base', 1))).toEqual(['b:1']);
      expect(await store.images.withLayer('sha256:none', 10)).toEqual([]);
    });

    it('finds the last scan and the last run of what an engine calls by a digest', async () => {
      const store = await fresh();
      const programs = Buffer.from([0, 255, 1]);
      const first = await add(store, 'a:1', [], { configuration: 'sha256:c', digest: 'sha256:m', programs });
      await add(store, 'a:1', [], { configuration: 'sha256:c' });
      const run = await add(store, 'observe:a:1', [], { configuration: 'sha256:c' });
      const last = await add(store, 'b:1', [], { configuration: 'sha256:c' });
      const summary = { complete: false, kinds: {} };
      await add(store, 'c:1', [], { configuration: 'sha256:c', summary });
      const half = await add(store, 'd:1', [], { configuration: 'sha256:half', summary });
      const failing = await store.images.submit('c:1', at(0));
      await store.images.fail(failing.id, 'gone', at(1));
      const byDigest = async (...digests: readonly string[]) =>
        (await store.images.ofDigests(digests, 'observe:'))
          .map(({ digest, scan, run: watched }) => [digest, scan?.id, watched?.id])
          .sort();
      expect(await byDigest('sha256:c', 'sha256:m', 'sha256:none')).toEqual([
        ['sha256:c', last.id, run.id],
        ['sha256:m', first.id, undefined],
      ]);
      expect(await byDigest('sha256:half')).toEqual([['sha256:half', half.id, undefined]]);
      expect(await byDigest()).toEqual([]);
      expect((await store.images.find(first.id))?.configuration).toBe('sha256:c');
      expect(Buffer.from((await store.images.programs(first.id))!)).toEqual(programs);
      expect(await store.images.programs(last.id)).toBeUndefined();
      await store.images.remove(last.id);
      await store.images.remove(run.id);
      expect((await byDigest('sha256:c')).map(([, , watched]) => watched)).toEqual([undefined]);
    });
  });
}
