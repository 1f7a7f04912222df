import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dockerArchive } from '../../test/support/image.ts';
import { debianLayer } from '../../test/support/root-file-systems.ts';
import { scanOne } from '../../test/support/scan.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { SourceError, StoreError } from '../errors.ts';
import { silent } from '../log.ts';
import type { Report } from '../model/report.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { MemoryQueue } from './memory-queue.ts';
import type { ScanJobs } from './scan-jobs.ts';
import { ScanWorker, type ScanWorkerOptions } from './scan-worker.ts';
import { scannedImage } from './scanned-image.ts';

const policy = { attempts: 3, backOff: 1, maximumBackOff: 1, timeout: 5000, concurrency: 2 };
const policies = { 'scan-image': policy, 'read-layer': policy };
const now = new Date('2026-06-01T00:00:00Z');
const archive = writeTemporary('image.tar', dockerArchive({ layers: [debianLayer()], platform: 'linux/amd64' }));

describe('a worker', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function start(scan: ScanWorkerOptions['scan']) {
    const store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
    const queue = new MemoryQueue<ScanJobs>(policies);
    const ended: string[] = [];
    const worker = new ScanWorker({
      store,
      ecosystems,
      queue,
      scan,
      log: silent,
      now: () => now,
      onEnd: (image) => ended.push(image),
    });
    closing.push(async () => {
      await queue.stop(100);
      await store.close();
    });
    await worker.start();
    return { store, queue, ended };
  }

  const submit = async ({ store, queue }: { store: Store; queue: MemoryQueue<ScanJobs> }, reference = 'a:1') => {
    const { id } = await store.images.submit(reference, now);
    await queue.put('scan-image', id, { image: id, reference });
    return id;
  };

  it('keeps what it learned, without what advisories say', async () => {
    const report = await scanOne(archive);
    const started = await start(() => Promise.resolve([report]));
    const id = await submit(started);
    await expect.poll(() => started.ended).toEqual([id]);
    expect(await started.store.images.find(id)).toMatchObject({
      state: 'done',
      distribution: 'debian:12',
      scanned: now,
    });
    expect(JSON.parse((await started.store.images.document(id)) ?? '')).toEqual(
      JSON.parse(JSON.stringify({ ...report, advisories: { feeds: [], starter: false } })),
    );
  });

  describe('makes an image of each that a source holds', () => {
    const several = async (...names: readonly string[]): Promise<readonly Report[]> => {
      const report = await scanOne(archive);
      return names.map((reference) => ({ ...report, image: { ...report.image, reference } }));
    };
    const listed = async ({ store }: { readonly store: Store }) =>
      (await store.images.list({ limit: 10 })).images.map(({ reference, state }) => `${reference} ${state}`);

    it.each(['m.tar', 'registry.example/app:prod', 'clair:sha256:abc', 'observe:nginx:1'])(
      'an archive called %s: by its place, whatever the archive says',
      async (name) => {
        // The same configuration, and so the same digests.
        const reports = await several(name, name, name);
        const started = await start(() => Promise.resolve(reports));
        const id = await submit(started, `upload:${name}`);
        await expect.poll(() => started.ended).toEqual([id]);
        expect((await listed(started)).sort()).toEqual(['', '#2', '#3'].map((at) => `upload:${name}${at} done`));
        expect((await started.store.fleet.images({ limit: 10, latest: true })).images).toHaveLength(3);
        const { image, problems } = JSON.parse((await started.store.images.document(id)) ?? '') as Report;
        expect([image.reference, problems.filter(({ code }) => code === 'image.one-of-several')]).toEqual([
          name,
          [
            {
              code: 'image.one-of-several',
              message: `What was submitted holds 3 images. This is number 1; they are listed as upload:${name} to upload:${name}#3.`,
            },
          ],
        ]);
      },
    );

    it('variants of one of a registry, which are called as it is', async () => {
      const reports = await several('r.example/a:1', 'r.example/a:1');
      const started = await start(() => Promise.resolve(reports));
      const id = await submit(started, 'r.example/a:1');
      await expect.poll(() => started.ended).toEqual([id]);
      expect(await listed(started)).toEqual(['r.example/a:1 done', 'r.example/a:1 done']);
      expect(await started.store.images.document(id)).toContain('all are listed as r.example/a:1.');
    });

    it('none of them waits at any moment, and a second try makes no second ones', async () => {
      const reports = await several('m.tar', 'm.tar');
      const started = await start(() => Promise.resolve(reports));
      const { finish } = started.store.images;
      const seen: string[][] = [];
      let tries = 0;
      started.store.images.finish = async (...args) => {
        seen.push(await listed(started));
        if (++tries === 1) throw new StoreError('store.unavailable', 'It is away.');
        return await finish(...args);
      };
      const id = await submit(started, 'upload:m.tar');
      await expect.poll(() => started.ended).toEqual([id]);
      expect(seen).toEqual(Array.from({ length: 2 }, () => ['upload:m.tar#2 done', 'upload:m.tar scanning']));
    });

    it('and nothing where it was removed meanwhile, at whatever moment', async () => {
      const reports = await several('m.tar', 'm.tar', 'm.tar');
      const early = await start(async (job) => {
        await early.store.images.remove(job.image);
        return reports;
      });
      const late = await start(() => Promise.resolve(reports));
      const { finish } = late.store.images;
      late.store.images.finish = async (id, kept) => {
        await late.store.images.remove(id);
        return await finish(id, kept);
      };
      for (const started of [early, late]) {
        const id = await submit(started, 'upload:m.tar');
        await expect.poll(() => started.ended).toEqual([id]);
        expect(await listed(started)).toEqual([]);
      }
    });
  });

  it('tries again what may be a bad moment, and not what is not', async () => {
    let attempts = 0;
    const later = await start(async () => {
      attempts++;
      if (attempts < 3) throw new SourceError('source.unreachable', 'It is away.');
      return [await scanOne(archive)];
    });
    const id = await submit(later);
    await expect.poll(() => later.ended).toEqual([id]);
    expect([attempts, (await later.store.images.find(id))?.state]).toEqual([3, 'done']);

    const never = await start(() => Promise.reject(new SourceError('source.not-found', 'There is none.')));
    const none = await submit(never);
    await expect.poll(() => never.ended).toEqual([none]);
    expect(await never.store.images.find(none)).toMatchObject({ state: 'failed', failure: 'There is none.' });
    expect(await never.queue.dead('scan-image', 10)).toMatchObject([{ key: none, attempts: 1 }]);

    const empty = await start(() => Promise.resolve([]));
    const nothing = await submit(empty);
    await expect.poll(() => empty.ended).toEqual([nothing]);
    expect(await empty.store.images.find(nothing)).toMatchObject({ state: 'failed' });
  });

  it('gives up after the last attempt', async () => {
    const started = await start(() => Promise.reject(new Error('again and again')));
    const id = await submit(started);
    await expect.poll(() => started.ended).toEqual([id]);
    expect(await started.store.images.find(id)).toMatchObject({ state: 'failed', failure: 'again and again' });
  });

  it.each([
    ['is away when the result is to be kept', 'finish'],
    ['is away before the scan', 'begin'],
    ['does not even answer', 'find'],
  ] as const)('tries again where the database %s, and ends where it stays so', async (_title, method) => {
    const report = await scanOne(archive);
    const away = (times: number) => {
      let left = times;
      return async (...args: unknown[]): Promise<never> => {
        if (left-- > 0) throw new StoreError('store.unavailable', 'The database does not answer.');
        return await (real.images[method] as (...all: unknown[]) => Promise<never>)(...args);
      };
    };
    const real = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'other.db') });
    closing.push(async () => await real.close());
    const { id } = await real.images.submit('a:1', now);
    const run = async (images: Partial<Store['images']>): Promise<string[]> => {
      const ended: string[] = [];
      const queue = new MemoryQueue<ScanJobs>(policies);
      const store = { images: { ...real.images, ...images } };
      const scan = async (): Promise<readonly Report[]> => [report];
      await new ScanWorker({
        store,
        ecosystems,
        queue,
        scan,
        log: silent,
        onEnd: (image) => ended.push(image),
      }).start();
      await queue.put('scan-image', id, { image: id, reference: 'a:1' });
      await expect.poll(async () => await queue.counts('scan-image')).toMatchObject({ queued: 0, active: 0 });
      await queue.stop(100);
      return ended;
    };
    // With the failure itself not to be kept, either: what is unfinished is found by the store again.
    expect(await run({ [method]: away(3), fail: away(1) })).toEqual([id]);
    expect((await real.images.unfinished()).map((image) => image.id)).toEqual([id]);
    expect(await run({ [method]: away(2) })).toEqual([id]);
    expect(await real.images.find(id)).toMatchObject({ state: 'done' });
  });

  it('leaves an image unfinished when the process stops, and does not count that against it', async () => {
    const begun = Promise.withResolvers<void>();
    const started = await start(async (_, { signal }) => {
      begun.resolve();
      return await new Promise<Report[]>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
    });
    const id = await submit(started);
    await begun.promise;
    await started.queue.stop(10);
    const { unfinished } = started.store.images;
    expect((await unfinished()).map((image) => image.id)).toEqual([id]);
    expect(started.ended).toEqual([]);
    expect(await started.store.images.begin(id)).toBe(1);
  });

  it('gives an image up at which three processes ended, and no image that merely failed', async () => {
    let scans = 0;
    const report = await scanOne(archive);
    const started = await start(async () => {
      scans++;
      if (scans % 3 !== 0) throw new SourceError('source.unreachable', 'It is away.');
      return [report];
    });
    const { images } = started.store;
    const [deadly, unlucky] = [await images.submit('deadly:1', now), await images.submit('unlucky:1', now)];
    for (let n = 0; n < 3; n++) await images.begin(deadly.id);
    for (let n = 0; n < 2; n++) await images.begin(unlucky.id);
    for (const { id, reference } of [deadly, unlucky])
      await started.queue.put('scan-image', id, { image: id, reference });
    await expect.poll(() => started.ended.toSorted()).toEqual([deadly.id, unlucky.id].toSorted());
    expect(scans).toBe(3);
    expect(await images.find(deadly.id)).toMatchObject({
      state: 'failed',
      failure: 'The process that scanned it ended in the middle of it, three times. Submit it again to try once more.',
    });
    expect(await images.find(unlucky.id)).toMatchObject({ state: 'done' });
    expect(await started.queue.dead('scan-image', 10)).toMatchObject([{ key: deadly.id, attempts: 1 }]);
  });

  it('does nothing for an image that was removed', async () => {
    let scans = 0;
    const started = await start(() => {
      scans++;
      return Promise.resolve([]);
    });
    const { id } = await started.store.images.submit('a:1', now);
    await started.store.images.remove(id);
    await started.queue.put('scan-image', id, { image: id, reference: 'a:1' });
    await expect.poll(() => started.ended).toEqual([id]);
    expect(scans).toBe(0);
  });
});

