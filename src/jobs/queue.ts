/** What the jobs of one kind have in common. */
export interface JobPolicy {
  /** How often a job is tried before it is given up. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; each further one waits twice as long, with some chance in it. */
  readonly backOff: number;
  readonly maximumBackOff: number;
  /** Milliseconds that one attempt may take; its signal fires then, and it counts as failed. */
  readonly timeout: number;
  /** Jobs of this kind that one process works on at a time. */
  readonly concurrency: number;
}

/** A job in the hands of a worker. */
export interface Job<Data> {
  readonly id: string;
  readonly key: string;
  readonly data: Data;
  /** From 1. */
  readonly attempt: number;
  /** No other attempt follows if this one fails. */
  readonly isLast: boolean;
  /** Fires when the attempt takes too long, and when the process stops and does not want to wait any longer. */
  readonly signal: AbortSignal;
}

/** A job that was given up. */
export interface DeadJob {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly data: unknown;
  /** Why, in the words of its last attempt. */
  readonly failure: string;
  readonly attempts: number;
  readonly died: Date;
}

export interface JobCounts {
  /** Ready or waiting for their next attempt. */
  readonly queued: number;
  readonly active: number;
  readonly dead: number;
}

/** Thrown by a worker for what no further attempt can mend: the job is given up at once. */
export class HopelessJob extends Error {
  override readonly name = 'HopelessJob';
}

/** More jobs wait than the queue takes. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

/**
 * Work that is done later, each job at least once. `Kinds` maps the kinds of jobs to their data, which is plain JSON.
 * Both adapters pass the same conformance suite (conformance.ts).
 */
export interface JobQueue<Kinds extends { readonly [kind: string]: object }> {
  /**
   * Adds a job. One with a key that is queued or active already is that job.
   * @returns its id, or undefined where there was one
   * @throws QueueFullError
   */
  put<K extends keyof Kinds & string>(kind: K, key: string, data: Kinds[K]): Promise<string | undefined>;
  /** Begins to work on jobs of a kind. The handler throws when an attempt fails. */
  work<K extends keyof Kinds & string>(kind: K, handler: (job: Job<Kinds[K]>) => Promise<void>): Promise<void>;
  /** Which of the keys are queued or active. */
  outstanding(kind: keyof Kinds & string, keys: readonly string[]): Promise<ReadonlySet<string>>;
  counts(kind: keyof Kinds & string): Promise<JobCounts>;
  /**
   * Jobs that were given up, the last one first.
   * @param keys only those with one of them
   */
  dead(kind: keyof Kinds & string, limit: number, keys?: readonly string[]): Promise<readonly DeadJob[]>;
  /** Tries a dead job again, from the first attempt. False: there is none of that id. */
  revive(kind: keyof Kinds & string, id: string): Promise<boolean>;
  /**
   * Takes no more jobs, waits for the active ones, at most so many milliseconds, and aborts the rest: they are found
   * again by the next process (of PostgreSQL), or by whoever put them (in process).
   */
  stop(graceMs: number): Promise<void>;
}
