import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { noProgress, type Progress } from '../context.ts';
import { FeedError, UsageError } from '../errors.ts';
import type { Feed, FeedEvent } from '../model/feed.ts';
import { type FeedOutcome, runFeed } from './feed-run.ts';
import { folderFiles } from './folder.ts';
import type { CommitOptions } from './transaction.ts';
import { buildAnew, type UpdateSummary } from './update.ts';
import { AdvisoryWriter, type WriterOptions } from './writer.ts';

export interface ImportOptions extends CommitOptions, Pick<WriterOptions, 'waitMs' | 'onWait' | 'maximumBytes'> {
  /** The database file: `databasePath()`. */
  readonly path: string;
  /** A folder with one folder for each feed, as `Feed.folder` names them. */
  readonly folder: string;
  readonly feeds: readonly Feed[];
  /** Names of those that are read; absent: all that are there. */
  readonly only?: ReadonlySet<string>;
  readonly now: Date;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface ImportSummary extends UpdateSummary {
  /** Folders for which there is no reader, below the one that was given: `epss`, `osv/PyPI`. */
  readonly skipped: readonly string[];
  /** Folders that were passed over because a feed that was read says the same: by folder, the feed. */
  readonly otherForms: Readonly<Record<string, string>>;
}

/**
 * Takes the feeds of a folder in, without any network.
 * @throws UsageError if there is no such folder
 * @throws AdvisoriesError when the database cannot be written
 */
export async function importAdvisories(options: ImportOptions): Promise<ImportSummary> {
  const { folder, feeds, only, path: file, signal, progress = noProgress } = options;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError('usage.option', `${folder} is not a folder, so nothing can be imported from it.`);
  }
  const there = feeds.filter((feed) => isFolder(path.join(folder, feed.folder)));
  // Two forms of the same are not read both.
  const wanted = there.filter(({ name, insteadOf }) =>
    only === undefined ? !there.some((other) => other.name === insteadOf) : only.has(name),
  );
  const otherForms = Object.fromEntries(
    there.flatMap(({ name, folder: own, insteadOf }) =>
      insteadOf === undefined || wanted.some((feed) => feed.name === name) ? [] : [[own, insteadOf]],
    ),
  );
  const skipped = unreadFolders(folder, feeds);
  if (wanted.length === 0) {
    throw new UsageError(
      'usage.option',
      `${folder} has no folder of a known feed (${feeds.map((feed) => feed.folder).join(', ')}).`,
    );
  }
  const writer = await AdvisoryWriter.open(file, options);
  try {
    const outcomes: FeedOutcome[] = [];
    for (const feed of wanted) {
      signal?.throwIfAborted();
      progress.report(feed.title);
      const source = path.join(folder, feed.folder);
      const events = () => readFolder(feed, source);
      outcomes.push(await runFeed(writer, feed, events, { ...options, progress, resetState: true }));
    }
    return { path: file, feeds: outcomes, skipped, otherForms };
  } finally {
    writer.close();
  }
}

/** Makes a database from nothing out of a folder, as `buildAdvisories` does from the network. */
export async function buildFromFolder(options: ImportOptions): Promise<ImportSummary> {
  return await buildAnew(options, (file) => importAdvisories({ ...options, path: file }));
}

/** The events of a feed's folder. One in which the feed recognises nothing is no data that did not change. */
async function* readFolder(feed: Feed, folder: string): AsyncGenerator<FeedEvent> {
  let told = false;
  for await (const event of feed.read(folderFiles(folder))) {
    told ||= event.type !== 'note';
    yield event;
  }
  if (!told) throw new FeedError('feed.refused', `${folder} has no file that ${feed.title} can be read from`);
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Folders that no feed reads. One of which a feed reads a part is listed part by part. */
function unreadFolders(folder: string, feeds: readonly Feed[], below = ''): string[] {
  const skipped: string[] = [];
  for (const entry of readdirSync(path.join(folder, below), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (feeds.some((feed) => feed.folder === name)) continue;
    if (feeds.some((feed) => feed.folder.startsWith(`${name}/`))) skipped.push(...unreadFolders(folder, feeds, name));
    else skipped.push(name);
  }
  return skipped.sort();
}
