import { FeedError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { asList, asRecord, asText } from '../../formats/record.ts';
import type { Feed, FeedContext, FeedState } from '../../model/feed.ts';
import { isTopic } from './repositories.ts';

/** Topics of extras; there have been about 60. */
const TOPICS = 1000;

/** The topics of the extras of Amazon Linux 2, and what to remember of them. */
export interface Extras {
  readonly topics: readonly string[];
  readonly state: FeedState;
  readonly notes: readonly string[];
}

/**
 * Reads `extras-catalog.json`, which lists the topics of Amazon Linux 2. Those that were listed once are asked for ever:
 * a topic that is no longer offered is still installed.
 * @throws FeedError `feed.refused` if it is no such catalogue
 */
export async function readExtras(
  feed: Pick<Feed, 'url' | 'mirrorPath'>,
  context: FeedContext,
  from: FeedState,
): Promise<Extras> {
  const address = feedAddress(feed, context, '2/extras-catalog.json');
  const known = (from['topics'] ?? '').split(',').filter(isTopic);
  const answer = await context.download(address, from['catalogue']);
  const notes: string[] = [];
  if (answer.status === 'absent') notes.push(`${address} is not there; the extras that are known are asked for`);
  const listed = answer.status === 'changed' ? topicsOf(answer.body, address) : [];
  const topics = [...new Set([...known, ...listed])].sort();
  const validator = 'validator' in answer ? answer.validator : undefined;
  return {
    topics,
    notes,
    state: { topics: topics.join(','), ...(validator !== undefined && { catalogue: validator }) },
  };
}

function topicsOf(body: Uint8Array, address: string): string[] {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString());
  } catch (error) {
    throw new FeedError('feed.refused', `${address} is no JSON`, { cause: error });
  }
  const topics = asList(asRecord(document)?.['topics']).slice(0, TOPICS);
  const names = topics.map((topic) => asText(asRecord(topic)?.['n'], 100)).filter((name) => name !== undefined);
  if (names.length === 0) throw new FeedError('feed.refused', `${address} lists no topics`);
  return names.filter(isTopic);
}
