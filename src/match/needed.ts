import type { Namespace } from '../model/advisory.ts';
import { distributionTypes, type Ecosystem } from '../model/ecosystem.ts';
import type { Feed } from '../model/feed.ts';
import type { ImageView } from '../model/view.ts';
import { isJudged, type MatchOptions } from './match-options.ts';
import { withJudgedOwners } from './owners.ts';
import { watcher } from './watch.ts';

/** The advisories that judging an image takes, and who publishes them. */
export interface NeededAdvisories {
  readonly namespaces: ReadonlySet<Namespace>;
  readonly feeds: readonly Feed[];
}

/** Tells which advisories an image needs, so that no others are fetched. */
export function neededAdvisories(
  view: Pick<ImageView, 'distribution' | 'packages'>,
  ecosystems: readonly Ecosystem[],
  options: Pick<MatchOptions, 'lockfiles'> = {},
): NeededAdvisories {
  const watchOf = watcher(view, ecosystems);
  const namespaces = new Set<Namespace>();
  const feeds = new Map<string, Feed>();
  for (const pkg of withJudgedOwners(view.packages, watchOf, distributionTypes(ecosystems))) {
    if (!isJudged(pkg, options)) continue;
    const watch = watchOf(pkg);
    if (watch === undefined) continue;
    for (const namespace of watch.namespaces) namespaces.add(namespace);
    for (const feed of watch.ecosystem.feeds) if (!isOther(feed, watch.ecosystem.feeds)) feeds.set(feed.name, feed);
  }
  return { namespaces, feeds: [...feeds.values()] };
}

/** Tells whether a feed says the same as another one in another form. */
function isOther({ insteadOf }: Feed, feeds: readonly Feed[]): boolean {
  return insteadOf !== undefined && feeds.some(({ name }) => name === insteadOf);
}
