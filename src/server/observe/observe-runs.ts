import { randomUUID } from 'node:crypto';
import { DrydockError } from '../../errors.ts';
import { isStopping, wordsOf } from '../../jobs/failure.ts';
import { MemoryQueue } from '../../jobs/memory-queue.ts';
import { type Job, type JobCounts, QueueFullError } from '../../jobs/queue.ts';
import { scannedImage } from '../../jobs/scanned-image.ts';
import { StepKeeper } from '../../jobs/step-keeper.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { writePrograms } from '../../runtime/topology/image-programs.ts';
import { eitherSignal } from '../../signals.ts';
import type { StoredImage } from '../../store/image-shelf.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../clock.ts';
import { keyOf, LOCK_TIME, lockOf, RENEW_EVERY } from '../image-scans.ts';
import type { ServiceLog } from '../service-log.ts';
import { EventHistory } from './event-history.ts';
import type { ImageRuns, RunOrder } from './image-runs.ts';
import { OBSERVED } from './observed-reference.ts';
import { RunEvents } from './run-events.ts';

/** Of one run with all that it proves. */
const MOST_TIME = 60 * 60_000;

/** Runs that came to an end and whose events are still known. */
const KEPT = 16;

export type RunState = 'queued' | 'running' | 'done' | 'failed';

/** A run, as this process knows it. */
export interface ObservedImageRun {
  /** Of the stored image that it becomes. */
  readonly id: string;
  readonly reference: string;
  /** Who asked for it. */
  readonly client: string;
  readonly submitted: Date;
  readonly state: RunState;
  readonly ended?: Date;
  readonly failure?: string;
  readonly history: EventHistory;
}

interface Run extends ObservedImageRun {
  readonly order: RunOrder;
  readonly cancelled: AbortController;
  state: RunState;
  ended?: Date;
  failure?: string;
}

interface ObserveJobs extends Readonly<Record<string, object>> {
  readonly observe: { readonly image: string };
}

export interface ObserveRunsOptions {
  readonly store: Pick<Store, 'images' | 'locks'>;
  readonly ecosystems: readonly Ecosystem[];
  readonly images: ImageRuns;
  /** Runs that go on at a time, and that wait. */
  readonly runs: number;
  readonly queue: number;
  readonly log: ServiceLog;
  readonly clock: Clock;
  /** Something new can be read of an image. */
  readonly onKept: (image: string) => void;
}

/**
 * Runs images for whoever asks, some at a time. Each is a stored image with a report like any other; a run happens once, in
 * the process that took it.
 */
