import { randomUUID } from 'node:crypto';
import { backOff } from './back-off.ts';
import {
  type DeadJob,
  HopelessJob,
  type Job,
  type JobCounts,
  type JobPolicy,
  type JobQueue,
  QueueFullError,
} from './queue.ts';

export interface MemoryQueueOptions {
  /** Jobs of one kind that may wait. */
  readonly maximumQueued?: number;
  /** Dead jobs of one kind that are remembered; the oldest go. */
  readonly maximumDead?: number;
  /** Told of a fault of a handler's caller; jobs that fail are not one. */
  onError?(error: unknown): void;
}

const DEFAULT_QUEUED = 100_000;
const DEFAULT_DEAD = 1000;

interface Entry {
  readonly id: string;
  readonly key: string;
  readonly data: object;
  attempt: number;
}

interface Lane {
  readonly policy: JobPolicy;
  readonly ready: Entry[];
  readonly resting: Map<Entry, NodeJS.Timeout>;
  readonly active: Map<Entry, AbortController>;
  readonly keys: Set<string>;
  readonly dead: DeadJob[];
  handler?: (job: Job<object>) => Promise<void>;
}

/**
 * Jobs of one process, in its memory: what the embedded store needs. A process that ends forgets them; the service puts
 * them again from what the store says is unfinished.
 */
export class MemoryQueue<Kinds extends { readonly [kind: string]: object }> implements JobQueue<Kinds> {
  readonly #lanes: Map<string, Lane>;
  readonly #options: MemoryQueueOptions;
  readonly #idle: Set<() => void> = new Set();
  #stopped: boolean = false;

