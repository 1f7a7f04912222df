import { setImmediate as breathe } from 'node:timers/promises';
import type { Progress } from '../context.ts';
import { type DrydockError, FeedError, FormatError, LimitError } from '../errors.ts';
import type { Feed, FeedEvent, FeedState } from '../model/feed.ts';
import type { CommitOptions, FeedChange } from './transaction.ts';
import type { AdvisoryWriter } from './writer.ts';

/** What became of one feed. */
export interface FeedOutcome {
  readonly name: string;
  readonly title: string;
  /** True of a feed that says what vulnerabilities are worth, not which packages have them. */
  readonly enriches?: boolean;
  readonly status: 'changed' | 'unchanged' | 'failed';
  readonly milliseconds: number;
  /** What happened to the records; absent for a failed feed, whose data is as it was. */
  readonly change?: FeedChange;
  /** Records and files that were left out: how many, and the first of the reasons. */
  readonly notes: { readonly count: number; readonly first: readonly string[] };
  readonly error?: DrydockError;
}

export interface FeedRunOptions extends CommitOptions {
  readonly now: Date;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Notes that are kept in words. */
const NOTES = 20;

/** Events after which everything else in the process gets its turn. */
const BREATHE_EVERY = 256;

/** Events between two reports of progress. */
const REPORT_EVERY = 1024;

/**
 * Takes one feed in: all of it or nothing. A feed that fails leaves its own last good data and says why; what concerns
 * the database as a whole (no room, no permission, a stop) is thrown.
 */
export async function runFeed(
  writer: AdvisoryWriter,
  feed: Feed,
  events: (state: FeedState) => AsyncIterable<FeedEvent>,
  options: FeedRunOptions,
): Promise<FeedOutcome> {
  const started = performance.now();
  const notes = { count: 0, first: [] as string[] };
  const outcome = () => ({
    name: feed.name,
    title: feed.title,
    ...(feed.enriches === true && { enriches: true }),
    milliseconds: Math.round(performance.now() - started),
    notes,
  });
  const transaction = await writer.begin(feed, options.now);
  try {
    let count = 0;
    for await (const event of events(transaction.state)) {
      if (event.type === 'note') {
        notes.count++;
        if (notes.first.length < NOTES) notes.first.push(event.message);
      }
      transaction.apply(event);
      count++;
      if (count % REPORT_EVERY === 0) options.progress.report(feed.title, count, undefined, 'records');
      if (count % BREATHE_EVERY === 0) {
        await breathe();
        options.signal?.throwIfAborted();
      }
    }
    const change = transaction.commit(options);
    return { ...outcome(), status: change.generation === undefined ? 'unchanged' : 'changed', change };
  } catch (error) {
    const failure = asFailure(error, feed);
    transaction.rollback(failure?.message);
    if (failure === undefined) throw error;
    return { ...outcome(), status: 'failed', error: failure };
  }
}

/** What one feed alone is to blame for; undefined for what concerns everything. */
function asFailure(error: unknown, feed: Feed): DrydockError | undefined {
  if (error instanceof FeedError) return error;
  if (error instanceof FormatError || error instanceof LimitError) {
    return new FeedError('feed.refused', `${feed.title} cannot be read: ${error.message}`, { cause: error });
  }
  return undefined;
}
