import type { Feed, FeedContext } from '../model/feed.ts';

/** Address of a file of a feed: at its publisher's, or below the feed's place on a mirror. */
export function feedAddress(feed: Pick<Feed, 'url' | 'mirrorPath'>, context: FeedContext, path: string): string {
  const parts = context.baseUrl === undefined ? [feed.url, path] : [context.baseUrl, feed.mirrorPath, path];
  return parts
    .filter((part) => part !== '')
    .map((part, i) => (i === 0 ? part.replace(/\/+$/, '') : part.replace(/^\/+|\/+$/g, '')))
    .join('/');
}
