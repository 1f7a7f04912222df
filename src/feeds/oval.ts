import { FeedError } from '../errors.ts';
import type { OvalDefinition } from '../formats/oval/model.ts';
import type { Advisory, Namespace } from '../model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedFile, FeedState } from '../model/feed.ts';
import { feedAddress } from './address.ts';

/** One document of an OVAL feed. */
export interface OvalDocument {
  /** Below the feed's address, with the suffix of its compression. */
  readonly path: string;
  /** The keys of its records begin with it; what of them it no longer tells is gone. */
  readonly prefix: string;
  /** False for a document that need not be there: a year that has not begun. */
  readonly required: boolean;
  /** Whether it speaks of a namespace. */
  concerns(namespace: Namespace): boolean;
}

/** What a definition says, with what could not be read of it. */
export interface OvalRecord {
  /** Absent: it says nothing of any package that is known here. */
  readonly advisory?: Advisory;
  readonly notes?: readonly string[];
  /** What recurs in many definitions, as a product that nobody knows: told once for each document. */
  readonly recurring?: readonly string[];
}

/** A publisher of OVAL documents. */
export interface OvalFeedOptions extends Pick<Feed, 'name' | 'title' | 'url' | 'mirrorPath' | 'licence' | 'folder'> {
  readonly version: number;
  documents(): readonly OvalDocument[];
  /** The document that a file of the offline layout is, or undefined. */
  documentAt(path: string): OvalDocument | undefined;
  /** The record's key has to begin with the document's prefix. */
  recordOf(definition: OvalDefinition, document: OvalDocument): OvalRecord;
}

/** Share of the documents that may be missing. */
const TOLERATED = 0.5;

/** Makes a feed of OVAL documents. They are downloaded one after the other: one alone may be large. */
export function ovalFeed(options: OvalFeedOptions): Feed {
  const { documents, documentAt, recordOf, ...description } = options;

  async function* readDocument(
    document: OvalDocument,
    open: () => AsyncIterable<Uint8Array>,
  ): AsyncGenerator<FeedEvent> {
    const { readOval } = await import('../formats/oval/read.ts');
    const seen = new Set<string>();
    const recurring = new Map<string, number>();
    for await (const definition of readOval(open)) {
      const { advisory, notes = [], recurring: more = [] } = recordOf(definition, document);
      for (const what of more) recurring.set(what, (recurring.get(what) ?? 0) + 1);
      for (const message of notes) yield { type: 'note', message: `${document.path}: ${message}` };
      if (advisory === undefined) continue;
      if (seen.has(advisory.key)) {
        yield { type: 'note', message: `${document.path}: ${advisory.key} is told twice; the later one counts` };
      }
      seen.add(advisory.key);
      yield { type: 'upsert', advisory };
    }
    for (const [what, count] of recurring) {
      yield { type: 'note', message: `${document.path}: ${what} (${count} definitions)` };
    }
    yield { type: 'replaced', prefix: document.prefix };
  }

  async function* update(from: FeedState, context: FeedContext): AsyncGenerator<FeedEvent> {
    const { decompressedPieces } = await import('../formats/compression/pieces.ts');
    const state: Partial<Record<string, string>> = { ...from };
    const wanted = documents().filter(({ concerns }) => {
      if (context.namespaces === undefined) return true;
      return [...context.namespaces].some((namespace) => concerns(namespace));
    });
    let missing = 0;
    let absent = 0;
    for (const document of wanted) {
      context.signal?.throwIfAborted();
      const before = from[document.path];
      const answer = await context.download(feedAddress(options, context, document.path), before);
      if (answer.status === 'absent') {
        absent++;
        if (!document.required && before === undefined) continue;
        missing++;
        const known = before === undefined ? '' : '; what it said before is kept';
        yield { type: 'note', message: `${document.path} is not there${known}` };
        continue;
      }
      if (answer.status === 'changed') {
        const { body } = answer;
        const how = context.signal === undefined ? {} : { signal: context.signal };
        yield* readDocument(document, () => decompressedPieces(body, how));
      }
      if (answer.validator !== undefined) state[document.path] = answer.validator;
    }
    if (missing > 0 && missing >= wanted.length * TOLERATED) {
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
      if (document === undefined) yield { type: 'note', message: `${file.path} is no document of this feed` };
      else yield* readDocument(document, () => decompressedPieces(file.chunks()));
    }
  }

  return { ...description, update, read };
}
