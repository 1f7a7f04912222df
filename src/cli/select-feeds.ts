import { didYouMean } from '../config/nearest.ts';
import { UsageError } from '../errors.ts';
import type { Feed } from '../model/feed.ts';

/** Every feed of every ecosystem, then every enricher. */
export async function allFeeds(): Promise<readonly Feed[]> {
  const [{ ecosystems }, { enrichers }] = await Promise.all([
    import('../ecosystems/index.ts'),
    import('../enrichers/index.ts'),
  ]);
  // A feed that several ecosystems share is read once.
  const feeds = [...ecosystems.flatMap((ecosystem) => ecosystem.feeds), ...enrichers];
  return [...new Map(feeds.map((feed) => [feed.name, feed])).values()];
}

/**
 * Those of these names. Where none is named: all, without those that say the same as another one in another form.
 * @throws UsageError for a name that no feed has
 */
export function selectFeeds(names: readonly string[], all: readonly Feed[]): readonly Feed[] {
  const known = all.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = didYouMean(name, known);
    throw new UsageError('usage.option', `${JSON.stringify(name)} is no feed. Known are ${known.join(', ')}.${meant}`);
  }
  if (names.length > 0) return all.filter(({ name }) => names.includes(name));
  return all.filter(({ insteadOf }) => insteadOf === undefined || !known.includes(insteadOf));
}
