import { FeedError, FormatError, LimitError } from '../errors.ts';
import { lines } from '../formats/lines.ts';
import { osvNamespace } from '../formats/osv/namespace.ts';
import { type OsvReading, readOsv } from '../formats/osv/read.ts';
import type { ZipReader } from '../formats/zip/strict-reader.ts';
import type { Advisory, Affected, Namespace } from '../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../model/feed.ts';
import { feedAddress } from './address.ts';
import { mapConcurrently } from './concurrent.ts';
import { wholeFile } from './feed-file.ts';
import { mergeAdvisories } from './merge-advisories.ts';
import { changedSince, newestOf, readOsvIndex, watermarkAt } from './osv-index.ts';
import { Tally } from './tally.ts';

/** One ecosystem of the OSV database. */
export interface OsvFeedOptions
  extends Pick<Feed, 'name' | 'title' | 'licence'>,
    Omit<OsvReading, 'namespaceOf' | 'cvssSource'> {
  /** Its folder in the bucket: `PyPI`, `Ubuntu`. */
  readonly ecosystem: string;
  readonly version: number;
  /** Default: `osvNamespace` for the folder's own ecosystem; a record may speak of others too. */
  namespaceOf?(ecosystem: string, id: string): Namespace | undefined;
  /** Whether records of such an id are wanted. Default: all. */
  accepts?(id: string): boolean;
  /** The same where the id does not tell. */
  keeps?(advisory: Advisory): boolean;
  /** Completes the rows of a record with what follows from them, where its publisher leaves that out. */
  completed?(rows: readonly Affected[]): readonly Affected[];
  /** Some mirrors, OSV's own among them, need not have the folder: this tells why. Once it was there it has to be. */
  readonly absentBecause?: string;
  /**
   * The publisher's own repository has a file for each release, and one id in several of them (AlmaLinux): in the
   * offline layout they are put together. The bucket has them in one record.
   */
  readonly inParts?: boolean;
}

/** Above this, the archive of all records is cheaper than one request for each. */
const SINGLE_RECORDS = 2000;

/** Records that are downloaded at the same time. */
const WIDTH = 8;

/**
 * Makes a feed of one ecosystem of OSV (google.github.io/osv.dev/data). The first update loads `all.zip`; later ones
 * read `modified_id.csv` and fetch what changed since, or the archive again where much did or records vanished.
 */
