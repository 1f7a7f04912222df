import type { DatabaseOptions, PgBoss, WorkHandlerFor, WorkOptions } from 'pg-boss';
import { readConnectionString } from '../store/postgres/connection-settings.ts';
import { explainPostgres } from '../store/postgres/postgres-errors.ts';
import {
  type DeadJob,
  HopelessJob,
  type Job,
  type JobCounts,
  type JobPolicy,
  type JobQueue,
  QueueFullError,
} from './queue.ts';

export interface PostgresQueueOptions {
  /** `postgres://...`, or `host=... dbname=...` */
  readonly url: string;
  /** Where pg-boss has its tables. */
  readonly schema?: string;
  /** Jobs of one kind that may wait. */
  readonly maximumQueued?: number;
  /** Seconds between two looks for new jobs; half a second at least. */
  readonly pollSeconds?: number;
  /** Told when the database cannot be asked; pg-boss goes on by itself. */
  onError?(error: Error): void;
}

const DEFAULT_SCHEMA = 'drydock_jobs';
const DEFAULT_QUEUED = 1_000_000;
/** A job whose worker was killed is taken up again after so long, and the time until somebody looks. */
const HEARTBEAT_SECONDS = 15;
const LOOK_EVERY_SECONDS = 5;
/** pg-boss ends an attempt itself, should its signal be ignored. */
const EXPIRY_GRACE_SECONDS = 30;

/** Jobs in PostgreSQL, by pg-boss: shared by all processes of one database, and there after each of them was killed. */
export class PostgresQueue<Kinds extends { readonly [kind: string]: object }> implements JobQueue<Kinds> {
  readonly #boss: PgBoss;
  readonly #policies: ReadonlyMap<string, JobPolicy>;
  readonly #options: PostgresQueueOptions;
  readonly #schema: string;
  readonly #active: Set<AbortController> = new Set();
  /** Names that pg-boss has for the workers of this process, by kind. */
  readonly #workers: Map<string, readonly string[]> = new Map();

  private constructor(boss: PgBoss, policies: ReadonlyMap<string, JobPolicy>, options: PostgresQueueOptions) {
    this.#boss = boss;
    this.#policies = policies;
    this.#options = options;
    this.#schema = options.schema ?? DEFAULT_SCHEMA;
  }

  /** Connects, and makes or migrates the tables of pg-boss. */
  static async open<Kinds extends { readonly [kind: string]: object }>(
    policies: { readonly [K in keyof Kinds]: JobPolicy },
    options: PostgresQueueOptions,
  ): Promise<PostgresQueue<Kinds>> {
    const { PgBoss } = await import('pg-boss');
    const { session: _, ...connection } = readConnectionString(options.url);
    const boss = new PgBoss({
      ...(connection as DatabaseOptions),
      schema: options.schema ?? DEFAULT_SCHEMA,
      application_name: 'drydock-jobs',
      superviseIntervalSeconds: LOOK_EVERY_SECONDS,
      monitorIntervalSeconds: LOOK_EVERY_SECONDS,
      openTelemetry: { enabled: false },
      schedule: false,
    });
    // Without somebody who listens, a lost connection would end the process.
    boss.on('error', (error) => options.onError?.(error));
    await boss.start();
    const known = new Map(Object.entries(policies));
    try {
      for (const [kind, policy] of known) {
        await boss.createQueue(kind, { policy: 'exclusive' });
        await boss.updateQueue(kind, queueOptions(policy));
      }
    } catch (error) {
      await boss.stop({ graceful: false });
      throw error;
    }
    return new PostgresQueue<Kinds>(boss, known, options);
  }

