import { DrydockError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Report } from '../model/report.ts';
import type { ImageView } from '../model/view.ts';
import type { AbsentLayer } from '../reading/single-layers.ts';
import { writePrograms } from '../runtime/topology/image-programs.ts';
import type { ScanStep } from '../store/image-shelf.ts';
import type { Store } from '../store/store.ts';
import { nameAtPlace, UPLOADED } from '../store/uploaded-archive.ts';
import { isHopeless, isStopping, wordsOf } from './failure.ts';
import type { LayerJobs } from './layer-jobs.ts';
import { oneOfSeveral } from './one-of-several.ts';
import { HopelessJob, type Job, type JobQueue } from './queue.ts';
import type { ScanImageJob, ScanJobs } from './scan-jobs.ts';
import { scannedImage } from './scanned-image.ts';

/** A scan that was begun this often, and not once came to an end of any kind, would end every process that tries it. */
const DEADLY = 4;

type Programs = Uint8Array | undefined;

/** How a scan is followed and ended. */
export interface ScanCalls {
  readonly signal: AbortSignal;
  onStep(step: ScanStep): void;
  /** Told of each image that was put together, in the order of the reports. */
  onView?(view: ImageView): void;
  /** Has layers read that the cache has not. Absent: whoever scans reads them. */
  haveLayers?(layers: readonly AbsentLayer[]): Promise<void>;
}

export interface ScanWorkerOptions {
  readonly store: Pick<Store, 'images'>;
  readonly ecosystems: readonly Ecosystem[];
  readonly queue: JobQueue<ScanJobs>;
  /** Reads an image as the command line does, without judging vulnerabilities: the store does that. */
  readonly scan: (job: ScanImageJob, calls: ScanCalls) => Promise<readonly Report[]>;
  /** Absent: a scan reads all layers of its image. */
  readonly layers?: Pick<LayerJobs, 'have'>;
  readonly log: Logger;
  readonly onStep?: (image: string, step: ScanStep) => void;
  /** The image is done or has failed. */
  readonly onEnd?: (image: string) => void;
  readonly now?: () => Date;
}

/** Scans submitted images, each when its job comes. */
export class ScanWorker {
  readonly #options: ScanWorkerOptions;

  constructor(options: ScanWorkerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#options.queue.work('scan-image', (job) => this.#run(job));
  }

  async #run(job: Job<ScanImageJob>): Promise<void> {
    const { store, onEnd } = this.#options;
    const { image } = job.data;
    try {
      const state = (await store.images.find(image))?.state;
      // It was removed, or this job was done before its process could say so.
      if (state !== undefined && state !== 'done') await this.#scan(job);
    } catch (error) {
      await this.#failed(job, error);
      throw isHopeless(error) ? new HopelessJob(wordsOf(error), { cause: error }) : error;
    }
    onEnd?.(image);
  }

  async #scan({ data, signal }: Job<ScanImageJob>): Promise<void> {
    const { scan, layers, onStep } = this.#options;
    const { image } = data;
    const calls = { signal, onStep: (step: ScanStep) => onStep?.(image, step) };
    let isBegun = false;
    const begin = async (): Promise<void> => {
      await this.#begin(image);
      isBegun = true;
    };
    /** It is not the process that ended: nothing that counts against the image. */
    const pause = async (): Promise<void> => {
      if (isBegun) await this.#pause(image);
      isBegun = false;
    };
    await begin();
    try {
      const programs: Programs[] = [];
      const reports = await scan(data, {
        ...calls,
        onView: (view) => programs.push(writePrograms(view)),
        ...(layers !== undefined && {
          // Should reading one of them end the process, that is a matter of the layer.
          haveLayers: async (absent) => {
            await pause();
            await layers.have(absent, image, calls);
            await begin();
          },
        }),
      });
      if (reports.length === 0) throw new DrydockError('source.not-an-image', 'Nothing was found in the image.');
      await this.#keep(data, reports, programs);
    } catch (error) {
      await pause();
      throw error;
    }
  }

  async #begin(image: string): Promise<void> {
    if ((await this.#options.store.images.begin(image)) >= DEADLY) {
      throw new HopelessJob(
        'The process that scanned it ended in the middle of it, three times. Submit it again to try once more.',
      );
    }
  }

  async #pause(image: string): Promise<void> {
    const { store, log } = this.#options;
    await store.images.pause(image).catch((error: unknown) => {
      log.warn({ image, failure: wordsOf(error) }, 'that a scan came to no result could not be kept');
    });
  }

  /**
   * One source may hold several images: each is an image of its own. What an archive calls them is left to its report: two may be
   * called the same, or what something else is called.
   */
  async #keep(
    { image, reference }: ScanImageJob,
    [first, ...others]: readonly Report[],
    [own, ...theirs]: readonly Programs[],
  ): Promise<void> {
    const { store, ecosystems, now = () => new Date() } = this.#options;
    const nameOf = (place: number): string =>
      reference.startsWith(UPLOADED) ? nameAtPlace(reference, place) : reference;
    const all = { count: others.length + 1, nameOf };
    const made: string[] = [];
    for (const [index, other] of others.entries()) {
      const place = index + 2;
      const kept = scannedImage(oneOfSeveral(other, place, all), now(), ecosystems, theirs[index]);
      const name = { reference: nameOf(place), submitted: now(), idempotencyKey: `${image} ${place}` };
      const sibling = await store.images.finishBeside(image, name, kept);
      if (sibling === undefined) return await this.#discard(made);
      made.push(sibling);
    }
    if (first === undefined) return;
    const kept = scannedImage(oneOfSeveral(first, 1, all), now(), ecosystems, own);
    if (!(await store.images.finish(image, kept))) await this.#discard(made);
  }

  /** Whoever removed the image while it was scanned wants nothing of what its source holds. */
  async #discard(images: readonly string[]): Promise<void> {
    for (const image of images) await this.#options.store.images.remove(image);
  }

  async #failed(job: Job<ScanImageJob>, error: unknown): Promise<void> {
    const { store, log, onEnd, now = () => new Date() } = this.#options;
    const { image, reference } = job.data;
    const failure = wordsOf(error);
    log.warn({ image, reference, attempt: job.attempt, failure }, 'an image could not be scanned');
    // A process that stops is no fault of the image: the next one finds it unfinished.
    if (isStopping(job.signal) || (!job.isLast && !isHopeless(error))) return;
    try {
      await store.images.fail(image, failure, now());
    } catch (cause) {
      // It stays unfinished, and is found as such.
      log.warn({ image, failure: wordsOf(cause) }, 'that an image failed could not be kept');
    } finally {
      onEnd?.(image);
    }
  }
}