export function osvFeed(options: OsvFeedOptions): Feed {
  const { ecosystem } = options;
  const reading: OsvReading = {
    namespaceOf: (name) => (name.split(':', 1)[0] === ecosystem ? osvNamespace(name) : undefined),
    ...options,
    cvssSource: options.name,
  };
  const accepts = (id: string): boolean => options.accepts?.(id) ?? true;

  /** Events of one record; `seen` counts what could not be read. */
  function* record(text: Buffer, tally: Tally): Generator<FeedEvent> {
    const value = parse(text);
    tally.all++;
    tally.saw((value as { modified?: unknown } | undefined)?.modified);
    const result = readOsv(value, reading);
    if (result.kind === 'unreadable') {
      tally.unreadable++;
      yield { type: 'note', message: result.reason };
      return;
    }
    if (result.kind !== 'withdrawn') for (const message of result.notes) yield { type: 'note', message };
    if (result.kind !== 'advisory') yield { type: 'remove', key: result.key };
    else if (!accepts(result.advisory.id)) return;
    else if (options.keeps?.(result.advisory) === false) yield { type: 'remove', key: result.advisory.key };
    else {
      const { advisory } = result;
      const affected = options.completed?.(advisory.affected) ?? advisory.affected;
      yield { type: 'upsert', advisory: affected === advisory.affected ? advisory : { ...advisory, affected } };
    }
  }

  async function* fromArchive(context: FeedContext, tally: Tally): AsyncGenerator<FeedEvent> {
    const address = feedAddress(feed, context, `${ecosystem}/all.zip`);
    const answer = await context.download(address);
    if (answer.status !== 'changed') throw new FeedError('feed.refused', `${address} is not there`);
    yield* zipRecords(await openZip(answer.body), tally);
    yield { type: 'replaced', prefix: '' };
  }

  function* zipRecords(zip: ZipReader, tally: Tally): Generator<FeedEvent> {
    for (const entry of zip.entries) {
      if (!entry.name.endsWith('.json')) continue;
      let text: Buffer;
      try {
        text = zip.read(entry);
      } catch (error) {
        if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
        tally.all++;
        tally.unreadable++;
        yield { type: 'note', message: error.message };
        continue;
      }
      yield* record(text, tally);
    }
    tally.check(`records of ${options.name}`);
  }

  async function* singly(ids: readonly string[], context: FeedContext, tally: Tally): AsyncGenerator<FeedEvent> {
    const answers = mapConcurrently(ids.filter(accepts), WIDTH, async (id) => {
      const path = `${ecosystem}/${encodeURIComponent(id)}.json`;
      return { id, answer: await context.download(feedAddress(feed, context, path)) };
    });
    for await (const { id, answer } of answers) {
      if (answer.status === 'changed') {
        yield* record(Buffer.from(answer.body), tally);
        continue;
      }
      // Listed a moment ago and gone since: the index and the records are not written together.
      tally.all++;
      tally.unreadable++;
      yield { type: 'remove', key: id };
      yield { type: 'note', message: `${id} is listed as changed, but not there` };
    }
    tally.check(`records of ${options.name}`);
  }

  async function* update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const address = feedAddress(feed, context, `${ecosystem}/modified_id.csv`);
    const answer = await context.download(address, from['index']);
    if (answer.status === 'absent') {
      const why = from['modified'] === undefined ? options.absentBecause : undefined;
      if (why === undefined) throw new FeedError('feed.refused', `${address} is not there`);
      yield { type: 'note', message: `${address} is not there: ${why}` };
      return;
    }
    if (answer.status === 'unchanged') {
      yield { type: 'state', state: answer.validator === undefined ? from : { ...from, index: answer.validator } };
      return;
    }
    const rows = readOsvIndex(answer.body);
    const newest = newestOf(rows, Date.now());
    if (newest === undefined) throw new FeedError('feed.refused', `${address} lists no records`);
    const { modified, edge } = from;
    const changed = modified === undefined || edge === undefined ? undefined : changedSince(rows, { modified, edge });
    // Fewer records than before: some vanished, and only the whole archive tells which.
    const vanished = rows.length < Number(from['records'] ?? 0);
    const tally = new Tally();
    let reached = newest;
    if (changed === undefined || vanished || changed.length > SINGLE_RECORDS) {
      yield* fromArchive(context, tally);
      // The archive may be older than the index: what it lacks is then fetched by the next update.
      reached = tally.newest ?? newest;
    } else {
      yield* singly(changed, context, tally);
    }
    const upToDate = reached >= newest;
    yield {
      type: 'state',
      state: {
        ...(upToDate && { index: answer.validator }),
        ...watermarkAt(rows, upToDate ? newest : reached),
        records: String(rows.length),
      },
    };
  }

  async function* records(files: AsyncIterable<FeedFile>, tally: Tally): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      if (file.path.endsWith('.ndjson')) {
        for await (const line of lines(file.chunks())) yield* record(line, tally);
      } else if (file.path.endsWith('.zip')) yield* zipRecords(await openZip(await wholeFile(file)), tally);
      else if (file.path.endsWith('.json')) yield* record(await wholeFile(file), tally);
      else yield { type: 'note', message: `${file.path} is no file of this feed` };
    }
    tally.check(`records of ${options.name}`);
  }

  async function* read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    const events = records(files, new Tally());
    yield* options.inParts === true ? joined(events) : events;
    yield { type: 'replaced', prefix: '' };
  }

  const feed: Feed = {
    name: options.name,
    version: options.version,
    title: options.title,
    url: 'https://osv-vulnerabilities.storage.googleapis.com',
    mirrorPath: 'osv',
    licence: options.licence,
    folder: `osv/${ecosystem}`,
    update,
    read,
  };
  return feed;
}

/** The same events, with one record for each id: the rows of all its parts. */
async function* joined(events: AsyncIterable<FeedEvent>): AsyncGenerator<FeedEvent> {
  const advisories = new Map<string, Advisory>();
  for await (const event of events) {
    if (event.type !== 'upsert') {
      // A part that is withdrawn takes nothing back of the others.
      if (event.type !== 'remove' || !advisories.has(event.key)) yield event;
      continue;
    }
    const { advisory } = event;
    const before = advisories.get(advisory.key);
    advisories.set(advisory.key, before === undefined ? advisory : mergeAdvisories(before, advisory));
  }
  for (const advisory of advisories.values()) yield { type: 'upsert', advisory };
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

/** The reader is loaded where it is needed: every scan loads this file, few read an archive. */
async function openZip(archive: Uint8Array): Promise<ZipReader> {
  const { ZipReader } = await import('../formats/zip/strict-reader.ts');
  return new ZipReader(archive);
}
