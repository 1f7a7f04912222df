import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log.ts';
import type { AbsentLayer } from '../reading/single-layers.ts';
import type { ScanStep } from '../store/image-shelf.ts';
import { isHopeless, wordsOf } from './failure.ts';
import { HopelessJob, type Job, type JobQueue } from './queue.ts';
import type { ReadLayerJob, ScanJobs } from './scan-jobs.ts';

export interface LayerJobsOptions {
  readonly queue: JobQueue<ScanJobs>;
  /** Reads a layer into the cache that all workers of the queue share. */
  readonly read: (layer: ReadLayerJob, signal: AbortSignal) => Promise<void>;
  readonly log: Logger;
  /** Milliseconds that a scan waits for layers, at most. */
  readonly patience?: number;
}

/** A little more than an attempt may take. */
const PATIENCE = 12 * 60_000;

/** Milliseconds between two looks whether layers are there. */
const FIRST_PAUSE = 10;
const MOST_PAUSE = 500;

/**
 * One job for each layer, however many images have it: whoever scans one of them waits for it. A scan reads by itself
 * what no job brought, so that it never depends on one.
 */
export class LayerJobs {
  readonly #options: LayerJobsOptions;

  constructor(options: LayerJobsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#options.queue.work('read-layer', (job) => this.#run(job));
  }

  /**
   * Has layers read, and waits until nobody is about to read one of them any more, or for as long as its patience lasts.
   * Never fails but for the signal.
   * @param image that is in want of them
   */
  async have(
    layers: readonly AbsentLayer[],
    image: string,
    { signal, onStep }: { readonly signal: AbortSignal; onStep(step: ScanStep): void },
  ): Promise<void> {
    const { log, patience = PATIENCE } = this.#options;
    const until = performance.now() + patience;
    try {
      let waiting = await this.#put(layers, image);
      for (let pause = FIRST_PAUSE; waiting.length > 0; pause = Math.min(pause * 1.5, MOST_PAUSE)) {
        if (performance.now() >= until) {
          log.warn({ image, layers: waiting }, 'layers that were waited for in vain are read by the scan');
          return;
        }
        onStep({
          step: 'waiting for layers',
          done: layers.length - waiting.length,
          total: layers.length,
          unit: 'layers',
        });
        await sleep(pause, undefined, { signal });
        waiting = [...(await this.#options.queue.outstanding('read-layer', waiting))];
      }
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ image, failure: wordsOf(error) }, 'layers have no jobs of their own, and are read by the scan');
    }
  }

  /** @returns keys of the jobs, those that there were included */
  async #put(layers: readonly AbsentLayer[], image: string): Promise<string[]> {
    const { queue } = this.#options;
    const keys = layers.map(({ key }) => key);
    // It might end one process after the other: until somebody revives it, or it is forgotten, it is not tried again.
    const dead = new Set((await queue.dead('read-layer', keys.length, keys)).map(({ key }) => key));
    const wanted = layers.filter(({ key }) => !dead.has(key));
    const put = wanted.map(({ key, ...layer }) => queue.put('read-layer', key, { image, ...layer }));
    for (const result of await Promise.allSettled(put)) if (result.status === 'rejected') throw result.reason;
    return wanted.map(({ key }) => key);
  }

  async #run({ data, attempt, signal }: Job<ReadLayerJob>): Promise<void> {
    const { read, log } = this.#options;
    try {
      await read(data, signal);
      // What time cut short is no error of the reading.
      signal.throwIfAborted();
    } catch (error) {
      const { reference, digest } = data;
      const failure = wordsOf(error);
      log.warn({ reference, layer: digest, attempt, failure }, 'a layer could not be read');
      throw isHopeless(error) ? new HopelessJob(failure, { cause: error }) : error;
    }
  }
}
