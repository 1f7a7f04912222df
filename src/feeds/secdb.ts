import { readSecdb, readSecdbYaml, type SecdbFix } from '../formats/secdb.ts';
import type { Advisory, Namespace } from '../model/advisory.ts';
import type { Feed, FeedEvent } from '../model/feed.ts';
import { type DocumentsFeedOptions, documentsFeed, type FeedDocument } from './documents.ts';

/** One document of a secdb feed, which speaks of one namespace. */
export interface SecdbDocument extends FeedDocument {
  readonly namespace: Namespace;
}

/** A publisher of secdb documents. */
interface SecdbFeedOptions extends Omit<DocumentsFeedOptions<SecdbDocument>, 'width' | 'read'> {
  recordUrl(id: string): string;
}

/** The page of a vulnerability at whoever keeps its id, for publishers that have none of their own. */
export function vulnerabilityPage(id: string): string {
  const name = encodeURIComponent(id);
  return id.startsWith('GHSA-') ? `https://github.com/advisories/${name}` : `https://osv.dev/vulnerability/${name}`;
}

/** Makes a feed of secdb documents: Alpine, and whoever publishes in its form. */
export function secdbFeed({ recordUrl, ...options }: SecdbFeedOptions): Feed {
  return documentsFeed({
    ...options,
    width: 6,
    read: async function* (document, content) {
      yield* readDocument(document, await content.whole(), recordUrl);
    },
  });
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
