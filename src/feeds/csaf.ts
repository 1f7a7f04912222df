import { FeedError, FormatError, LimitError } from '../errors.ts';
import type { CsafDocument } from '../formats/csaf/document.ts';
import { readCsaf } from '../formats/csaf/read.ts';
import type { Advisory } from '../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../model/feed.ts';
import { feedAddress } from './address.ts';
import { mapConcurrently } from './concurrent.ts';
import { type CsafIndexRow, readCsafIndex } from './csaf-index.ts';
import { wholeFile } from './feed-file.ts';
import { changedSince, latestPossible, newestOf, sortableMoment, watermarkAt } from './osv-index.ts';
import { Tally } from './tally.ts';
import { tarMembers } from './tar-members.ts';

/** What a document says to a feed. `notes` tell what of it was left out. */
export interface CsafReading {
  /** Absent: nothing that this feed speaks of. */
  readonly advisory?: Advisory;
  readonly notes: readonly string[];
}

/** A directory of CSAF documents with an archive of all of them, as Red Hat keeps it. */
export interface CsafFeedOptions extends Pick<Feed, 'name' | 'title' | 'url' | 'mirrorPath' | 'licence' | 'folder'> {
  readonly version: number;
  /** The key of the record that a document makes: `CVE-2024-0001` of `2024/cve-2024-0001.json`; undefined for others. */
  keyOf(path: string): string | undefined;
  read(document: CsafDocument): CsafReading;
}

/** Above this, a new archive of all documents is cheaper than one request for each. */
const SINGLE_DOCUMENTS = 5000;

/** Documents that are downloaded at the same time. */
const WIDTH = 8;

/** Documents that are remembered to be asked for again. */
const ASKED_AGAIN = 1000;

/** Bytes that the archive may become, and how often its own size. Such documents compress better than a hundredfold. */
const archiveLimits = { layerBytes: 128 * 1024 ** 3, ratio: 2000, ratioFloorBytes: 64 * 1024 ** 2 };

/**
 * Makes a feed of a CSAF directory: `archive_latest.txt` names the archive that the first update loads; later ones fetch
 * what `changes.csv` lists since, and drop what `deletions.csv` lists.
 */