  async put<K extends keyof Kinds & string>(kind: K, key: string, data: Kinds[K]): Promise<string | undefined> {
    const maximum = this.#options.maximumQueued ?? DEFAULT_QUEUED;
    if (!(await this.#hasRoom(kind, maximum))) throw new QueueFullError(`${maximum} jobs are waiting already`);
    const id = await explained(this.#boss.send(kind, data, { singletonKey: key }));
    // Those of other processes find it at their next look.
    if (id !== null) for (const worker of this.#workers.get(kind) ?? []) this.#boss.notifyWorker(worker);
    return id ?? undefined;
  }

  /** Counts no further than it must. */
  async #hasRoom(kind: string, maximum: number): Promise<boolean> {
    const [row] = await this.#sql<{ full: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM ${this.#schema}.job WHERE name = $1 AND state < 'active' OFFSET ${maximum - 1}) AS full`,
      [kind],
    );
    return row?.full !== true;
  }

  async work<K extends keyof Kinds & string>(kind: K, handler: (job: Job<Kinds[K]>) => Promise<void>): Promise<void> {
    const policy = this.#policyOf(kind);
    const options = {
      includeMetadata: true,
      perJobResults: true,
      pollingIntervalSeconds: this.#options.pollSeconds ?? 1,
    } as const satisfies WorkOptions;
    const run: WorkHandlerFor<typeof options, Kinds[K], unknown> = async (jobs) => {
      const results: { id: string; status: 'completed' | 'failed' | 'deadletter'; output?: { message: string } }[] = [];
      for (const { id, singletonKey, data, retryCount, retryLimit, signal } of jobs) {
        const attempt = {
          id,
          key: singletonKey ?? '',
          data,
          attempt: retryCount + 1,
          isLast: retryCount >= retryLimit,
        };
        try {
          await this.#attempt(policy, signal, (own) => handler({ ...attempt, signal: own }));
          results.push({ id, status: 'completed' });
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          results.push({ id, status: error instanceof HopelessJob ? 'deadletter' : 'failed', output: { message } });
        }
      }
      return results;
    };
    // One by one: pg-boss wakes workers by their names, and would tell that of the first alone.
    const workers: string[] = [];
    for (let n = 0; n < policy.concurrency; n++) {
      workers.push(await this.#boss.work<Kinds[K], unknown, typeof options>(kind, options, run));
    }
    this.#workers.set(kind, workers);
  }

  async #attempt(policy: JobPolicy, outer: AbortSignal, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    const forward = (): void => controller.abort(outer.reason);
    outer.addEventListener('abort', forward, { once: true });
    const timer = setTimeout(
      () => controller.abort(new DOMException(`the job took more than ${policy.timeout} ms`, 'TimeoutError')),
      policy.timeout,
    );
    this.#active.add(controller);
    try {
      await run(controller.signal);
    } finally {
      clearTimeout(timer);
      outer.removeEventListener('abort', forward);
      this.#active.delete(controller);
    }
  }

  async outstanding(kind: keyof Kinds & string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#sql<{ key: string }>(
      `SELECT DISTINCT singleton_key AS key FROM ${this.#schema}.job
       WHERE name = $1 AND state <= 'active' AND singleton_key = ANY($2::text[])`,
      [kind, keys],
    );
    return new Set(rows.map(({ key }) => key));
  }

  async counts(kind: keyof Kinds & string): Promise<JobCounts> {
    const [row] = await this.#sql<{ queued: number; active: number; dead: number }>(
      `SELECT count(*) FILTER (WHERE state < 'active')::int AS queued, count(*) FILTER (WHERE state = 'active')::int AS active,
         count(*) FILTER (WHERE state = 'failed')::int AS dead
       FROM ${this.#schema}.job WHERE name = $1`,
      [kind],
    );
    return row ?? { queued: 0, active: 0, dead: 0 };
  }

  async dead(kind: keyof Kinds & string, limit: number, keys?: readonly string[]): Promise<readonly DeadJob[]> {
    const rows = await this.#sql<{
      id: string;
      key: string | null;
      data: unknown;
      output: { message?: string } | null;
      retries: number;
      died: Date;
    }>(
      `SELECT id, singleton_key AS key, data, output, retry_count AS retries, completed_on AS died FROM ${this.#schema}.job
       WHERE name = $1 AND state = 'failed' AND ($3::text[] IS NULL OR singleton_key = ANY($3::text[]))
       ORDER BY completed_on DESC LIMIT $2`,
      [kind, limit, keys ?? null],
    );
    return rows.map(({ id, key, data, output, retries, died }) => ({
      id,
      kind,
      key: key ?? '',
      data,
      failure: output?.message ?? 'its worker disappeared',
      attempts: retries + 1,
      died,
    }));
  }

  async revive(kind: keyof Kinds & string, id: string): Promise<boolean> {
    if (!/^[0-9a-f-]{36}$/.test(id)) return false;
    const [job] = await this.#sql<{ key: string; data: object }>(
      `SELECT singleton_key AS key, data FROM ${this.#schema}.job WHERE name = $1 AND id = $2 AND state = 'failed'`,
      [kind, id],
    );
    if (job === undefined) return false;
    // What pg-boss calls a retry would be one more attempt, not a new beginning.
    await this.#boss.deleteJob(kind, id);
    await this.#boss.send(kind, job.data, { singletonKey: job.key, id });
    return true;
  }

  async stop(graceMs: number): Promise<void> {
    const timer = setTimeout(() => {
      for (const controller of this.#active) controller.abort(new Error('the process is stopping'));
    }, graceMs);
    try {
      await this.#boss.stop({ graceful: true, timeout: graceMs + ABORT_GRACE });
    } finally {
      clearTimeout(timer);
    }
  }

  #policyOf(kind: string): JobPolicy {
    const policy = this.#policies.get(kind);
    if (policy === undefined) throw new Error(`no jobs of the kind ${kind} were announced`);
    return policy;
  }

  async #sql<T>(text: string, values: unknown[]): Promise<T[]> {
    const { rows } = await explained(this.#boss.getDb().executeSql(text, values));
    return rows as T[];
  }
}

/** Milliseconds that aborted jobs may take to notice. */
const ABORT_GRACE = 5000;

function queueOptions(policy: JobPolicy) {
  return {
    retryLimit: policy.attempts - 1,
    retryDelay: Math.max(1, Math.round(policy.backOff / 1000)),
    retryBackoff: true,
    retryDelayMax: Math.max(1, Math.round(policy.maximumBackOff / 1000)),
    expireInSeconds: Math.ceil(policy.timeout / 1000) + EXPIRY_GRACE_SECONDS,
    heartbeatSeconds: HEARTBEAT_SECONDS,
  };
}

/** What went wrong, in the words of the store: it may be a bad moment. */
async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explainPostgres(error, 'of the jobs');
  }
}
