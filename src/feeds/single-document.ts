import { FeedError } from '../errors.ts';
import type { Feed, FeedContext, FeedEvent, FeedState } from '../model/feed.ts';
import { feedAddress } from './address.ts';

/** The one document that a feed consists of. */
export interface SingleDocument {
  readonly feed: Pick<Feed, 'url' | 'mirrorPath'>;
  /** Below the feed's address. */
  readonly path: string;
  /** Name of its validator in the feed's state. */
  readonly key: string;
  /** Its events; asked for only where it changed. */
  read(body: Uint8Array, address: string): AsyncIterable<FeedEvent> | Iterable<FeedEvent>;
}

/**
 * Updates a feed that is one document, asked for only where it changed.
 * @throws FeedError `feed.refused` where it is not there
 */
export async function* updateDocument(
  { feed, path, key, read }: SingleDocument,
  from: FeedState,
  context: FeedContext,
): AsyncGenerator<FeedEvent> {
  const address = feedAddress(feed, context, path);
  const answer = await context.download(address, from[key]);
  if (answer.status === 'absent') throw new FeedError('feed.refused', `${address} is not there`);
  if (answer.status === 'changed') yield* read(answer.body, address);
  if (answer.validator !== undefined) yield { type: 'state', state: { [key]: answer.validator } };
}
