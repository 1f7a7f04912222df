import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FormatError } from '../errors.ts';
import { osvNamespace } from '../formats/osv/namespace.ts';
import { type OsvReading, readOsv } from '../formats/osv/read.ts';
import type { Feed, FeedEvent } from '../model/feed.ts';
import { type AdvisoryDatabase, readDatabase } from './database.ts';
import { AdvisoryWriter } from './writer.ts';

/** Where the starter set lies: beside the sources, and in the package. */
const FOLDER = fileURLToPath(new URL('../../starter/advisories/', import.meta.url));

/** Distributions whose advisories name source packages. */
const sourceNames = new Set(['debian', 'ubuntu', 'alpine', 'wolfi', 'chainguard']);

/**
 * Loads the starter set into memory: a few OSV records written by hand, which show what a scan finds where there is no
 * database and no network.
 * @throws FormatError if a file of the set is damaged
 */
export async function openStarter(folder: string = FOLDER): Promise<AdvisoryDatabase> {
  const writer = await AdvisoryWriter.open(':memory:');
  const transaction = await writer.begin(starterFeed, new Date(0));
  for (const event of readStarter(folder)) transaction.apply(event);
  transaction.commit({ force: true });
  const source = readDatabase(writer.database, 'of the starter set', { starter: true });
  return { ...source, close: () => writer.close() };
}

/** What the set is called in hits and in the report. */
const starterFeed: Feed = {
  name: 'starter',
  version: 1,
  title: 'Starter set',
  url: '',
  mirrorPath: '',
  licence: 'Apache-2.0',
  folder: 'starter',
  update: () => {
    throw new FormatError('the starter set is part of the program');
  },
  read: () => {
    throw new FormatError('the starter set is part of the program');
  },
};

function* readStarter(folder: string): Generator<FeedEvent> {
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.json')) continue;
    const records: unknown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    if (!Array.isArray(records)) throw new FormatError(`${name} of the starter set is no list`);
    for (const record of records) yield* readRecord(name, record);
  }
}

function* readRecord(name: string, record: unknown): Generator<FeedEvent> {
  for (const nameKind of ['source', 'binary'] as const) {
    const reading: OsvReading = {
      nameKind,
      cvssSource: 'starter',
      namespaceOf: (ecosystem) => {
        const namespace = osvNamespace(ecosystem);
        const distribution = namespace?.split(':', 1)[0] as string;
        return sourceNames.has(distribution) === (nameKind === 'source') ? namespace : undefined;
      },
    };
    const result = readOsv(record, reading);
    if (result.kind === 'unreadable') throw new FormatError(`${name} of the starter set: ${result.reason}`);
    if (result.kind !== 'advisory') continue;
    const { advisory } = result;
    yield { type: 'upsert', advisory: { ...advisory, key: `${name}/${nameKind}/${advisory.key}` } };
  }
}
