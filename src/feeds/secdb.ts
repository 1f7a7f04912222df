import { FeedError } from '../errors.ts';
import { readSecdb, readSecdbYaml, type SecdbFix } from '../formats/secdb.ts';
import type { Advisory, Namespace } from '../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../model/feed.ts';
import { feedAddress } from './address.ts';
import { mapConcurrently } from './concurrent.ts';
import { wholeFile } from './feed-file.ts';

/** One document of a secdb feed. */
export interface SecdbDocument {
  /** Below the feed's address. */
  readonly path: string;
  readonly namespace: Namespace;
  /** Every record's key begins with it; it ends with a slash. */
  readonly prefix: string;
  /** False for a document that some releases do not have. */
  readonly required: boolean;
}

/** A publisher of secdb documents. */
export interface SecdbFeedOptions extends Pick<Feed, 'name' | 'title' | 'url' | 'mirrorPath' | 'licence' | 'folder'> {
  readonly version: number;
  /** All documents that may be wanted now. */
  documents(context: FeedContext): Promise<readonly SecdbDocument[]>;
  /** The document that a file of the offline layout is, or undefined. */
  documentAt(path: string): SecdbDocument | undefined;
  recordUrl(id: string): string;
}

/** The page of a vulnerability at whoever keeps its id, for publishers that have none of their own. */
export function vulnerabilityPage(id: string): string {
  const name = encodeURIComponent(id);
  return id.startsWith('GHSA-') ? `https://github.com/advisories/${name}` : `https://osv.dev/vulnerability/${name}`;
}

/** Documents that are downloaded at the same time. */
const WIDTH = 6;

/** Makes a feed of secdb documents: Alpine, and whoever publishes in its form. */
export function secdbFeed(options: SecdbFeedOptions): Feed {
  const { documents, documentAt, recordUrl, ...description } = options;

  async function* update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const state: Partial<Record<string, string>> = { ...from };
    const wanted = (await documents(context)).filter(
      ({ namespace }) => context.namespaces === undefined || context.namespaces.has(namespace),
    );
    const downloads = mapConcurrently(wanted, WIDTH, async (document) => ({
      document,
      answer: await context.download(feedAddress(options, context, document.path), from[document.prefix]),
    }));
    let missing = 0;
    for await (const { document, answer } of downloads) {
      if (answer.status === 'absent') {
        if (!document.required && from[document.prefix] === undefined) continue;
        missing++;
        const known = from[document.prefix] === undefined ? '' : '; what it said before is kept';
        yield { type: 'note', message: `${document.path} is not there${known}` };
        continue;
      }
      if (answer.status === 'changed') yield* readDocument(document, answer.body, recordUrl);
      if (answer.validator !== undefined) state[document.prefix] = answer.validator;
    }
    if (missing > 0 && missing * 2 >= wanted.length) {
      throw new FeedError('feed.refused', `${missing} of ${wanted.length} documents of ${options.name} are not there`);
    }
    yield { type: 'state', state };
  }

  async function* read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    for await (const file of files) {
      const document = documentAt(file.path);
      if (document === undefined) yield { type: 'note', message: `${file.path} is no document of this feed` };
      else yield* readDocument(document, await wholeFile(file), recordUrl);
    }
  }

  return { ...description, update, read };
}

async function* readDocument(
  document: SecdbDocument,
  body: Uint8Array,
  recordUrl: (id: string) => string,
): AsyncGenerator<FeedEvent> {
  for (const item of document.path.endsWith('.yaml') ? readSecdbYaml(body) : readSecdb(body)) {
    if ('skipped' in item) {
      yield { type: 'note', message: `${document.path}: ${item.skipped}` };
      continue;
    }
    if (item.notAffected && item.fixed.length > 0) {
      const message = `${document.path}: ${item.package} is both fixed and not affected by ${item.id}; taken as fixed`;
      yield { type: 'note', message };
    }
    yield { type: 'upsert', advisory: toAdvisory(document, item, recordUrl) };
  }
  yield { type: 'replaced', prefix: document.prefix };
}

function toAdvisory(document: SecdbDocument, fix: SecdbFix, recordUrl: (id: string) => string): Advisory {
  return {
    key: `${document.prefix}${fix.package}/${fix.id}`,
    id: fix.id,
    aliases: fix.aliases,
    // secdb says nothing of it.
    severity: 'unknown',
    urls: [recordUrl(fix.id)],
    ...(fix.related.length > 0 && { related: fix.related }),
    affected: [
      {
        namespace: document.namespace,
        package: fix.package,
        nameKind: 'source',
        state: fix.fixed.length > 0 ? 'fixed' : 'not-affected',
        ranges: fix.fixed.map((fixed) => ({ fixed })),
      },
    ],
  };
}
