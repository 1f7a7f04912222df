import { statSync } from 'node:fs';
import { type AdvisoryDatabase, openAdvisories } from '../advisories/database.ts';
import type { FeedOutcome } from '../advisories/feed-run.ts';
import { databasePath } from '../advisories/location.ts';
import type { Settings } from '../config/options.ts';
import type { ScanContext } from '../context.ts';
import { AdvisoriesError } from '../errors.ts';
import type { NeededAdvisories } from '../match/needed.ts';
import type { AdvisoryStatus } from '../model/advisory.ts';
import type { Feed } from '../model/feed.ts';
import type { Problem } from '../model/problem.ts';
import type { Dialer } from '../net/dial.ts';
import type { AdvisorySupply, SuppliedAdvisories } from '../scan.ts';
import { isBlankDatabase } from './blank-database.ts';

const MINUTE = 60_000;

/** A feed that failed is left alone for so long: else every scan without a network would wait for it. */
const AFTER_FAILURE = 15 * MINUTE;

/** Older data is still used, but the report says so. */
const STALE = 7 * 24 * 60 * MINUTE;

/** Supplies advisories from the database of this machine, and closes what it opened. */
export interface DatabaseSupply extends AdvisorySupply {
  close(): void;
}

export interface SupplyOptions {
  readonly settings: Pick<Settings, 'db' | 'cache-dir' | 'mirror'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly dialer: Dialer;
  readonly context: ScanContext;
  /** Judge as of that moment: nothing is fetched, and what is not known of it is an error. */
  readonly asOf?: Date;
}

/** Path of the database that the settings mean. */
export function databaseOf(
  settings: Pick<Settings, 'db' | 'cache-dir'>,
  environment: SupplyOptions['environment'],
): string {
  return databasePath(
    {
      ...(settings.db !== undefined && { db: settings.db }),
      ...(settings['cache-dir'] !== undefined && { cacheDir: settings['cache-dir'] }),
    },
    environment,
  );
}

/** The starter set alone, whatever this machine has. */
export function supplyStarter(message: string): DatabaseSupply {
  let open: AdvisoryDatabase | undefined;
  return {
    async supply() {
      const { openStarter } = await import('../advisories/starter.ts');
      open ??= await openStarter();
      return { source: open, problems: [{ code: 'advisories.starter', message }] };
    },
    close() {
      open?.close();
      open = undefined;
    },
  };
}

/**
 * The advisories that a scan asks for: from the database, into which feeds that it lacks are fetched first where a
 * network is allowed. A file that `--db` names and that exists is used as it is. Without any data the starter set
 * answers, and the report says so.
 */
export function supplyAdvisories(options: SupplyOptions): DatabaseSupply {
  const { settings, environment } = options;
  const path = databaseOf(settings, environment);
  const isFixed = options.asOf !== undefined || (settings.db !== undefined && isWritten(path));
  return new Supply(path, isFixed, options);
}

class Supply implements DatabaseSupply {
  readonly #path: string;
  /** Somebody made this database on purpose: nothing is added to it. */
  readonly #fixed: boolean;
  readonly #options: SupplyOptions;
  #open: AdvisoryDatabase | undefined;
  #problems: Problem[] = [];

  constructor(path: string, fixed: boolean, options: SupplyOptions) {
    this.#path = path;
    this.#fixed = fixed;
    this.#options = options;
  }

