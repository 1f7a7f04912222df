import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { dockerArchive } from '../../test/support/image.ts';
import { debianLayer } from '../../test/support/root-file-systems.ts';
import { scanOne } from '../../test/support/scan.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { StoreError } from '../errors.ts';
import { MemoryQueue } from '../jobs/memory-queue.ts';
import type { ScanJobs } from '../jobs/scan-jobs.ts';
import { silent } from '../log.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import { ImageScans, type ImageScansOptions } from './image-scans.ts';
import { UploadSpool } from './spool.ts';

const policy = { attempts: 3, backOff: 1, maximumBackOff: 2, timeout: 5000, concurrency: 2 };
const policies = { 'scan-image': policy, 'read-layer': policy };
const archive = writeTemporary('image.tar', dockerArchive({ layers: [debianLayer()], platform: 'linux/amd64' }));

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function newStore(): Promise<Store> {
  const store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
  opened.push(store);
  return store;
}

/** Time that passes when the test says so. */
function handClock(start: number): Clock & { pass(milliseconds: number): void } {
  let now = start;
  return {
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    sleep: async (_, signal) =>
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  };
}

function makeScans(
  store: Store,
  options: Partial<ImageScansOptions> & Pick<ImageScansOptions, 'scan' | 'clock'>,
): ImageScans & { readonly folder: string } {
  const folder = temporaryFolder();
  const scans = new ImageScans({
    store,
    ecosystems,
    queue: new MemoryQueue<ScanJobs>(policies),
    local: new MemoryQueue<ScanJobs>(policies),
    alone: true,
    works: true,
    spool: new UploadSpool(folder, 1e9),
    log: { ...silent, within: () => silent } as unknown as ImageScansOptions['log'],
    drainTime: 100,
    ...options,
  });
  return Object.assign(scans, { folder });
}

describe('an upload', () => {
  it('whose result cannot be kept is given up, and told so once the database answers', async () => {
    const store = await newStore();
    const report = await scanOne(archive);
    const database: { away: boolean } = { away: true };
    const unlessAway = <Args extends unknown[], Result>(method: (...args: Args) => Promise<Result>) => {
      return async (...args: Args): Promise<Result> => {
        if (database.away) throw new StoreError('store.unavailable', 'The database does not answer.');
        return await method(...args);
      };
    };
    const { finish, fail } = store.images;
    const images = { ...store.images, finish: unlessAway(finish), fail: unlessAway(fail) };
    const clock = handClock(Date.now());
    const scans = makeScans({ ...store, images }, { scan: () => Promise.resolve([report]), clock });
    opened.push({ close: () => scans.stop() });
    scans.start();
    const { id } = await scans.upload('a', Readable.from([Buffer.from('x')]), {});

    await expect.poll(() => readdirSync(scans.folder)).toEqual([]);
    await expect.poll(async () => await store.locks.find(`scan/${id}`)).toBeUndefined();
    database.away = false;
    clock.pass(3_600_000);
    await scans.recover();
    expect(await store.images.find(id)).toMatchObject({
      state: 'failed',
      failure: expect.stringContaining('Upload it again.'),
    });
  });
});

describe('a manifest of Clair v4', () => {
  it('that was left unread is given up: nobody knows where its layers are', async () => {
    const store = await newStore();
    const { id } = await store.images.submit('clair:sha256:abc', new Date(0));
    const scans = makeScans(store, {
      scan: () => Promise.reject(new Error('nobody asked for that')),
      clock: handClock(Date.now()),
    });
    opened.push({ close: () => scans.stop() });
    await scans.recover();
    const expected = { state: 'failed', failure: expect.stringContaining('Submit the manifest again.') };
    expect(await store.images.find(id)).toMatchObject(expected);
  });
});

describe('an image with credentials of its own', () => {
  it('that was left unread is given up: nobody asks its registry by other ones', async () => {
    const store = await newStore();
    let asked = 0;
    const scan = async (): Promise<never> => {
      asked++;
      return await new Promise<never>(() => {});
    };
    const first = makeScans(store, { scan, clock: handClock(Date.now()) });
    opened.push({ close: () => first.stop() });
    first.start();
    const source = {
      kind: 'registry',
      reference: 'r.example/own:1',
      credentials: { find: () => undefined } as never,
    } as const;
    const { id } = await first.submitHere('r.example/own:1', source);
    const { id: shared } = await store.images.submit('r.example/all:1', new Date(0));
    await expect.poll(() => asked).toBeGreaterThan(0);
    const queue = new MemoryQueue<ScanJobs>(policies);
    const next = makeScans(store, { scan, queue, clock: handClock(Date.now() + 3_600_000) });
    await next.recover();
    expect(await store.images.find(id)).toMatchObject({
      state: 'failed',
      failure: expect.stringContaining('Submit it again.'),
    });
    expect([await queue.counts('scan-image'), (await store.images.find(shared))?.state]).toMatchObject([
      { queued: 1 },
      expect.not.stringContaining('failed'),
    ]);
  });
});

describe('an image that ends the process', () => {
  it('is scanned by three of them, and then given up', async () => {
    const store = await newStore();
    const { id } = await store.images.submit('registry.example/poison:1', new Date(0));
    let begun = 0;
    for (let life = 0; life < 6; life++) {
      // As after a kill: the scan comes to no end, and nobody says so.
      const scan = async (): Promise<never> => {
        begun++;
        return await new Promise<never>(() => {});
      };
      const before = begun;
      makeScans(store, { scan, clock: handClock(Date.now()) }).start();
      await expect.poll(async () => begun > before || (await store.images.find(id))?.state === 'failed').toBe(true);
    }
    expect([begun, (await store.images.find(id))?.state]).toEqual([3, 'failed']);
    expect(await store.images.unfinished()).toEqual([]);
  });
});

describe('layers', () => {
  it('have jobs only where the source of the image may stand in a queue', async () => {
    const store = await newStore();
    const report = await scanOne(archive);
    const had: [string, boolean][] = [];
    const queue = new MemoryQueue<ScanJobs>(policies);
    const scans = makeScans(store, {
      queue,
      clock: handClock(Date.now()),
      readLayer: () => Promise.resolve(),
      scan: async (source, { haveLayers }) => {
        had.push([source.kind === 'registry' ? source.reference : source.kind, haveLayers !== undefined]);
        return [report];
      },
    });
    opened.push({ close: () => scans.stop() });
    scans.start();
    const credentials = { find: () => ({ kind: 'basic', user: 'robot', password: 'secret' }) } as never;
    await scans.submitHere('r.example/own:1', { kind: 'registry', reference: 'r.example/own:1', credentials });
    await expect.poll(() => had).toHaveLength(1);
    await scans.upload('a', Readable.from([Buffer.from('x')]), {});
    await expect.poll(() => had).toHaveLength(2);
    const { id } = await store.images.submit('r.example/all:1', new Date());
    await queue.put('scan-image', id, { image: id, reference: 'r.example/all:1' });
    await expect
      .poll(() => had)
      .toEqual([
        ['r.example/own:1', false],
        ['file', false],
        ['r.example/all:1', true],
      ]);
  });
});
