import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { DrydockError } from '../errors.ts';
import { LayerJobs } from '../jobs/layer-jobs.ts';
import { type JobQueue, QueueFullError } from '../jobs/queue.ts';
import type { ReadLayerJob, ScanImageJob, ScanJobs } from '../jobs/scan-jobs.ts';
import { type ScanCalls, ScanWorker } from '../jobs/scan-worker.ts';
import { StepKeeper } from '../jobs/step-keeper.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Report } from '../model/report.ts';
import { CLAIR_MANIFEST } from '../store/clair-manifest.ts';
import type { StoredImage } from '../store/image-shelf.ts';
import type { Store } from '../store/store.ts';
import { UPLOADED } from '../store/uploaded-archive.ts';
import type { Clock } from './clock.ts';
import { Followers } from './followers.ts';
import { INTERRUPTED, OBSERVED } from './observe/observed-reference.ts';
import type { ScanSource } from './scan-source.ts';
import type { ServiceLog } from './service-log.ts';
import type { UploadSpool } from './spool.ts';
import type { SubmittedReference } from './submitted-reference.ts';

const MINUTE = 60_000;

/** Images whose source only one process has are locked by it for so long, and as long as it lives. */
export const LOCK_TIME = 5 * MINUTE;
export const RENEW_EVERY = MINUTE;

/** How often images are looked for that nobody scans although they wait. */
const RECOVER_EVERY = 5 * MINUTE;
/** Younger ones may be about to be put into the queue. */
const RECOVER_AGE = MINUTE;

export interface ImageScansOptions {
  readonly store: Store;
  readonly ecosystems: readonly Ecosystem[];
  /** Shared by all processes of one database. */
  readonly queue: JobQueue<ScanJobs>;
  /** Of this process alone: for what no other process has, or may have. */
  readonly local: JobQueue<ScanJobs>;
  /** No other process uses the store. */
  readonly alone: boolean;
  /** This process scans what the shared queue has. */
  readonly works: boolean;
  readonly scan: (source: ScanSource, calls: ScanCalls) => Promise<readonly Report[]>;
  /** Reads a layer into the cache. Absent: layers are read with their images. */
  readonly readLayer?: (layer: ReadLayerJob, signal: AbortSignal) => Promise<void>;
  readonly spool: UploadSpool;
  /** Whether an image that was to be run waits or runs in this process. */
  readonly runs?: (image: string) => boolean;
  readonly log: ServiceLog;
  readonly clock: Clock;
  /** Milliseconds that active scans get when the service stops. */
  readonly drainTime: number;
}

export interface SubmitOptions {
  readonly platform?: string;
  /** Who submits, with the key that they chose. */
  readonly idempotency?: { readonly client: string; readonly key: string };
}

/** Takes images, has them scanned, and tells where the scans are. */
export class ImageScans {
  readonly followers: Followers;
  readonly #options: ImageScansOptions;
  readonly #owner = randomUUID();
  readonly #sources = new Map<string, ScanSource>();
  readonly #steps: StepKeeper;
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[] = [];
  readonly #began: number;
  #recovered = false;
  #receiving = 0;

  constructor(options: ImageScansOptions) {
    this.#options = options;
    const { store, log, clock } = options;
    this.#began = clock.now();
    this.followers = new Followers(store.images, clock);
    this.#steps = new StepKeeper({ images: store.images, log, onKept: (image) => this.followers.look(image) });
  }

  start(): void {
    const { queue, local, works } = this.#options;
    this.#loops.push(this.#begin(local, true));
    if (works) this.#loops.push(this.#begin(queue, false));
    this.#loops.push(this.#every(RECOVER_EVERY, () => this.recover()));
    this.#loops.push(this.#every(RENEW_EVERY, () => this.#renew()));
  }

