import { rmSync } from 'node:fs';
import { noProgress, type Progress } from '../context.ts';
import { UsageError } from '../errors.ts';
import type { Namespace } from '../model/advisory.ts';
import type { Feed, FeedContext } from '../model/feed.ts';
import type { Dialer } from '../net/dial.ts';
import { download } from '../net/download.ts';
import type { DownloadLimits } from '../net/download-limits.ts';
import { type FeedOutcome, runFeed } from './feed-run.ts';
import { COMPANIONS, removeLeftovers, replaceDatabase } from './replace.ts';
import type { CommitOptions } from './transaction.ts';
import { AdvisoryWriter, type WriterOptions } from './writer.ts';

export interface UpdateOptions extends CommitOptions, Pick<WriterOptions, 'waitMs' | 'onWait' | 'maximumBytes'> {
  /** The database file: `databasePath()`. */
  readonly path: string;
  readonly feeds: readonly Feed[];
  readonly dialer: Dialer;
  /** The moment that the update calls now. */
  readonly now: Date;
  /** Only these namespaces are needed now. */
  readonly namespaces?: ReadonlySet<Namespace>;
  /** Root of a mirror that has every feed. */
  readonly mirror?: string;
  readonly downloadLimits?: Partial<DownloadLimits>;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** What an update, a build or an import did. */
export interface UpdateSummary {
  readonly path: string;
  readonly feeds: readonly FeedOutcome[];
}

/**
 * Updates the database feed by feed. One that fails does not stop the others, and loses nothing of its own.
 * @throws AdvisoriesError when the database cannot be written
 */
export async function updateAdvisories(options: UpdateOptions): Promise<UpdateSummary> {
  const { path, progress = noProgress, signal } = options;
  if (options.mirror !== undefined && !/^https?:\/\//.test(options.mirror)) {
    throw new UsageError('usage.option', `The mirror ${JSON.stringify(options.mirror)} is no http or https address.`);
  }
  const writer = await AdvisoryWriter.open(path, options);
  try {
    const feeds: FeedOutcome[] = [];
    for (const feed of options.feeds) {
      signal?.throwIfAborted();
      progress.report(feed.title);
      const context = feedContext(feed, options, progress);
      feeds.push(await runFeed(writer, feed, (state) => feed.update(state, context), { ...options, progress }));
    }
    return { path, feeds };
  } finally {
    writer.close();
  }
}

/**
 * Makes a database from nothing and puts it in place of the old one, if there is one. Until then the old one serves; it
 * stays if any feed fails.
 * @throws AdvisoriesError when the database cannot be written
 */
export async function buildAdvisories(options: UpdateOptions): Promise<UpdateSummary> {
  return await buildAnew(options, (path) => updateAdvisories({ ...options, path }));
}

/** The same with whatever fills the new database. */
export async function buildAnew<S extends UpdateSummary>(
  options: Pick<UpdateOptions, 'path' | 'waitMs' | 'onWait' | 'signal'>,
  fill: (path: string) => Promise<S>,
): Promise<S> {
  const { path } = options;
  const fresh = `${path}.building-${process.pid}`;
  const remove = (): void => {
    for (const suffix of ['', ...COMPANIONS]) rmSync(`${fresh}${suffix}`, { force: true });
  };
  try {
    remove();
    const summary = await fill(fresh);
    removeLeftovers(path, ['building']);
    if (summary.feeds.every(({ status }) => status !== 'failed')) await replaceDatabase(fresh, path, options);
    return { ...summary, path };
  } finally {
    remove();
  }
}

function feedContext(feed: Feed, options: UpdateOptions, progress: Progress): FeedContext {
  const { namespaces, mirror, signal } = options;
  return {
    download: (url, validator, how) =>
      download(options.dialer, url, {
        ...how,
        ...(validator !== undefined && { validator }),
        ...(options.downloadLimits !== undefined && { limits: options.downloadLimits }),
        ...(signal !== undefined && { signal }),
        onProgress: (received, total) => progress.report(feed.title, received, total, 'bytes'),
        onRetry: (words) => progress.report(`${feed.title}: ${words}`),
      }),
    ...(namespaces !== undefined && { namespaces }),
    ...(mirror !== undefined && { baseUrl: mirror }),
    ...(signal !== undefined && { signal }),
  };
}
