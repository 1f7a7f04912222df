import { osvNamespace } from '../formats/osv/namespace.ts';
import type { Feed } from '../model/feed.ts';
import { type OsvFeedOptions, osvFeed } from './osv.ts';

/** What is particular to one database of OSV on the packages of a language. */
export interface OsvLanguage
  extends Pick<
    OsvFeedOptions,
    | 'ecosystem'
    | 'title'
    | 'licence'
    | 'compare'
    | 'packageName'
    | 'namespaceOf'
    | 'leavesOut'
    | 'absentBecause'
    | 'completed'
  > {
  /** The feed is called `NAME-osv`. */
  readonly name: string;
  /** Default: 1. */
  readonly version?: number;
}

/**
 * Makes the feed of one database of OSV. Records of packages that are malware themselves (OpenSSF malicious-packages) are
 * no vulnerability that an update mends: they stand in a namespace of their own, `malicious:npm`.
 */
export function osvLanguageFeed({ name, version = 1, title, namespaceOf, ecosystem, ...how }: OsvLanguage): Feed {
  const own = namespaceOf ?? ((one: string) => (one.split(':', 1)[0] === ecosystem ? osvNamespace(one) : undefined));
  return osvFeed({
    ...how,
    ecosystem,
    name: `${name}-osv`,
    version,
    title: `${title} (OSV)`,
    nameKind: 'binary',
    namespaceOf(one, id) {
      const namespace = own(one, id);
      return namespace !== undefined && id.startsWith('MAL-') ? `malicious:${namespace}` : namespace;
    },
  });
}
