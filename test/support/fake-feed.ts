import type { Advisory } from '../../src/model/advisory.ts';
import type { Feed, FeedContext, FeedEvent, FeedState } from '../../src/model/feed.ts';

/** A feed that says what a test wants it to. */
export function fakeFeed(
  name: string,
  say: (from: FeedState, context: FeedContext | undefined) => Iterable<FeedEvent> | AsyncIterable<FeedEvent>,
  more: Partial<Feed> = {},
): Feed {
  async function* events(from: FeedState, context: FeedContext | undefined): AsyncGenerator<FeedEvent> {
    yield* say(from, context);
  }
  return {
    name,
    version: 1,
    title: `Feed ${name}`,
    url: 'https://feeds.example',
    mirrorPath: name,
    licence: 'CC0',
    folder: name,
    update: events,
    read: () => events({}, undefined),
    ...more,
  };
}

/** An advisory on one package in one namespace, fixed in version 2. */
export function plainAdvisory(key: string, more: Partial<Advisory> = {}): Advisory {
  return {
    key,
    id: `CVE-${key}`,
    aliases: [],
    severity: 'high',
    urls: [],
    affected: [
      { namespace: 'debian:12', package: 'openssl', nameKind: 'source', state: 'fixed', ranges: [{ fixed: '2' }] },
    ],
    ...more,
  };
}

/** The advisories as the events of a feed that always tells everything. */
export function* tellAll(advisories: Iterable<Advisory>): Generator<FeedEvent> {
  for (const advisory of advisories) yield { type: 'upsert', advisory };
  yield { type: 'replaced', prefix: '' };
}

/** So many advisories on openssl in a namespace. */
export function advisoriesIn(count: number, namespace = 'debian:12'): Advisory[] {
  return Array.from({ length: count }, (_, i) =>
    plainAdvisory(`${namespace}/${i}`, {
      affected: [{ namespace, package: 'openssl', nameKind: 'source', state: 'fixed', ranges: [{ fixed: '2' }] }],
    }),
  );
}
