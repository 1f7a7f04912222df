import path from 'node:path';
import type { ImportSummary } from '../../advisories/import.ts';
import type { UpdateSummary } from '../../advisories/update.ts';
import { AdvisoriesError, FeedError } from '../../errors.ts';
import type { AdvisoryStatus } from '../../model/advisory.ts';
import { wrapWords } from '../../report/display-width.ts';
import { escapeText } from '../../report/escape.ts';
import type { Command, Invocation } from '../command.ts';
import { exitStatusOf } from '../exit-status.ts';
import { currentTime } from '../scan-context.ts';
import { allFeeds, selectFeeds } from '../select-feeds.ts';
import { limitTime } from '../time-limit.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';

type Summary = UpdateSummary | ImportSummary;

/** A line of text that names a file or an address: wrapped between words alone, so that these can be copied. */
function line(text: string, width: number, indent = '  '): string {
  return `${wrapWords(escapeText(text), width - indent.length, width).join(`\n${indent}`)}\n`;
}

/** Feeds of advisories, then enrichers below a heading of their own: their records are of another kind. */
function apart<T extends { readonly enriches?: boolean }>(
  feeds: readonly T[],
  heading: readonly string[],
  rowOf: (feed: T) => readonly string[],
): readonly (readonly string[])[] {
  const [enrichers, others] = [true, false].map((is) => feeds.filter(({ enriches = false }) => enriches === is)) as [
    T[],
    T[],
  ];
  const second = enrichers.length === 0 ? [] : [['Enricher', ...heading], ...enrichers.map(rowOf)];
  return [
    ...(others.length === 0 && enrichers.length > 0 ? [] : [['Feed', ...heading], ...others.map(rowOf)]),
    ...second,
  ];
}

function toTable({ feeds, ...more }: Summary, database: string, width: number): string {
  const heading = ['Status', 'Added', 'Changed', 'Removed', 'Records', 'Left out'];
  const [header = [], ...rows] = apart(feeds, heading, ({ name, status, change, notes }) => [
    name,
    status,
    ...[change?.added, change?.changed, change?.removed, change?.records].map((n) =>
      n === undefined ? '-' : String(n),
    ),
    // Of a feed that failed nothing was taken, so that there is nothing to have left out.
    change === undefined ? '-' : String(notes.count),
  ]);
  const skipped = 'skipped' in more ? more.skipped : [];
  const unread = skipped.length === 0 ? '' : line(`Skipped, no reader: ${skipped.join(', ')}`, width);
  return `${layOut(header, rows, width)}${unread}${line(`Database: ${database}`, width)}`;
}

/** A database with its state: `FILE (generation 3, built 2026-11-25T15:01:02.523Z)`. */
function databaseWords(file: string, { generation, builtAt }: AdvisoryStatus): string {
  return `${file} (${generation === undefined ? 'empty' : `generation ${generation}, built ${builtAt}`})`;
}

/** The same of a database that may not be there. */
async function describeDatabase(file: string): Promise<string> {
  const { openAdvisories } = await import('../../advisories/database.ts');
  try {
    const database = await openAdvisories(file);
    try {
      return databaseWords(file, database.status());
    } finally {
      database.close();
    }
  } catch (error) {
    if (!(error instanceof AdvisoriesError)) throw error;
    return `${file} (${error.code === 'advisories.missing' ? 'there is none' : 'unusable'})`;
  }
}

function toJson(summary: Summary): string {
  const feeds = summary.feeds.map(({ error, ...feed }) => ({
    ...feed,
    ...(error !== undefined && { error: { code: error.code, message: error.message } }),
  }));
  return `${JSON.stringify({ ...summary, feeds }, undefined, 2)}\n`;
}

