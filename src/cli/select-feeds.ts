import { didYouMean } from '../config/nearest.ts';
import { UsageError } from '../errors.ts';
import type { Feed } from '../model/feed.ts';

/** Every feed of every ecosystem. */
export async function allFeeds(): Promise<readonly Feed[]> {
  const { ecosystems } = await import('../ecosystems/index.ts');
  // A feed that several ecosystems share is read once.
  return [...new Map(ecosystems.flatMap(({ feeds }) => feeds).map((feed) => [feed.name, feed])).values()];
}

/**
 * Those of these names; all where none is named.
 * @throws UsageError for a name that no feed has
 */
export function selectFeeds(names: readonly string[], all: readonly Feed[]): readonly Feed[] {
  const known = all.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const meant = didYouMean(name, known);
    throw new UsageError('usage.option', `${JSON.stringify(name)} is no feed. Known are ${known.join(', ')}.${meant}`);
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}
