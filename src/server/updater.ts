import { randomUUID } from 'node:crypto';
import type { UpdateSummary } from '../advisories/update.ts';
import type { AdvisoryStatus } from '../model/advisory.ts';
import { eitherSignal } from '../signals.ts';
import type { Store } from '../store/store.ts';
import { type TakeOverSource, takeOver } from '../store/take-over.ts';
import type { Clock } from './clock.ts';
import type { Metrics } from './metrics.ts';
import type { ServiceLog } from './service-log.ts';
import { untilUpdate } from './updater-schedule.ts';
import {
  isUpdateRequested,
  LAST_KEY,
  lastRequest,
  oldestData,
  readUpdaterState,
  type UpdatedFeed,
  type UpdaterState,
  writeUpdaterState,
} from './updater-state.ts';

/** The advisory database of this machine, as the updater uses it. */
export interface LocalAdvisories {
  /** Names of the feeds that the service wants. */
  readonly feeds: readonly string[];
  /** Fetches what the publishers changed; absent: no network is allowed, and somebody else fills the database. */
  readonly fetch?: (signal: AbortSignal) => Promise<UpdateSummary>;
  open(): Promise<LocalDatabase>;
}

interface LocalDatabase extends TakeOverSource {
  status(): AdvisoryStatus;
  close(): void;
}

export interface UpdaterOptions {
  readonly store: Pick<Store, 'locks' | 'values' | 'advisories'>;
  readonly advisories: LocalAdvisories;
  /** Milliseconds from the end of one update to the next. */
  readonly interval: number;
  readonly clock: Clock;
  readonly log: ServiceLog;
  readonly metrics?: Pick<Metrics, 'observeUpdate' | 'countUpdaterError'>;
  /** 0 to 1. */
  readonly random?: () => number;
}

const MINUTE = 60_000;

/** As Clair has them: the lock of a process that was killed ends by itself. */
const LOCK = 'updater';
const LOCK_TIME = 10 * MINUTE;
const RENEW_EVERY = 8 * MINUTE;

/** How often the schedule is looked at: another process may have updated, or the clock may have been set. */
const LOOK_EVERY = MINUTE;

/** What goes into the log and the state of one feed's notes. */
const MOST_NOTES = 20;

/**
 * Keeps the advisories of the store up to date: fetches into the advisory database of this machine, then takes over what
 * changed, in one transaction. One of many processes does it at a time. What cannot be fetched leaves what there was.
 */
export class Updater {
  readonly #options: UpdaterOptions;
  readonly #owner = randomUUID();
  readonly #stopping = new AbortController();
  readonly #random: () => number;
  #chance: number;
  #failures = 0;
  #failedAt: number | undefined;
  /** Without a network an update makes no data younger, and another process may have another clock. */
  #lookedAt: number | undefined;
  #phase: 'waiting' | 'updating' | 'elsewhere' = 'waiting';
  #running: Promise<void> | undefined;
  #nap = new AbortController();

  constructor(options: UpdaterOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#chance = this.#random();
  }

  /** What this process is doing about updates. */
  get phase(): 'waiting' | 'updating' | 'elsewhere' {
    return this.#phase;
  }

  start(): void {
    this.#running ??= this.#loop();
  }

  /** Looks at once whether there is something to do: somebody asked for an update. */
  wake(): void {
    this.#nap.abort();
  }

