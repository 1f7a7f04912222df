import { FeedError } from '../../errors.ts';
import { feedAddress } from '../../feeds/address.ts';
import { type SecdbDocument, secdbFeed } from '../../feeds/secdb.ts';
import type { Feed, FeedContext } from '../../model/feed.ts';

const URL = 'https://secdb.alpinelinux.org';

/** Branches that are known to have a secdb. Newer ones are found through the index of the site. */
const FIRST_MINOR = 2;
const LAST_MINOR = 24;

/** The first branch with a community repository. */
const FIRST_COMMUNITY = 4;

const branchPattern = /^(?:edge|v3\.(\d{1,3}))$/;

/** Alpine's own list of fixes, one document a branch and repository. It knows of no open issues and no severities. */
export const alpineSecdb: Feed = secdbFeed({
  name: 'alpine-secdb',
  version: 1,
  title: 'Alpine Linux secdb',
  url: URL,
  mirrorPath: 'alpine-secdb',
  licence: 'public data of Alpine Linux, without a stated licence',
  folder: 'alpine-secdb',
  recordUrl: (id) => `https://security.alpinelinux.org/vuln/${encodeURIComponent(id)}`,

  async documents(context) {
    const branches = context.namespaces === undefined ? await allBranches(context) : wantedBranches(context.namespaces);
    return branches.flatMap((branch) => [toDocument(branch, 'main'), toDocument(branch, 'community')]);
  },

  documentAt(path) {
    // The older form in YAML says the same, and is all that old copies have.
    const match = /(?:^|\/)([^/]+)\/(main|community)\.(?:json|yaml)$/.exec(path);
    if (match === null || !branchPattern.test(match[1] as string)) return undefined;
    return { ...toDocument(match[1] as string, match[2] as 'main' | 'community'), path };
  },
});

function toDocument(branch: string, repository: 'main' | 'community'): SecdbDocument {
  const minor = branchPattern.exec(branch)?.[1];
  const namespace = `alpine:${branch}`;
  return {
    path: `${branch}/${repository}.json`,
    namespace,
    concerns: (other) => other === namespace,
    prefix: `${branch}/${repository}/`,
    required: repository === 'main' || minor === undefined || Number(minor) >= FIRST_COMMUNITY,
  };
}

function wantedBranches(namespaces: ReadonlySet<string>): string[] {
  return [...namespaces]
    .filter((namespace) => namespace.startsWith('alpine:'))
    .map((namespace) => namespace.slice('alpine:'.length))
    .filter((branch) => branchPattern.test(branch));
}

/** The branches we know and those that the index of the site lists beyond. Mirrors need not have an index. */
async function allBranches(context: FeedContext): Promise<string[]> {
  const minors = Array.from({ length: LAST_MINOR - FIRST_MINOR + 1 }, (_, i) => FIRST_MINOR + i);
  const branches = new Set([...minors.map((minor) => `v3.${minor}`), 'edge']);
  try {
    const feed = { url: URL, mirrorPath: 'alpine-secdb' };
    const index = await context.download(`${feedAddress(feed, context, '')}/`, undefined, { page: true });
    if (index.status === 'changed') {
      const text = Buffer.from(index.body).toString('latin1');
      for (const match of text.matchAll(/href="(?:\.\/)?(v3\.\d{1,3})\/?"/g)) branches.add(match[1] as string);
    }
  } catch (error) {
    if (!(error instanceof FeedError)) throw error;
    // The documents themselves tell whether the site can be reached.
  }
  return [...branches];
}
