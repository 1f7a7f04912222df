import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { UpdateSummary } from '../../advisories/update.ts';
import { FeedError, UsageError } from '../../errors.ts';
import { limitTime } from '../../signals.ts';
import type { Command, Invocation } from '../command.ts';
import { showStatus } from '../db/status.ts';
import { conclude } from '../db/summary.ts';
import { currentTime } from '../scan-context.ts';
import { allFeeds, selectFeeds } from '../select-feeds.ts';

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
    const { mirror, from } = configuration.settings;
    if (name === 'build' && from !== undefined) return await buildFrom(from, invocation);
    const [{ updateAdvisories, buildAdvisories }, { withDialer }] = await Promise.all([
      import('../../advisories/update.ts'),
      import('../with-dialer.ts'),
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

/** `build --from FOLDER` */
async function buildFrom(folder: string, invocation: Invocation): Promise<number> {
  const { buildFromFolder } = await import('../../advisories/import.ts');
  const all = await allFeeds();
  const named = invocation.words.length === 0 ? [] : selectFeeds(invocation.words, all);
  for (const feed of named) {
    if (existsSync(path.join(folder, feed.folder))) continue;
    throw new UsageError('usage.option', `${folder} has no folder ${feed.folder}, from which ${feed.name} is read.`);
  }
  const only = named.length === 0 ? {} : { only: new Set(named.map(({ name }) => name)) };
  const common = await commonOptions(invocation, currentTime(invocation.io.environment));
  const summary = await inTime(buildFromFolder({ ...common, folder, feeds: all, ...only }));
  return await conclude(summary, invocation, 'The database is as it was, since a feed could not be read.');
}

async function importAny(invocation: Invocation): Promise<number> {
  const { words, io } = invocation;
  const source = path.resolve(io.folder, words[0]!);
  if (statSync(source, { throwIfNoEntry: false })?.isFile() === true) {
    const { importArtefact } = await import('../db/artefact-commands.ts');
    // Whether it is too old is asked of the clock: SOURCE_DATE_EPOCH is for what is made.
    return await importArtefact(source, await commonOptions(invocation), invocation);
  }
  const { importAdvisories } = await import('../../advisories/import.ts');
  const common = await commonOptions(invocation, currentTime(io.environment));
  const options = { ...common, folder: source, feeds: await allFeeds() };
  const summary = await inTime(importAdvisories(options));
  return await conclude(summary, invocation, 'What the database had of a feed that failed is as it was.');
}

/** Commands about artefacts, which nobody loads who does not ask for them. */
function onArtefacts(name: 'exportArtefact' | 'pushArtefacts' | 'makeKeys'): NonNullable<Command['run']> {
  return async (invocation) => await (await import('../db/artefact-commands.ts'))[name](invocation);
}

async function pull(invocation: Invocation): Promise<number> {
  const { pullArtefact } = await import('../db/artefact-commands.ts');
  return await pullArtefact(await commonOptions(invocation), invocation);
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
  summary: 'The advisory database: update, status, build, import, export, push, pull.',
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
      options: ['from', 'format', 'db', 'cache-dir', 'mirror', 'offline', 'timeout'],
      formats: ['table', 'json'],
      run: fetching('build'),
    },
    {
      name: 'import',
      summary: 'Take feeds from a folder, or the database of an artefact, without any network.',
      description:
        'A folder has one folder for each feed, laid out as the publisher has it. An artefact is what "drydock db export" writes: it is believed if it is signed with a key of --db-key.',
      arguments: [{ name: 'source', description: 'a folder with feeds, or an artefact', offers: 'files' }],
      options: ['db-key', 'allow-unsigned', 'allow-expired', 'force', 'format', 'db', 'cache-dir', 'timeout'],
      formats: ['table', 'json'],
      run: importAny,
    },
    {
      name: 'export',
      summary: 'Write the database, signed, as one file that others can import or pull.',
      arguments: [{ name: 'file', description: 'the artefact that is written', offers: 'files' }],
      options: ['sign-key', 'delta-from', 'db-key', 'expires-in', 'format', 'db', 'cache-dir', 'timeout'],
      formats: ['table', 'json'],
      examples: ['drydock db export advisories.drydock --sign-key private.pem'],
      run: onArtefacts('exportArtefact'),
    },
    {
      name: 'push',
      summary: 'Put artefacts into a registry, where others can pull them.',
      arguments: [
        { name: 'reference', description: 'where they go: `registry.example/advisories:latest`' },
        { name: 'file', description: 'a whole database, and deltas that lead to it', several: true, offers: 'files' },
      ],
      options: ['allow-unsigned', 'plain-http', 'registry-auth-file', 'offline', 'format', 'timeout'],
      formats: ['table', 'json'],
      run: onArtefacts('pushArtefacts'),
    },
    {
      name: 'pull',
      summary: 'Take the database that a registry has, if it is newer than the one in use.',
      arguments: [{ name: 'reference', description: 'where it is: `registry.example/advisories:latest`' }],
      options: [
        'db-key',
        'allow-unsigned',
        'allow-expired',
        'force',
        'format',
        'db',
        'cache-dir',
        'registry-mirror',
        'plain-http',
        'registry-auth-file',
        'offline',
        'timeout',
      ],
      formats: ['table', 'json'],
      run: pull,
    },
    {
      name: 'keygen',
      summary: 'Make a pair of keys: NAME.pem to sign with, NAME.pub to believe by.',
      arguments: [{ name: 'name', description: 'path of the files, without their endings' }],
      options: ['format'],
      formats: ['table', 'json'],
      run: onArtefacts('makeKeys'),
    },
  ],
};