describe('a scanned image', () => {
  it('has the packages that are judged themselves, in the namespaces of their advisories', async () => {
    const report = await scanOne(archive);
    const [first] = report.packages;
    const odd: Report = {
      ...report,
      packages: [
        ...report.packages,
        { ...first!, name: 'left-pad', type: 'npm', distribution: undefined as never, source: undefined as never },
        // As pypi.org and its advisories call it.
        { ...first!, name: 'Flask_Cors', type: 'pypi', distribution: undefined as never, source: undefined as never },
        { ...first!, name: 'owned', ownedBy: 'bash' },
        { ...first!, name: 'acme', distribution: 'acme:1' },
        { ...first!, name: 'acmes-own', type: 'npm', distribution: undefined as never, ownedBy: 'acme' },
        { ...first!, name: 'made-here', application: true },
        { ...first!, name: 'asked-for', type: 'npm', distribution: undefined as never, evidence: 'lockfile' },
        first!,
      ],
    };
    const { packages, namespaces, layers } = scannedImage(odd, now, ecosystems);
    const names = packages.map(({ namespace, name }) => `${namespace} ${name}`);
    expect(names).toEqual([
      'debian:12 base-files',
      'debian:12 bash',
      'debian:12 libc6',
      'debian:12 libssl3',
      'debian:12 zlib1g',
      'npm left-pad',
      'pypi flask-cors',
      // Nobody watches its owner.
      'acme:1 acme',
      'npm acmes-own',
    ]);
    expect(namespaces).toEqual([
      { name: 'debian:12', versionFormat: 'dpkg' },
      { name: 'npm', versionFormat: '' },
      { name: 'pypi', versionFormat: '' },
      { name: 'acme:1', versionFormat: 'dpkg' },
    ]);
    expect(layers).toEqual([report.image.layers[0]!.digest ?? report.image.layers[0]!.diffId]);
  });

  it('has the digests by which running images are found only where its bytes were seen to have them', async () => {
    const report = await scanOne(archive);
    const digest = `sha256:${'d'.repeat(64)}`;
    const image = { ...report.image, digest };
    const digestsOf = (odd: Partial<Report>): unknown => {
      const { digest: manifest, configuration } = scannedImage({ ...report, image, ...odd }, now, ecosystems);
      return { manifest, configuration };
    };
    expect(digestsOf({})).toEqual({ manifest: digest, configuration: report.image.id });
    const problem = (code: Report['problems'][number]['code']) => ({ problems: [{ code, message: '' }] });
    const [{ diffId: _, ...unnamed }] = report.image.layers as [Report['image']['layers'][number]];
    for (const odd of [
      ...(['image.digest-mismatch', 'image.config-unreadable', 'sbom.source'] as const).map(problem),
      { image: { ...image, layers: [] } },
      { image: { ...image, layers: [unnamed] } },
    ]) {
      expect(digestsOf(odd), JSON.stringify(odd)).toEqual({ manifest: undefined, configuration: undefined });
    }
  });

  it('has no findings of vulnerabilities, and all others', async () => {
    const report = await scanOne(archive);
    const finding = { kind: 'vulnerability', id: 'CVE-2024-0001' } as unknown as Report['findings'][number];
    const other = { kind: 'secret', id: 'a-key' } as unknown as Report['findings'][number];
    const { document } = scannedImage({ ...report, findings: [finding, other] }, now, ecosystems);
    expect((JSON.parse(document) as Report).findings).toEqual([other]);
  });
});