  async supply(needed: NeededAdvisories): Promise<SuppliedAdvisories> {
    this.#problems = [];
    try {
      await this.#reopen();
      if (!this.#fixed && !this.#options.dialer.offline) await this.#fetch(this.#lacking(needed), needed);
    } catch (error) {
      // Whoever cannot judge says so in the report; only a command that is about the database, or about a day, fails by it.
      if (error instanceof AdvisoriesError && this.#options.asOf === undefined) {
        this.close();
        this.#problems.push({ code: 'advisories.missing', message: error.message });
      } else if (error instanceof Error && error.name === 'TimeoutError') {
        const message = 'The time limit was reached while advisories were fetched; what was there before was used.';
        this.#problems.push({ code: 'scan.timeout', message });
      } else throw error;
    }
    const database = this.#open;
    if (this.#options.asOf !== undefined && database !== undefined) return { source: database, problems: [] };
    if (database === undefined || !hasData(database.status())) return await this.#starter();
    this.#tellAge(database.status(), needed);
    return { source: database, problems: this.#problems };
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  async #reopen(): Promise<void> {
    if (this.#open !== undefined && !this.#open.status().starter) return;
    this.close();
    try {
      const { asOf } = this.#options;
      this.#open = await openAdvisories(this.#path, asOf === undefined ? {} : { asOf, requireHistory: true });
    } catch (error) {
      // There is none, or another process is just making it.
      if (this.#options.asOf !== undefined || !isBlankDatabase(this.#path)) throw error;
    }
  }

  /** Feeds that were never read, or that may know a namespace which the database does not have. */
  #lacking({ feeds, namespaces }: NeededAdvisories): readonly Feed[] {
    const database = this.#open;
    if (database === undefined) return feeds;
    const status = database.status();
    const isComplete = [...namespaces].every((namespace) => database.hasNamespace(namespace));
    const now = this.#options.context.now.getTime();
    return feeds.filter(({ name, title }) => {
      const known = status.feeds.find((feed) => feed.name === name);
      if (known?.updatedAt !== undefined && isComplete) return false;
      if (known?.failure === undefined || now - Date.parse(known.failure.at) > AFTER_FAILURE) return true;
      this.#problems.push({
        code: 'advisories.feed-failed',
        message: `${title} could not be fetched at ${known.failure.at}: ${known.failure.message}. The next scan that starts ${AFTER_FAILURE / MINUTE} minutes after that tries again, "drydock db update" at once.`,
      });
      return false;
    });
  }

  async #fetch(feeds: readonly Feed[], { namespaces }: NeededAdvisories): Promise<void> {
    if (feeds.length === 0) return;
    const { context, dialer, settings } = this.#options;
    const { log, progress, signal, now } = context;
    log.info({ feeds: feeds.map(({ name }) => name) }, 'fetching advisories that this image needs');
    const { updateAdvisories } = await import('../advisories/update.ts');
    const summary = await updateAdvisories({
      path: this.#path,
      feeds,
      dialer,
      now,
      namespaces,
      progress,
      signal,
      ...(settings.mirror !== undefined && { mirror: settings.mirror }),
      onWait: () => progress.report('waiting for another process that updates the advisories'),
    });
    for (const feed of summary.feeds) this.#tellFailure(feed);
    this.close();
    await this.#reopen();
  }

  #tellFailure({ title, status, error }: FeedOutcome): void {
    if (status !== 'failed') return;
    this.#problems.push({
      code: 'advisories.feed-failed',
      message: `${title} could not be fetched: ${error?.message ?? 'no reason is known'}.`,
    });
  }

  async #starter(): Promise<SuppliedAdvisories> {
    this.close();
    const { openStarter } = await import('../advisories/starter.ts');
    this.#open = await openStarter();
    const isUnusable = this.#problems.some(({ code }) => code === 'advisories.missing');
    const lack = isUnusable ? 'The advisory database could not be used' : 'There is no advisory database';
    const why = this.#options.dialer.offline ? `${lack}, and no network is allowed (--offline)` : lack;
    this.#problems.push({
      code: 'advisories.starter',
      message: `${why}: only the starter set was used, a small sample. Run "drydock db update", or without a network "drydock db import FOLDER".`,
    });
    return { source: this.#open, problems: this.#problems };
  }

  #tellAge({ feeds }: AdvisoryStatus, needed: NeededAdvisories): void {
    const now = this.#options.context.now.getTime();
    for (const { name, title } of needed.feeds) {
      const updatedAt = feeds.find((feed) => feed.name === name)?.updatedAt;
      if (updatedAt === undefined || now - Date.parse(updatedAt) <= STALE) continue;
      this.#problems.push({
        code: 'advisories.stale',
        // The day, not the age: equal scans give equal bytes.
        message: `${title} was last read on ${updatedAt.slice(0, 10)}. Run "drydock db update".`,
      });
    }
  }
}

/** Nothing is added to a database that somebody made; one that was only touched is to be filled. */
function isWritten(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function hasData({ feeds }: AdvisoryStatus): boolean {
  return feeds.some(({ updatedAt, enriches }) => updatedAt !== undefined && enriches !== true);
}