export class ObserveRuns {
  readonly #options: ObserveRunsOptions;
  readonly #queue: MemoryQueue<ObserveJobs>;
  readonly #runs = new Map<string, Run>();
  readonly #owner = randomUUID();
  readonly #steps: StepKeeper;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: ObserveRunsOptions) {
    this.#options = options;
    const { store, runs, queue, log, onKept } = options;
    const policy = { attempts: 1, backOff: 0, maximumBackOff: 0, timeout: MOST_TIME, concurrency: runs };
    const onError = (error: unknown): void => log.error({ error }, 'images cannot be run');
    this.#queue = new MemoryQueue<ObserveJobs>({ observe: policy }, { maximumQueued: queue, onError });
    this.#steps = new StepKeeper({ images: store.images, log, onKept });
  }

  /** What there is to choose from. */
  get images(): ImageRuns {
    return this.#options.images;
  }

  async start(): Promise<void> {
    await this.#queue.work('observe', (job) => this.#work(job));
    this.#loop = this.#background();
  }

  /** Ends all runs, and waits a moment until what was made for them is removed. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the service is stopping'));
    for (const { cancelled } of this.#runs.values()) cancelled.abort(stopped());
    await this.#queue.stop(0);
    for (const run of this.#runs.values()) await this.#end(run, 'failed', stopped().message);
    this.#steps.stop();
    await this.#loop;
  }

  /**
   * Takes an image.
   * @param idempotency key that the client chose; the second submission with it is the first one
   * @throws DrydockError `service.busy`, `service.key-reused`
   */
  async submit(order: RunOrder, client: string, idempotency?: string): Promise<ObservedImageRun> {
    const { store } = this.#options;
    const key = idempotency === undefined ? undefined : keyOf(`${OBSERVED}${client}`, idempotency);
    const reference = `${OBSERVED}${order.reference}`;
    const now = this.#now();
    const image = await store.images.submit(reference, now, key);
    const known = this.#runs.get(image.id);
    if (image.reference !== reference) {
      throw new DrydockError('service.key-reused', 'The idempotency key was used for another image.');
    }
    if (known !== undefined) return known;
    const isNew = image.state === 'queued' && image.submitted.getTime() === now.getTime();
    if (!isNew) return runOf(image);
    const run: Run = {
      ...{ id: image.id, reference: order.reference, client, submitted: image.submitted, state: 'queued', order },
      ...{ history: new EventHistory(), cancelled: new AbortController() },
    };
    this.#runs.set(run.id, run);
    this.#tell(run);
    try {
      await store.locks.take(lockOf(run.id), this.#owner, LOCK_TIME);
      await this.#queue.put('observe', run.id, { image: run.id });
    } catch (error) {
      this.#runs.delete(run.id);
      run.history.end('end', shownRun(run));
      await this.#release(run);
      await store.images.remove(run.id);
      if (!(error instanceof QueueFullError)) throw error;
      throw new DrydockError('service.busy', 'As many images wait to be run as the service takes. Try again later.', {
        cause: error,
      });
    }
    return run;
  }

  /** A run that this process took, or the record of one that ended or is of another process. */
  async find(id: string): Promise<ObservedImageRun | undefined> {
    const run = this.#runs.get(id);
    if (run !== undefined) return run;
    const image = await this.#options.store.images.find(id);
    return image?.reference.startsWith(OBSERVED) === true ? runOf(image) : undefined;
  }

  /** Those of this process that wait, go on, or ended lately, the newest first. */
  list(): readonly ObservedImageRun[] {
    return [...this.#runs.values()].reverse();
  }

  /** Whether it waits or goes on here. */
  holds(image: string): boolean {
    const run = this.#runs.get(image);
    return run !== undefined && run.ended === undefined;
  }

  /**
   * Ends a run that waits or goes on here; what was made for it is removed.
   * @param by who wants that, for others to read
   * @returns false: there is none
   */
  async cancel(id: string, by: string): Promise<boolean> {
    const run = this.#runs.get(id);
    if (run === undefined || run.ended !== undefined) return false;
    run.cancelled.abort(new DrydockError('interrupted', `It was cancelled by ${by}.`));
    if (this.#queue.withdraw('observe', id)) await this.#end(run, 'failed', wordsOf(run.cancelled.signal.reason));
    return true;
  }

  async counts(): Promise<JobCounts> {
    return await this.#queue.counts('observe');
  }

  async #work({ key, signal }: Job<ObserveJobs['observe']>): Promise<void> {
    const run = this.#runs.get(key);
    if (run === undefined || run.ended !== undefined) return;
    const { store, images, ecosystems, log } = this.#options;
    const events = new RunEvents(run.history, () => this.#options.clock.now());
    const during = eitherSignal([signal, run.cancelled.signal]);
    try {
      during.throwIfAborted();
      await store.images.begin(run.id);
      run.state = 'running';
      this.#tell(run);
      log.info({ image: run.id, reference: run.reference, client: run.client }, 'an image is run');
      let programs: Uint8Array | undefined;
      const report = await images.run(run.order, {
        signal: during,
        onView: (view) => {
          programs = writePrograms(view);
        },
        onStep: (step) => {
          events.step(step);
          this.#steps.tell(run.id, step);
        },
        events: (event) => events.take(event),
      });
      during.throwIfAborted();
      await store.images.finish(run.id, scannedImage(report, this.#now(), ecosystems, programs));
      await this.#end(run, 'done');
    } catch (error) {
      const why = during.aborted ? this.#whyAborted(signal, run) : wordsOf(error);
      log.warn({ image: run.id, reference: run.reference, failure: why }, 'an image could not be run');
      await this.#end(run, 'failed', why);
    }
  }

  #whyAborted(signal: AbortSignal, run: Run): string {
    if (run.cancelled.signal.aborted) return wordsOf(run.cancelled.signal.reason);
    return isStopping(signal) ? stopped().message : `It took more than ${MOST_TIME / 60_000} minutes.`;
  }

  async #end(run: Run, state: 'done' | 'failed', failure?: string): Promise<void> {
    if (run.ended !== undefined) return;
    const { store, log, onKept } = this.#options;
    run.state = state;
    run.ended = this.#now();
    if (failure !== undefined) run.failure = failure.slice(0, 4000);
    this.#steps.end(run.id);
    if (run.failure !== undefined) {
      // What cannot be kept now is found by the next process: it stays unfinished.
      await store.images
        .fail(run.id, run.failure, run.ended)
        .catch((error: unknown) => log.warn({ image: run.id, error }, 'that a run failed could not be kept'));
    }
    await this.#release(run);
    run.history.end('end', shownRun(run));
    onKept(run.id);
    const over = [...this.#runs.values()].filter(({ ended }) => ended !== undefined);
    for (const { id } of over.slice(0, -KEPT)) this.#runs.delete(id);
  }

  #tell(run: Run): void {
    run.history.add('state', shownRun(run));
  }

  async #release({ id }: Run): Promise<void> {
    // A lock that cannot be given back ends by itself.
    await this.#options.store.locks.release(lockOf(id), this.#owner).catch(() => {});
  }

  async #background(): Promise<void> {
    const { images, store, log, clock } = this.#options;
    const { signal } = this.#stopping;
    try {
      const removed = await images.clean(signal);
      if (removed > 0) log.info({ removed }, 'what earlier runs left was removed');
    } catch (error) {
      if (!signal.aborted) log.warn({ error }, 'whether earlier runs left something cannot be told');
    }
    while (!signal.aborted) {
      await clock.sleep(RENEW_EVERY, signal);
      for (const { id, ended } of this.#runs.values()) {
        if (ended !== undefined || signal.aborted) continue;
        await store.locks
          .take(lockOf(id), this.#owner, LOCK_TIME, true)
          .catch((error: unknown) => log.warn({ error }, 'the database does not answer'));
      }
    }
  }

  #now(): Date {
    return new Date(this.#options.clock.now());
  }
}

function stopped(): DrydockError {
  return new DrydockError('interrupted', 'The service was stopped before it came to an end. Submit it again.');
}

/** What the store knows of a run that this process does not. */
function runOf({ id, reference, state, submitted, scanned, failure }: StoredImage): ObservedImageRun {
  return {
    ...{ id, reference: reference.slice(OBSERVED.length), client: '', submitted },
    state: state === 'scanning' ? 'running' : state,
    ...(scanned !== undefined && { ended: scanned }),
    ...(failure !== undefined && { failure }),
    history: new EventHistory(),
  };
}

/** A run as it is shown to those who may see it. */
export function shownRun({ id, reference, client, state, submitted, ended, failure }: ObservedImageRun) {
  return {
    ...{ id, reference, state },
    ...(client !== '' && { client }),
    submitted: submitted.toISOString(),
    ...(ended !== undefined && { ended: ended.toISOString() }),
    ...(failure !== undefined && { failure }),
  };
}