  /** Scans that are active get a while to end; those of the shared queue are taken up by the next process. */
  async stop(): Promise<void> {
    const { queue, local, drainTime, spool, store } = this.#options;
    this.#stopping.abort(new Error('the service is stopping'));
    this.followers.stop();
    await spool.close();
    await Promise.all(this.#loops);
    await Promise.all([queue.stop(drainTime), local.stop(drainTime)]);
    this.#steps.stop();
    for (const [image, source] of this.#sources) {
      if (source.kind === 'file') await spool.remove(source.path);
      await store.locks.release(lockOf(image), this.#owner).catch(() => {});
    }
  }

  /**
   * Takes an image of a registry.
   * @throws DrydockError `service.busy`, `service.key-reused`
   */
  async submit({ reference }: SubmittedReference, { platform, idempotency }: SubmitOptions = {}): Promise<StoredImage> {
    const { store, queue } = this.#options;
    const now = this.#now();
    const key = idempotency && keyOf(idempotency.client, idempotency.key);
    const image = await store.images.submit(reference, now, key, platform);
    // Once it is done its platform is that of the image, not what was asked for.
    const isOther = image.reference !== reference || (image.state !== 'done' && image.platform !== platform);
    if (isOther) {
      throw new DrydockError('service.key-reused', 'The idempotency key was used for another image.');
    }
    // Whoever came first with the key may not have got so far.
    if (image.state === 'queued') await this.#put(queue, image, image.submitted.getTime() === now.getTime());
    return image;
  }

  /**
   * Takes an image that this process alone can scan.
   * @throws DrydockError `service.busy`
   */
  async submitHere(reference: string, source: ScanSource, onTaken?: (image: string) => Promise<ScanSource>) {
    const { store, local } = this.#options;
    const image = await store.images.submit(reference, this.#now(), undefined, source.platform, true);
    await store.locks.take(lockOf(image.id), this.#owner, LOCK_TIME);
    try {
      this.#sources.set(image.id, (await onTaken?.(image.id)) ?? source);
      await this.#put(local, image, true);
    } catch (error) {
      this.#forget(image.id);
      await store.images.remove(image.id);
      throw error;
    }
    return image;
  }

  /**
   * Takes an archive.
   * @param announced bytes that it is said to have
   * @throws DrydockError `service.busy`, `service.too-large`, StoreError `store.full`
   */
  async upload(name: string, body: Readable, more: { readonly announced?: number; readonly platform?: string }) {
    const { spool, local } = this.#options;
    await this.#checkRoom(local);
    this.#receiving++;
    const file = await spool.receive(body, more.announced).finally(() => {
      this.#receiving--;
    });
    const { platform } = more;
    const source = { kind: 'file', path: file, name, ...(platform !== undefined && { platform }) } as const;
    try {
      return await this.submitHere(`${UPLOADED}${name}`, source, async (image) => ({
        ...source,
        path: await spool.keep(file, image),
      }));
    } catch (error) {
      await spool.remove(file);
      throw error;
    }
  }

  /** Puts a job for every image that the store calls unfinished and nobody scans; those that have one keep it. */
  async recover(): Promise<void> {
    const { store, queue, log, spool, clock, alone } = this.#options;
    // Whatever there is when the only process begins, nobody works on: not even who still has a lock.
    const everything = alone && !this.#recovered;
    this.#recovered = true;
    const isBusy = async (image: string): Promise<boolean> =>
      everything ? this.#sources.has(image) : await this.#isLocked(image);
    await spool.clean(isBusy, clock.now(), alone);
    let found = 0;
    for (const image of await store.images.unfinished()) {
      const age = clock.now() - image.submitted.getTime();
      // What this process took since it began may be about to be known to who scans or runs it.
      const isFresh = everything ? image.submitted.getTime() >= this.#began : age >= 0 && age < RECOVER_AGE;
      if (isFresh || (await isBusy(image.id))) continue;
      if (image.reference.startsWith(OBSERVED)) {
        if (this.#options.runs?.(image.id) === true) continue;
        await store.images.fail(image.id, INTERRUPTED, this.#now());
        this.followers.look(image.id);
      } else if (image.reference.startsWith(UPLOADED)) {
        const words = 'The process that had the archive ended before it was scanned. Upload it again.';
        await store.images.fail(image.id, words, this.#now());
        this.followers.look(image.id);
      } else if (image.reference.startsWith(CLAIR_MANIFEST)) {
        const words =
          'The process that knew where the layers are ended before they were read. Submit the manifest again.';
        await store.images.fail(image.id, words, this.#now());
        this.followers.look(image.id);
      } else if (image.ownSource === true) {
        const words = 'The process that had the credentials for it ended before it was scanned. Submit it again.';
        await store.images.fail(image.id, words, this.#now());
        this.followers.look(image.id);
      } else if ((await queue.put('scan-image', image.id, jobOf(image))) !== undefined) found++;
    }
    if (found > 0) log.info({ images: found }, 'images that were left unfinished are scanned again');
  }

  async #begin(queue: JobQueue<ScanJobs>, isLocal: boolean): Promise<void> {
    const { store, ecosystems, scan, readLayer, log } = this.#options;
    // What is scanned here alone has no layer jobs: its source, or its credentials, are in no queue.
    const layers = isLocal || readLayer === undefined ? undefined : new LayerJobs({ queue, read: readLayer, log });
    const worker = new ScanWorker({
      store,
      ecosystems,
      queue,
      log,
      ...(layers !== undefined && { layers }),
      now: () => this.#now(),
      scan: async (job, calls) => {
        const source = isLocal ? this.#sources.get(job.image) : sourceOf(job);
        if (source === undefined) throw new DrydockError('source.not-found', 'The archive is not there any more.');
        return await scan(source, calls);
      },
      onStep: (image, step) => this.#steps.tell(image, step),
      onEnd: (image) => {
        this.#steps.end(image);
        this.followers.look(image);
        if (isLocal) this.#forget(image);
      },
    });
    try {
      await layers?.start();
      await worker.start();
    } catch (error) {
      log.error({ error }, 'images cannot be scanned');
    }
  }

  async #put(queue: JobQueue<ScanJobs>, image: StoredImage, isNew: boolean): Promise<void> {
    try {
      await queue.put('scan-image', image.id, jobOf(image));
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      if (isNew) await this.#options.store.images.remove(image.id);
      throw busy(error);
    }
  }

  /** Before gigabytes are received that nobody would scan. */
  async #checkRoom(queue: JobQueue<ScanJobs>): Promise<void> {
    const { queued, active } = await queue.counts('scan-image');
    if (queued + active + this.#receiving >= LOCAL_SCANS) throw busy(undefined);
  }

  #forget(image: string): void {
    const { store, spool } = this.#options;
    const source = this.#sources.get(image);
    this.#sources.delete(image);
    if (source?.kind === 'file') void spool.remove(source.path).catch(() => {});
    // A lock that cannot be given back ends by itself.
    void store.locks.release(lockOf(image), this.#owner).catch(() => {});
  }

  async #isLocked(image: string): Promise<boolean> {
    if (this.#sources.has(image)) return true;
    return (await this.#options.store.locks.find(lockOf(image))) !== undefined;
  }

  async #renew(): Promise<void> {
    const { locks } = this.#options.store;
    for (const image of this.#sources.keys()) await locks.take(lockOf(image), this.#owner, LOCK_TIME, true);
  }

  async #every(pause: number, work: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await work().catch((error: unknown) => log.warn({ error }, 'the database does not answer'));
      await clock.sleep(pause, signal);
    }
  }

  #now(): Date {
    return new Date(this.#options.clock.now());
  }
}

/** Archives, and images with credentials of their own, that wait or are scanned in one process. */
export const LOCAL_SCANS = 64;

/** Name of the lock on an image that one process has. */
export function lockOf(image: string): string {
  return `scan/${image}`;
}

function busy(cause: unknown): DrydockError {
  return new DrydockError('service.busy', 'As many images wait as the service takes. Try again later.', { cause });
}

function jobOf({ id, reference, platform }: StoredImage): ScanImageJob {
  return { image: id, reference, ...(platform !== undefined && { platform }) };
}

function sourceOf({ reference, platform }: ScanImageJob): ScanSource {
  return { kind: 'registry', reference, ...(platform !== undefined && { platform }) };
}

/** Keys of several clients are kept apart. */
export function keyOf(client: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([client, key]))
    .digest('hex');
}