  constructor(policies: { readonly [K in keyof Kinds]: JobPolicy }, options: MemoryQueueOptions = {}) {
    this.#options = options;
    this.#lanes = new Map(
      Object.entries(policies).map(([kind, policy]) => [
        kind,
        { policy, ready: [], resting: new Map(), active: new Map(), keys: new Set(), dead: [] },
      ]),
    );
  }

  async put<K extends keyof Kinds & string>(kind: K, key: string, data: Kinds[K]): Promise<string | undefined> {
    const lane = this.#lane(kind);
    if (lane.keys.has(key)) return undefined;
    const maximum = this.#options.maximumQueued ?? DEFAULT_QUEUED;
    if (this.#stopped || lane.ready.length + lane.resting.size >= maximum) {
      throw new QueueFullError(this.#stopped ? 'the queue is stopping' : `${maximum} jobs are waiting already`);
    }
    return this.#add(kind, lane, { id: randomUUID(), key, data, attempt: 1 });
  }

  #add(kind: string, lane: Lane, entry: Entry): string {
    lane.keys.add(entry.key);
    lane.ready.push(entry);
    this.#startMore(kind, lane);
    return entry.id;
  }

  /** Takes a job back that waits. False: there is none of that key, or it is active. */
  withdraw(kind: keyof Kinds & string, key: string): boolean {
    const lane = this.#lane(kind);
    const place = lane.ready.findIndex((entry) => entry.key === key);
    if (place >= 0) lane.ready.splice(place, 1);
    const resting = [...lane.resting].find(([entry]) => entry.key === key);
    if (resting !== undefined) {
      clearTimeout(resting[1]);
      lane.resting.delete(resting[0]);
    }
    const isFound = place >= 0 || resting !== undefined;
    if (isFound) lane.keys.delete(key);
    return isFound;
  }

  async work<K extends keyof Kinds & string>(kind: K, handler: (job: Job<Kinds[K]>) => Promise<void>): Promise<void> {
    const lane = this.#lane(kind);
    lane.handler = handler as (job: Job<object>) => Promise<void>;
    this.#startMore(kind, lane);
  }

  async outstanding(kind: keyof Kinds & string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const lane = this.#lane(kind);
    return new Set(keys.filter((key) => lane.keys.has(key)));
  }

  async counts(kind: keyof Kinds & string): Promise<JobCounts> {
    const { ready, resting, active, dead } = this.#lane(kind);
    return { queued: ready.length + resting.size, active: active.size, dead: dead.length };
  }

  async dead(kind: keyof Kinds & string, limit: number, keys?: readonly string[]): Promise<readonly DeadJob[]> {
    const { dead } = this.#lane(kind);
    const chosen = keys === undefined ? dead : dead.filter(({ key }) => keys.includes(key));
    return chosen.toReversed().slice(0, limit);
  }

  async revive(kind: keyof Kinds & string, id: string): Promise<boolean> {
    const lane = this.#lane(kind);
    const place = lane.dead.findIndex((job) => job.id === id);
    const job = lane.dead[place];
    if (job === undefined) return false;
    lane.dead.splice(place, 1);
    if (!lane.keys.has(job.key)) this.#add(kind, lane, { id, key: job.key, data: job.data as object, attempt: 1 });
    return true;
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    for (const lane of this.#lanes.values()) {
      for (const timer of lane.resting.values()) clearTimeout(timer);
      lane.resting.clear();
    }
    if (!(await this.#becomesIdle(graceMs))) {
      for (const lane of this.#lanes.values()) {
        for (const controller of lane.active.values()) controller.abort(new Error('the process is stopping'));
      }
      await this.#becomesIdle(ABORT_GRACE);
    }
  }

  /** @returns whether nothing is active within the time */
  async #becomesIdle(milliseconds: number): Promise<boolean> {
    if (this.#activeCount() === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), milliseconds);
    const onIdle = (): void => resolve(true);
    this.#idle.add(onIdle);
    const idle = await promise;
    clearTimeout(timer);
    this.#idle.delete(onIdle);
    return idle;
  }

  #activeCount(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.active.size, 0);
  }

  #lane(kind: string): Lane {
    const lane = this.#lanes.get(kind);
    if (lane === undefined) throw new Error(`no jobs of the kind ${kind} were announced`);
    return lane;
  }

  #startMore(kind: string, lane: Lane): void {
    while (!this.#stopped && lane.handler !== undefined && lane.active.size < lane.policy.concurrency) {
      const entry = lane.ready.shift();
      if (entry === undefined) return;
      const controller = new AbortController();
      lane.active.set(entry, controller);
      this.#attempt(kind, lane, entry, controller, lane.handler).catch((error) => this.#options.onError?.(error));
    }
  }

  async #attempt(
    kind: string,
    lane: Lane,
    entry: Entry,
    controller: AbortController,
    handler: (job: Job<object>) => Promise<void>,
  ): Promise<void> {
    const { policy } = lane;
    const timer = setTimeout(
      () => controller.abort(new DOMException(`the job took more than ${policy.timeout} ms`, 'TimeoutError')),
      policy.timeout,
    );
    const isLast = entry.attempt >= policy.attempts;
    try {
      await handler({ ...entry, isLast, signal: controller.signal });
      lane.keys.delete(entry.key);
    } catch (error) {
      if (this.#stopped && controller.signal.aborted) lane.keys.delete(entry.key);
      else if (isLast || error instanceof HopelessJob) this.#bury(kind, lane, entry, error);
      else this.#rest(kind, lane, entry);
    } finally {
      clearTimeout(timer);
      lane.active.delete(entry);
      this.#startMore(kind, lane);
      if (this.#activeCount() === 0) for (const tell of this.#idle) tell();
    }
  }

  #rest(kind: string, lane: Lane, entry: Entry): void {
    if (this.#stopped) return void lane.keys.delete(entry.key);
    const wait = backOff(lane.policy, entry.attempt, Math.random());
    const timer = setTimeout(() => {
      lane.resting.delete(entry);
      entry.attempt++;
      lane.ready.push(entry);
      this.#startMore(kind, lane);
    }, wait);
    lane.resting.set(entry, timer);
  }

  #bury(kind: string, lane: Lane, { id, key, data, attempt }: Entry, error: unknown): void {
    lane.keys.delete(key);
    const failure = error instanceof Error ? error.message : String(error);
    lane.dead.push({ id, kind, key, data, failure, attempts: attempt, died: new Date() });
    if (lane.dead.length > (this.#options.maximumDead ?? DEFAULT_DEAD)) lane.dead.shift();
  }
}

/** How long an aborted job may take to notice. */
const ABORT_GRACE = 5000;