/** Shows what became of every feed. One that failed makes the command fail, though the others are in. */
async function conclude(summary: Summary, { configuration, io }: Invocation, advice: string): Promise<number> {
  const { format } = configuration.settings;
  for (const { name, notes } of summary.feeds) {
    for (const note of notes.first) io.log.info({ feed: name, note }, 'left out');
  }
  await io.stdout.write(
    format === 'json'
      ? toJson(summary)
      : toTable(summary, await describeDatabase(summary.path), textWidth(io.stdout, io.environment)),
  );
  const errors = summary.feeds.flatMap(({ error }) => error ?? []);
  for (const { message } of errors) io.error(/[.!?]$/.test(message) ? message : `${message}.`);
  if (errors.length > 0) io.error(advice);
  return exitStatusOf({ errors: errors.map(({ code }) => code) });
}

/** @param now the moment that counts as now: an update tells the age of its data by it */
async function commonOptions({ configuration, io }: Invocation, now = new Date()) {
  const { settings } = configuration;
  const { databaseOf } = await import('../advisory-supply.ts');
  const { timeout, force } = settings;
  return {
    path: databaseOf(settings, io.environment),
    now,
    progress: io.progress,
    signal: limitTime(io.signal, timeout),
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

const without = 'Without a network: "drydock db import FOLDER" takes feeds from a folder.';
const offlineAdvice = `No network is allowed (--offline). ${without}`;
const advice = {
  update: `What the database had of a feed that failed is as it was. Try again later, or name a mirror (--mirror URL). ${without}`,
  build: `The database is as it was, since it is replaced only when all feeds could be read. Try again later, or name a mirror (--mirror URL). ${without}`,
} as const;

function fetching(name: 'update' | 'build'): NonNullable<Command['run']> {
  return async (invocation) => {
    const { words, configuration } = invocation;
    const { mirror } = configuration.settings;
    const [{ updateAdvisories, buildAdvisories }, { withDialer }] = await Promise.all([
      import('../../advisories/update.ts'),
      import('../scan-images.ts'),
    ]);
    const feeds = selectFeeds(words, await allFeeds());
    // What is built for others is the same for the same input; what is updated has to be as old as it is.
    const common = await commonOptions(
      invocation,
      name === 'build' ? currentTime(invocation.io.environment) : undefined,
    );
    const fetchAll = name === 'build' ? buildAdvisories : updateAdvisories;
    const summary = await withDialer(invocation, (dialer) =>
      inTime(fetchAll({ ...common, feeds, dialer, ...(mirror !== undefined && { mirror }) })),
    );
    return await conclude(summary, invocation, configuration.settings.offline ? offlineAdvice : advice[name]);
  };
}

async function importFolder(invocation: Invocation): Promise<number> {
  const { words, io } = invocation;
  const { importAdvisories } = await import('../../advisories/import.ts');
  const folder = path.resolve(io.folder, words[0]!);
  const common = await commonOptions(invocation, currentTime(io.environment));
  const options = { ...common, folder, feeds: await allFeeds() };
  const summary = await inTime(importAdvisories(options));
  return await conclude(summary, invocation, 'What the database had of a feed that failed is as it was.');
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
  const width = textWidth(io.stdout, io.environment);
  const [header = [], ...rows] = apart(status.feeds, ['Updated', 'Records'], ({ name, updatedAt, records }) => [
    name,
    updatedAt ?? 'never',
    String(records),
  ]);
  const failures = status.feeds.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [line(`Failed: ${name} at ${failure.at}: ${failure.message}`, width)],
  );
  const table = layOut(header, rows, width);
  await io.stdout.write(`${table}${failures.join('')}${line(`Database: ${databaseWords(file, status)}`, width)}`);
  return 0;
}

const feedNames = {
  name: 'feed',
  description: 'names of feeds; all where none is named',
  optional: true,
  several: true,
  offers: async () => (await allFeeds()).map(({ name }) => name),
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
      arguments: [{ name: 'folder', description: 'where the feeds are', offers: 'folders' }],
      options: ['format', 'db', 'cache-dir', 'force', 'timeout'],
      formats: ['table', 'json'],
      run: importFolder,
    },
  ],
};
