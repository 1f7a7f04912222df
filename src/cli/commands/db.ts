import path from 'node:path';
import type { ImportSummary } from '../../advisories/import.ts';
import type { UpdateSummary } from '../../advisories/update.ts';
import { didYouMean } from '../../config/nearest.ts';
import { FeedError, UsageError } from '../../errors.ts';
import type { Feed } from '../../model/feed.ts';
import type { Command, Invocation } from '../command.ts';
import { exitStatusOf } from '../exit-status.ts';
import { layOut } from '../ui/columns.ts';

async function allFeeds(): Promise<readonly Feed[]> {
  const { ecosystems } = await import('../../ecosystems/index.ts');
  // A feed that several ecosystems share is read once.
  return [...new Map(ecosystems.flatMap(({ feeds }) => feeds).map((feed) => [feed.name, feed])).values()];
}

function selectFeeds(names: readonly string[], all: readonly Feed[]): readonly Feed[] {
  const known = all.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = didYouMean(name, known);
    throw new UsageError('usage.option', `${JSON.stringify(name)} is no feed. Known are ${known.join(', ')}.${meant}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

function toTable({ path: file, feeds, ...more }: UpdateSummary | ImportSummary, width: number | undefined): string {
  const rows = feeds.map(({ name, status, change, notes }) => [
    name,
    status,
    ...[change?.added, change?.changed, change?.removed, change?.records].map((n) =>
      n === undefined ? '-' : String(n),
    ),
    String(notes.count),
  ]);
  const skipped = 'skipped' in more ? more.skipped : [];
  const header = ['Feed', 'Status', 'Added', 'Changed', 'Removed', 'Records', 'Left out'];
  const table = layOut(header, rows, width);
  return `${table}${skipped.length === 0 ? '' : `Skipped, no reader: ${skipped.join(', ')}\n`}Database: ${file}\n`;
}

function toJson(summary: UpdateSummary | ImportSummary): string {
  const feeds = summary.feeds.map(({ error, ...feed }) => ({
    ...feed,
    ...(error !== undefined && { error: { code: error.code, message: error.message } }),
  }));
  return `${JSON.stringify({ ...summary, feeds }, undefined, 2)}\n`;
}

/** Shows what became of every feed. One that failed makes the command fail, though the others are in. */
async function conclude(summary: UpdateSummary | ImportSummary, { configuration, io }: Invocation): Promise<number> {
  const { format } = configuration.settings;
  for (const { name, notes } of summary.feeds) {
    for (const note of notes.first) io.log.info({ feed: name, note }, 'left out');
  }
  await io.stdout.write(format === 'json' ? toJson(summary) : toTable(summary, io.stdout.columns));
  const errors = summary.feeds.flatMap(({ error }) => error ?? []);
  for (const { message } of errors) io.error(message);
  return exitStatusOf({ errors: errors.map(({ code }) => code) });
}

async function commonOptions({ configuration, io }: Invocation) {
  const { settings } = configuration;
  const { databaseOf } = await import('../advisory-supply.ts');
  const { timeout, force } = settings;
  return {
    path: databaseOf(settings, io.environment),
    now: new Date(),
    progress: io.progress,
    signal: timeout === undefined ? io.signal : AbortSignal.any([io.signal, AbortSignal.timeout(timeout)]),
    force,
    onWait: () => io.progress.report('waiting for another process that updates the advisories'),
  };
}

/** Feeds that were done before the time was over are in. */
async function inTime(work: Promise<UpdateSummary>): Promise<UpdateSummary> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    const message = 'the time limit (--timeout) was reached before all feeds were read. Those that were done are kept.';
    throw new FeedError('feed.unreachable', message, { cause: error });
  }
}

function fetching(name: 'update' | 'build'): NonNullable<Command['run']> {
  return async (invocation) => {
    const { words, configuration } = invocation;
    const { mirror } = configuration.settings;
    const [{ updateAdvisories, buildAdvisories }, { withDialer }] = await Promise.all([
      import('../../advisories/update.ts'),
      import('../scan-images.ts'),
    ]);
    const feeds = selectFeeds(words, await allFeeds());
    const common = await commonOptions(invocation);
    const fetchAll = name === 'build' ? buildAdvisories : updateAdvisories;
    const summary = await withDialer(invocation, (dialer) =>
      inTime(fetchAll({ ...common, feeds, dialer, ...(mirror !== undefined && { mirror }) })),
    );
    return await conclude(summary, invocation);
  };
}

async function importFolder(invocation: Invocation): Promise<number> {
  const { words, io } = invocation;
  const { importAdvisories } = await import('../../advisories/import.ts');
  const folder = path.resolve(io.folder, words[0]!);
  const options = { ...(await commonOptions(invocation)), folder, feeds: await allFeeds() };
  const summary = await inTime(importAdvisories(options));
  return await conclude(summary, invocation);
}

async function showStatus({ configuration, io }: Invocation): Promise<number> {
  const { settings } = configuration;
  const [{ openAdvisories }, { databaseOf }] = await Promise.all([
    import('../../advisories/database.ts'),
    import('../advisory-supply.ts'),
  ]);
  const file = databaseOf(settings, io.environment);
  const database = await openAdvisories(file);
  const status = database.status();
  database.close();
  if (settings.format === 'json') {
    await io.stdout.write(`${JSON.stringify({ path: file, ...status }, undefined, 2)}\n`);
    return 0;
  }
  const rows = status.feeds.map(({ name, updatedAt, records, failure }) => [
    name,
    updatedAt ?? 'never',
    String(records),
    failure === undefined ? '' : `failed ${failure.at}: ${failure.message}`,
  ]);
  const made = status.generation === undefined ? 'empty' : `generation ${status.generation}, built ${status.builtAt}`;
  await io.stdout.write(
    `${layOut(['Feed', 'Updated', 'Records', 'Last failure'], rows, io.stdout.columns)}Database: ${file} (${made})\n`,
  );
  return 0;
}

const feedNames = {
  name: 'feed',
  description: 'names of feeds; all where none is named',
  optional: true,
  several: true,
} as const;

export const command: Command = {
  name: 'db',
  summary: 'The advisory database: update, status, build, import.',
  arguments: [],
  options: [],
  commands: [
    {
      name: 'update',
      summary: 'Fetch what the publishers changed since the last time.',
      arguments: [feedNames],
      options: ['format', 'db', 'cache-dir', 'mirror', 'offline', 'force', 'timeout'],
      formats: ['table', 'json'],
      run: fetching('update'),
    },
    {
      name: 'status',
      summary: 'Show which feeds the database has, and how old they are.',
      arguments: [],
      options: ['format', 'db', 'cache-dir'],
      formats: ['table', 'json'],
      run: showStatus,
    },
    {
      name: 'build',
      summary: 'Make the database from nothing; the old one serves until the new one is complete.',
      arguments: [feedNames],
      options: ['format', 'db', 'cache-dir', 'mirror', 'offline', 'timeout'],
      formats: ['table', 'json'],
      run: fetching('build'),
    },
    {
      name: 'import',
      summary: 'Take feeds from a folder, without any network.',
      description: 'FOLDER has one folder for each feed, laid out as the publisher has it.',
      arguments: [{ name: 'folder', description: 'where the feeds are' }],
      options: ['format', 'db', 'cache-dir', 'force', 'timeout'],
      formats: ['table', 'json'],
      run: importFolder,
    },
  ],
};