  /** Abandons what is going on: nothing of it is kept. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the service is stopping'));
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let wait = LOOK_EVERY;
      try {
        wait = await this.#untilDue();
        if (wait <= 0) wait = await this.#attempt(signal);
      } catch (error) {
        if (signal.aborted) return;
        log.error({ error }, 'the updater cannot use the database; it tries again in a minute');
        wait = LOOK_EVERY;
      }
      if (wait > 0) await clock.sleep(Math.min(wait, LOOK_EVERY), eitherSignal([signal, this.#nap.signal]));
      if (this.#nap.signal.aborted) this.#nap = new AbortController();
    }
  }

  async #untilDue(): Promise<number> {
    const { store, interval, clock } = this.#options;
    if (await isUpdateRequested(store.values)) return 0;
    const text = await store.values.get(LAST_KEY);
    const last = text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) * 1000 : undefined;
    const history = {
      failures: this.#failures,
      chance: this.#chance,
      ...(last !== undefined && { last }),
      ...(this.#lookedAt !== undefined && { looked: this.#lookedAt }),
      ...(this.#failedAt !== undefined && { failedAt: this.#failedAt }),
    };
    return untilUpdate(history, interval, clock.now());
  }

  /** @returns milliseconds to wait before the next look */
  async #attempt(stopping: AbortSignal): Promise<number> {
    const { store, clock, log } = this.#options;
    const until = await store.locks.take(LOCK, this.#owner, LOCK_TIME);
    if (until === undefined) {
      const holder = await store.locks.find(LOCK);
      if (this.#phase !== 'elsewhere') log.info({ until: holder?.until }, 'another process updates the advisories');
      this.#phase = 'elsewhere';
      return Math.max(1000, (holder?.until.getTime() ?? 0) - clock.now());
    }
    const run = new AbortController();
    const signal = eitherSignal([stopping, run.signal]);
    const renewing = this.#renew(run, signal);
    try {
      // Whoever had the lock until now may have done it all.
      if ((await this.#untilDue()) > 0) return 0;
      this.#phase = 'updating';
      await this.#update(signal);
    } finally {
      this.#phase = 'waiting';
      run.abort(new Error('the update is over'));
      await renewing;
      // Where the database went away the lock ends by itself.
      await store.locks.release(LOCK, this.#owner).catch(() => {});
    }
    return 0;
  }

  /** Keeps the lock; a run that lost it must not go on, since another process has begun. */
  async #renew(run: AbortController, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#options;
    for (;;) {
      await clock.sleep(RENEW_EVERY, signal);
      if (signal.aborted) return;
      const until = await store.locks.take(LOCK, this.#owner, LOCK_TIME, true).catch(() => undefined);
      if (until === undefined) return run.abort(new Error('the lock of the update was lost'));
    }
  }

  async #update(signal: AbortSignal): Promise<void> {
    const { store, clock, log, metrics, advisories } = this.#options;
    const started = clock.now();
    const request = await lastRequest(store.values);
    log.info({ feeds: advisories.feeds, offline: advisories.fetch === undefined }, 'updating advisories');
    const problems: string[] = [];
    let summary: UpdateSummary | undefined;
    let status: AdvisoryStatus | undefined;
    try {
      summary = await advisories.fetch?.(signal);
      signal.throwIfAborted();
      status = await this.#takeOver(problems, signal);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      problems.push(error instanceof Error ? error.message : String(error));
    }
    const kept = advisories.feeds.map((name) => describeFeed(name, summary, status));
    const unkept = await this.#unkept(status);
    const feeds = [...kept, ...unkept];
    const complete = problems.length === 0 && feeds.every((feed) => feed.status !== 'failed');
    const ended = clock.now();
    const state: UpdaterState = {
      started: new Date(started).toISOString(),
      seconds: Math.max(0, ended - started) / 1000,
      complete,
      feeds,
      problems,
      ...(request !== undefined && { request }),
    };
    this.#chance = this.#random();
    this.#failures = complete ? 0 : this.#failures + 1;
    this.#failedAt = complete ? undefined : ended;
    this.#tell(state);
    metrics?.observeUpdate({ seconds: state.seconds, notes: feeds.reduce((sum, { notes }) => sum + notes.count, 0) });
    if (!complete) metrics?.countUpdaterError();
    await writeUpdaterState(store.values, await this.#withKnown(state));
    if (!complete) return;
    this.#lookedAt = ended;
    // What nobody keeps does not get younger by an update.
    const oldest = oldestData({ feeds: kept });
    const upTo = advisories.fetch === undefined ? timeOf(oldest) : ended;
    // Data of a machine whose clock was ahead.
    if (upTo !== undefined) await store.values.set(LAST_KEY, String(Math.floor(Math.min(upTo, ended) / 1000)));
  }

  /** Takes what the database of this machine has, unless that is less than what the store has. */
  async #takeOver(problems: string[], signal: AbortSignal): Promise<AdvisoryStatus> {
    const { store, log, advisories } = this.#options;
    const database = await advisories.open();
    try {
      const status = database.status();
      const known = await readUpdaterState(store.values);
      const older = known?.feeds.filter(({ name, updatedAt }) => {
        if (!this.#isCredible(updatedAt) || !advisories.feeds.includes(name)) return false;
        const own = status.feeds.find((feed) => feed.name === name)?.updatedAt;
        return own === undefined || Date.parse(own) < Date.parse(updatedAt);
      });
      if (older !== undefined && older.length > 0) {
        problems.push(
          `the advisory database of this machine is older than what another one put into the service (${older.map(({ name }) => name).join(', ')}), so nothing was taken over`,
        );
        return status;
      }
      const result = await takeOver(abortable(database, signal), store);
      if (result !== undefined) log.info({ ...result, generation: status.generation }, 'advisories taken over');
      return status;
    } finally {
      database.close();
    }
  }

  /** Feeds that judge images although this service is not to keep them: it was, before its configuration was changed. */
  async #unkept(status: AdvisoryStatus | undefined): Promise<UpdatedFeed[]> {
    const { store, advisories } = this.#options;
    const used = await store.advisories.feeds();
    const known = (await readUpdaterState(store.values))?.feeds ?? [];
    return used
      .filter((name) => !advisories.feeds.includes(name))
      .map((name) => {
        const before = known.find((feed) => feed.name === name);
        const { updatedAt = before?.updatedAt, ...described } = describeFeed(name, undefined, status);
        return {
          ...described,
          ...(updatedAt !== undefined && { updatedAt }),
          status: 'unkept',
          records: described.records > 0 ? described.records : (before?.records ?? 0),
          ...(before?.enriches === true && { enriches: true }),
        };
      });
  }

  /** A run that learned nothing of a feed does not make forget what an earlier one, maybe elsewhere, knew. */
  async #withKnown(state: UpdaterState): Promise<UpdaterState> {
    const known = await readUpdaterState(this.#options.store.values);
    const feeds = state.feeds.map((feed) => {
      const before = known?.feeds.find(({ name }) => name === feed.name);
      if (before === undefined || !this.#isCredible(before.updatedAt)) return feed;
      const isOlder = feed.updatedAt === undefined || Date.parse(feed.updatedAt) < Date.parse(before.updatedAt);
      return isOlder ? { ...feed, updatedAt: before.updatedAt, records: before.records } : feed;
    });
    return { ...state, feeds };
  }

  /** A time of a clock that was ahead would make all that comes look old until then. */
  #isCredible(updatedAt: string | undefined): updatedAt is string {
    return updatedAt !== undefined && Date.parse(updatedAt) <= this.#options.clock.now();
  }

  #tell(state: UpdaterState): void {
    const { log } = this.#options;
    for (const { name, notes } of state.feeds) {
      if (notes.count > 0) log.warn({ feed: name, count: notes.count, notes: notes.first }, 'records were left out');
    }
    const unkept = state.feeds.filter(({ status }) => status === 'unkept').map(({ name }) => name);
    if (unkept.length > 0)
      log.warn({ feeds: unkept }, 'advisories of feeds that are not kept up to date are still used');
    const { seconds } = state;
    const oldest = oldestData(state);
    if (state.complete) {
      log.info({ seconds, oldest }, 'advisories are up to date');
      return;
    }
    const failed = state.feeds.filter(({ failure }) => failure !== undefined);
    log.warn(
      {
        seconds,
        oldest: oldest ?? 'never',
        failed: failed.map(({ name, failure }) => ({ feed: name, failure })),
        problems: state.problems,
        failures: this.#failures,
      },
      'the update failed; what was there before is still served',
    );
  }
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

function describeFeed(
  name: string,
  summary: UpdateSummary | undefined,
  status: AdvisoryStatus | undefined,
): UpdatedFeed {
  const outcome = summary?.feeds.find((feed) => feed.name === name);
  const known = status?.feeds.find((feed) => feed.name === name);
  return {
    name,
    status: outcome?.status ?? 'not asked',
    ...(known?.updatedAt !== undefined && { updatedAt: known.updatedAt }),
    records: known?.records ?? 0,
    ...(known?.enriches === true && { enriches: true }),
    notes: { count: outcome?.notes.count ?? 0, first: outcome?.notes.first.slice(0, MOST_NOTES) ?? [] },
    ...(outcome?.error !== undefined && { failure: outcome.error.message }),
  };
}

/** The same database, whose records end with an error once the signal fires: the transaction that reads them is undone. */
function abortable(database: TakeOverSource, signal: AbortSignal): TakeOverSource {
  function* guarded<T>(items: Iterable<T>): Generator<T> {
    for (const item of items) {
      signal.throwIfAborted();
      yield item;
    }
  }
  return {
    status: () => database.status(),
    mark: (generation) => database.mark(generation),
    records: () => guarded(database.records()),
    recordsSince: (generation) => guarded(database.recordsSince(generation)),
    enrichments: (earlier) => guarded(database.enrichments(earlier)),
  };
}
