import type { OvalDefinition } from '../formats/oval/model.ts';
import type { Advisory } from '../model/advisory.ts';
import type { Feed, FeedEvent } from '../model/feed.ts';
import { type DocumentContent, type DocumentsFeedOptions, documentsFeed, type FeedDocument } from './documents.ts';

/** What a definition says, with what could not be read of it. */
export interface OvalRecord {
  /** Absent: it says nothing of any package that is known here. */
  readonly advisory?: Advisory;
  readonly notes?: readonly string[];
  /** What recurs in many definitions, as a product that nobody knows: told once for each document. */
  readonly recurring?: readonly string[];
}

/** A publisher of OVAL documents. */
export interface OvalFeedOptions<D extends FeedDocument> extends Omit<DocumentsFeedOptions<D>, 'width' | 'read'> {
  /** The record's key has to begin with the document's prefix. */
  recordOf(definition: OvalDefinition, document: D): OvalRecord;
}

/** Makes a feed of OVAL documents. They are downloaded one after the other: one alone may be large. */
export function ovalFeed<D extends FeedDocument>({ recordOf, ...options }: OvalFeedOptions<D>): Feed {
  async function* read(document: D, content: DocumentContent): AsyncGenerator<FeedEvent> {
    const { readOval } = await import('../formats/oval/read.ts');
    const seen = new Set<string>();
    const recurring = new Map<string, number>();
    for await (const definition of readOval(() => content.pieces())) {
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

  return documentsFeed({ ...options, width: 1, read });
}
