import { FeedError, LimitError } from '../errors.ts';
import { decompressedPieces } from '../formats/compression/pieces.ts';
import { readUpdateinfo } from '../formats/updateinfo/read.ts';
import type { Advisory, Namespace } from '../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../model/feed.ts';
import { mapConcurrently } from './concurrent.ts';
import { mergeAdvisories } from './merge-advisories.ts';
import { isSecurity, type NoticeReading, toAdvisory } from './updateinfo-advisory.ts';
import { type Fetched, fetchUpdateinfo, type UpdateinfoPlace } from './updateinfo-download.ts';

/** One repository, of one architecture. */
export interface UpdateinfoRepository extends Omit<NoticeReading, 'recordUrl'> {
  /** Ends with a slash. */
  readonly prefix: string;
  readonly place: UpdateinfoPlace;
  /** False for a repository that some releases do not have. */
  readonly required: boolean;
}

/** The repositories of a feed, and what to remember of how they were found. */
export interface RepositoryList {
  readonly repositories: readonly UpdateinfoRepository[];
  readonly state?: FeedState;
  readonly notes?: readonly string[];
}

/** A publisher of `updateinfo.xml` documents. */
export interface UpdateinfoFeedOptions
  extends Pick<Feed, 'name' | 'title' | 'url' | 'mirrorPath' | 'licence' | 'folder'>,
    Pick<NoticeReading, 'recordUrl'> {
  readonly version: number;
  /** All repositories that may be wanted now. */
  repositories(context: FeedContext, from: FeedState): Promise<RepositoryList>;
  /** The repository whose document a file of the offline layout is, or undefined. */
  repositoryAt(path: string): UpdateinfoRepository | undefined;
  /** Form of the publisher's ids: a notice of another id is left out. */
  readonly ids: RegExp;
}

/** Repositories that are asked at the same time. */
const WIDTH = 4;

/** Rows of one document, which are held until it was read: a notice may stand in it in parts. */
const ROWS = 4_000_000;

/**
 * Makes a feed of `updateinfo.xml` documents. An update asks for the table of contents of each repository and downloads
 * a document only where its checksum is another one than before.
 */
export function updateinfoFeed(options: UpdateinfoFeedOptions): Feed {
  const { repositories, repositoryAt, ids, recordUrl, ...description } = options;

  async function* readDocument(
    repository: UpdateinfoRepository,
    chunks: AsyncIterable<Uint8Array>,
    where: string,
  ): AsyncGenerator<FeedEvent> {
    const advisories = new Map<string, Advisory>();
    let rows = 0;
    for await (const item of readUpdateinfo(chunks)) {
      if ('skipped' in item) {
        yield { type: 'note', message: `${where}: ${item.skipped}` };
        continue;
      }
      if (!ids.test(item.id)) {
        yield { type: 'note', message: `${where}: ${JSON.stringify(item.id)} is no id of this publisher` };
        continue;
      }
      if (!isSecurity(item)) continue;
      const advisory = toAdvisory(item, { ...repository, recordUrl });
      if (advisory === undefined) {
        yield { type: 'note', message: `${where}: ${item.id} names no package` };
        continue;
      }
      rows += advisory.affected.length;
      if (rows > ROWS) throw new LimitError(`${where} has more than ${ROWS} rows`);
      const before = advisories.get(advisory.key);
      advisories.set(advisory.key, before === undefined ? advisory : mergeAdvisories(before, advisory));
    }
    for (const advisory of advisories.values()) yield { type: 'upsert', advisory };
    yield { type: 'replaced', prefix: repository.prefix };
  }

  async function* update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const list = await repositories(context, from);
    for (const message of list.notes ?? []) yield { type: 'note', message };
    const state: Partial<Record<string, string>> = { ...from, ...list.state };
    const wanted = list.repositories.filter(({ namespace }) => isWanted(namespace, context));
    const answers = mapConcurrently(wanted, WIDTH, async (repository) => ({
      repository,
      fetched: await fetchUpdateinfo(options, repository, from, context),
    }));
    let missing = 0;
    for await (const { repository, fetched } of answers) {
      if (fetched.status === 'absent') {
        const message = absence(repository, fetched, from);
        if (message === undefined) continue;
        if (repository.required) missing++;
        yield { type: 'note', message };
        continue;
      }
      if (fetched.status === 'changed') {
        yield* readDocument(repository, decompressedPieces(fetched.body), fetched.address);
      }
      for (const [key, value] of Object.entries(fetched.state)) state[`${repository.prefix}${key}`] = value;
    }
    const needed = wanted.filter(({ required }) => required).length;
    if (missing > 0 && missing * 2 >= needed) {
      throw new FeedError('feed.refused', `${missing} of ${needed} repositories of ${options.name} are not there`);
    }
    yield { type: 'state', state };
  }

  async function* read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      const repository = /updateinfo\.xml$/i.test(file.path) ? repositoryAt(file.path) : undefined;
      if (repository === undefined) yield { type: 'note', message: `${file.path} is no document of this feed` };
      else yield* readDocument(repository, file.chunks(), file.path);
    }
  }

  return { ...description, update, read };
}

function isWanted(namespace: Namespace, context: FeedContext): boolean {
  return context.namespaces === undefined || context.namespaces.has(namespace);
}

/** What is said of a repository that is not there; nothing where it may be missing and was never seen. */
function absence(repository: UpdateinfoRepository, fetched: Fetched, from: FeedState): string | undefined {
  const isKnown = from[`${repository.prefix}data`] !== undefined;
  if (!repository.required && !isKnown) return undefined;
  return `${fetched.address} is not there${isKnown ? '; what it said before is kept' : ''}`;
}