export function csafFeed(options: CsafFeedOptions): Feed {
  const { name, version, title, url, mirrorPath, licence, folder, keyOf } = options;
  const description = { name, version, title, url, mirrorPath, licence, folder };

  function* document(path: string, content: Uint8Array, tally: DocumentTally): Generator<FeedEvent> {
    const key = keyOf(path);
    if (key === undefined) return;
    tally.all++;
    let reading: CsafReading;
    try {
      const read = readCsaf(content);
      tally.saw(read.modified);
      reading = options.read(read);
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      tally.failed(path);
      yield { type: 'note', message: `${path}: ${error.message}` };
      return;
    }
    for (const message of reading.notes) yield { type: 'note', message: `${path}: ${message}` };
    if (reading.advisory !== undefined) yield { type: 'upsert', advisory: reading.advisory };
    else yield { type: 'remove', key };
  }

  async function* fromArchive(archive: string, context: FeedContext, tally: DocumentTally): AsyncGenerator<FeedEvent> {
    const address = feedAddress(description, context, archive);
    const answer = await context.download(address);
    if (answer.status !== 'changed') throw new FeedError('feed.refused', `${address} is not there`);
    const { decompressedPieces } = await import('../formats/compression/pieces.ts');
    const pieces = decompressedPieces(answer.body, {
      limits: archiveLimits,
      ...(context.signal !== undefined && { signal: context.signal }),
    });
    for await (const member of tarMembers(pieces, (path) => keyOf(path) !== undefined)) {
      yield* document(member.path, member.content, tally);
    }
    if (tally.all === 0) throw new FeedError('feed.refused', `${address} holds no documents`);
    tally.check(`documents of ${name}`);
  }

  async function* singly(
    paths: readonly string[],
    context: FeedContext,
    tally: DocumentTally,
  ): AsyncGenerator<FeedEvent> {
    const answers = mapConcurrently(paths, WIDTH, async (path) => ({
      path,
      answer: await context.download(feedAddress(description, context, path)),
    }));
    for await (const { path, answer } of answers) {
      if (answer.status === 'changed') {
        yield* document(path, answer.body, tally);
        continue;
      }
      // Deleted since, or not there yet: what it said before is kept until the list of deletions names it.
      tally.all++;
      tally.failed(path);
      yield { type: 'note', message: `${path} is listed as changed, but not there` };
    }
    tally.check(`documents of ${name}`);
  }

  async function index(path: string, validator: string | undefined, context: FeedContext): Promise<Index> {
    const address = feedAddress(description, context, path);
    const answer = await context.download(address, validator);
    if (answer.status === 'absent') throw new FeedError('feed.refused', `${address} is not there`);
    if (answer.status === 'unchanged') return { rows: [], unread: 0, validator: answer.validator ?? validator };
    const list = readCsafIndex(answer.body);
    if (list.rows.length === 0 && list.unread > 0) {
      throw new FeedError('feed.refused', `${address} has no line that can be read`);
    }
    return { ...list, validator: answer.validator };
  }

  async function* update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const tally = new DocumentTally();
    const archive = await latestArchive(context);
    const deletions = await index('deletions.csv', from['deletions'], context);
    // What was deleted may have come back since: then both lists are needed.
    const known = deletions.rows.length === 0 ? from['changes'] : undefined;
    const changes = await index('changes.csv', known, context);
    for (const [path, { unread }] of Object.entries({ 'changes.csv': changes, 'deletions.csv': deletions })) {
      if (unread > 0) yield { type: 'note', message: `${unread} lines of ${path} cannot be read` };
    }
    let mark = markOf(from, 'changed');
    let changed = mark === undefined ? [] : changedSince(changes.rows, mark);
    const isAnew = mark === undefined || (changed.length > SINGLE_DOCUMENTS && archive !== from['archive']);
    if (isAnew) {
      yield* fromArchive(archive, context, tally);
      const date = [sortableMoment(`${/\d{4}-\d\d-\d\d/.exec(archive)?.[0]}T00:00:00Z`), tally.newest].find(
        (moment) => moment !== undefined && moment <= latestPossible(Date.now()),
      );
      mark = date === undefined ? undefined : { modified: date, edge: '' };
      changed = mark === undefined ? [] : changedSince(changes.rows, mark);
    }
    const deleted = newestByPath(deletions.rows);
    const listed = newestByPath(changes.rows);
    const isDeleted = (path: string): boolean => (deleted.get(path) ?? '') > (listed.get(path) ?? '');
    const failed = isAnew ? [] : (from['failed']?.split('\n') ?? []);
    yield* singly(
      [...new Set([...changed, ...failed])].filter((path) => keyOf(path) !== undefined && !isDeleted(path)),
      context,
      tally,
    );
    if (isAnew) yield { type: 'replaced', prefix: '' };
    // All that are listed, also old ones: removing what is not there costs nothing.
    for (const path of deleted.keys()) {
      const key = keyOf(path);
      if (key !== undefined && isDeleted(path)) yield { type: 'remove', key };
    }
    const newest = newestOf(changes.rows, Date.now());
    const reached = newest === undefined ? mark : watermarkAt(changes.rows, newest);
    yield {
      type: 'state',
      state: {
        archive,
        ...(changes.validator !== undefined && { changes: changes.validator }),
        ...(deletions.validator !== undefined && { deletions: deletions.validator }),
        ...(reached !== undefined && { changed: `${reached.modified} ${reached.edge}` }),
        // No list names them again before they change again.
        ...(tally.again.length > 0 && { failed: tally.again.join('\n') }),
      },
    };
  }

  async function latestArchive(context: FeedContext): Promise<string> {
    const address = feedAddress(description, context, 'archive_latest.txt');
    const answer = await context.download(address);
    const text = answer.status === 'changed' ? Buffer.from(answer.body).toString('utf8', 0, 1000).trim() : '';
    if (!/^[\w.-]{1,200}\.tar(?:\.zst|\.gz|\.xz|\.bz2)?$/.test(text)) {
      throw new FeedError('feed.refused', `${address} names no archive`);
    }
    return text;
  }

  async function* read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    const tally = new DocumentTally();
    for await (const file of files) {
      if (keyOf(file.path) !== undefined) yield* document(file.path, await wholeFile(file), tally);
      else if (!/(?:^|\/)(?:archive_latest\.txt|changes\.csv|deletions\.csv|index\.txt)$/.test(file.path)) {
        yield { type: 'note', message: `${file.path} is no file of this feed` };
      }
    }
    tally.check(`documents of ${name}`);
    yield { type: 'replaced', prefix: '' };
  }

  return { ...description, update, read };
}

interface Index {
  readonly rows: readonly CsafIndexRow[];
  readonly unread: number;
  readonly validator: string | undefined;
}

function markOf(state: FeedState, name: string): { readonly modified: string; readonly edge: string } | undefined {
  const [modified, edge = ''] = state[name]?.split(' ') ?? [];
  return modified === undefined ? undefined : { modified, edge };
}

function newestByPath(rows: readonly CsafIndexRow[]): Map<string, string> {
  const newest = new Map<string, string>();
  for (const { id, modified } of rows) if (modified > (newest.get(id) ?? '')) newest.set(id, modified);
  return newest;
}

/** Counts the documents of one update. */
class DocumentTally extends Tally {
  /** Documents that could not be had: the next update asks for them again. */
  readonly again: string[] = [];

  failed(path: string): void {
    this.unreadable++;
    if (this.again.length < ASKED_AGAIN) this.again.push(path);
  }
}
