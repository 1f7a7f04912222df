import { FeedError } from '../errors.ts';
import type { Namespace } from '../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../model/feed.ts';
import { feedAddress } from './address.ts';
import { mapConcurrently } from './concurrent.ts';
import { wholeFile } from './feed-file.ts';

/** One document of a feed that has several. */
export interface FeedDocument {
  /** Below the feed's address, with the suffix of its compression. Its validator stands under it in the feed's state. */
  readonly path: string;
  /** The keys of its records begin with it; what of them it no longer tells is gone. */
  readonly prefix: string;
  /** False for a document that need not be there, while it never was. */
  readonly required: boolean;
  /** Whether it speaks of a namespace. */
  concerns(namespace: Namespace): boolean;
}

/** What a document has in it. */
export interface DocumentContent {
  whole(): Promise<Uint8Array>;
  /** Without its compression, in pieces, each time anew. */
  pieces(): AsyncIterable<Uint8Array>;
}

/** A publisher of several documents, each of which is asked for only where it changed. */
export interface DocumentsFeedOptions<D extends FeedDocument>
  extends Pick<Feed, 'name' | 'version' | 'title' | 'url' | 'mirrorPath' | 'licence' | 'folder'> {
  /** Documents that are downloaded at the same time: one alone may be large. */
  readonly width: number;
  /** All documents that may be wanted now. */
  documents(context: FeedContext): readonly D[] | Promise<readonly D[]>;
  /** The document that a file of the offline layout is, or undefined. */
  documentAt(path: string): D | undefined;
  /** A file of the offline layout that need not be read. */
  passesOver?(path: string): boolean;
  read(document: D, content: DocumentContent): AsyncIterable<FeedEvent> | Iterable<FeedEvent>;
}

/** Makes a feed of several documents. */
export function documentsFeed<D extends FeedDocument>(options: DocumentsFeedOptions<D>): Feed {
  const { width, documents, documentAt, passesOver, read: readDocument, ...description } = options;

  async function* update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const { decompressedPieces } = await import('../formats/compression/pieces.ts');
    const how = context.signal === undefined ? {} : { signal: context.signal };
    const state: Partial<Record<string, string>> = { ...from };
    const { namespaces } = context;
    const wanted = (await documents(context)).filter(
      (document) => namespaces === undefined || [...namespaces].some((one) => document.concerns(one)),
    );
    const downloads = mapConcurrently(wanted, width, async (document) => {
      context.signal?.throwIfAborted();
      const address = feedAddress(options, context, document.path);
      return { document, answer: await context.download(address, from[document.path]) };
    });
    let missing = 0;
    let absent = 0;
    for await (const { document, answer } of downloads) {
      const { path, required } = document;
      if (answer.status === 'absent') {
        absent++;
        if (!required && from[path] === undefined) continue;
        missing++;
        const known = from[path] === undefined ? '' : '; what it said before is kept';
        yield { type: 'note', message: `${path} is not there${known}` };
        continue;
      }
      if (answer.status === 'changed') {
        const { body } = answer;
        yield* readDocument(document, { whole: async () => body, pieces: () => decompressedPieces(body, how) });
      }
      if (answer.validator !== undefined) state[path] = answer.validator;
    }
    if (missing > 0 && missing * 2 >= wanted.length) {
      throw new FeedError('feed.refused', `${missing} of ${wanted.length} documents of ${options.name} are not there`);
    }
    if (absent > 0 && absent === wanted.length) {
      throw new FeedError('feed.refused', `none of the ${absent} documents of ${options.name} is there`);
    }
    yield { type: 'state', state };
  }

  async function* read(files: AsyncIterable<FeedFile>): AsyncGenerator<FeedEvent> {
    const { decompressedPieces } = await import('../formats/compression/pieces.ts');
    for await (const file of files) {
      const document = documentAt(file.path);
      if (document !== undefined) {
        const pieces = (): AsyncIterable<Uint8Array> => decompressedPieces(file.chunks());
        yield* readDocument(document, { whole: async () => await wholeFile(file), pieces });
      } else if (passesOver?.(file.path) !== true) {
        yield { type: 'note', message: `${file.path} is no document of this feed` };
      }
    }
  }

  return { ...description, update, read };
}
