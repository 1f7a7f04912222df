import { type UpdateinfoFeedOptions, updateinfoFeed } from '../../feeds/updateinfo.ts';
import type { Feed } from '../../model/feed.ts';
import { readExtras } from './extras.ts';
import { laterRepositories, repositoriesOf1, repositoryOf } from './repositories.ts';

/** Names of notices: `ALAS-2011-1`, `ALAS2-2018-939`, `ALAS2KERNEL-5.15-2022-001`, `ALAS2023LIVEPATCH-2023-001`. */
const ids = /^ALAS(?:2|2022|2023)?[\w.+-]{0,80}-\d{4}-\d{1,6}$/;

const shared = { licence: 'not stated, Amazon.com, Inc.', ids, recordUrl: alasPage } as const;

/** The folder of a document of the offline layout, which may be kept as the server has it, in `repodata`. */
function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, '').replace(/\/repodata$/, '');
}

/** The first Amazon Linux, whose updates ended in 2023. */
export const amazonLinux1: Feed = updateinfoFeed({
  ...shared,
  name: 'amazon-1-updateinfo',
  version: 1,
  title: 'Amazon Linux AMI security advisories',
  // Its repository is served without TLS alone.
  url: 'http://repo.us-west-2.amazonaws.com',
  mirrorPath: 'amazon-1-updateinfo',
  folder: 'amazon-1-updateinfo',
  repositories: async () => ({ repositories: repositoriesOf1() }),
  repositoryAt: (path) => repositoryIn(path, (namespace) => namespace === 'amazon:1'),
});

const later: Pick<UpdateinfoFeedOptions, 'url' | 'mirrorPath'> = {
  url: 'https://cdn.amazonlinux.com',
  mirrorPath: 'amazon-updateinfo',
};

/** Amazon Linux 2 with its extras, and Amazon Linux 2023. */
export const amazonUpdateinfo: Feed = updateinfoFeed({
  ...shared,
  ...later,
  name: 'amazon-updateinfo',
  version: 1,
  title: 'Amazon Linux security advisories',
  folder: 'amazon-updateinfo',
  repositories: async (context, from) => {
    if (context.namespaces?.has('amazon:2') === false) return { repositories: laterRepositories([]) };
    const { topics, state, notes } = await readExtras(later, context, from);
    return { repositories: laterRepositories(topics), state, notes };
  },
  repositoryAt: (path) => repositoryIn(path, (namespace) => namespace !== 'amazon:1'),
});

function repositoryIn(path: string, isOwn: (namespace: string) => boolean) {
  const repository = repositoryOf(folderOf(path));
  return repository !== undefined && isOwn(repository.namespace) ? repository : undefined;
}

/** The site leaves the number of the release out of the names of notices. */
export function alasPage(id: string): string {
  const [, release = '', rest = ''] = /^ALAS(2023|2022|2)?(.*)$/.exec(id) ?? [];
  return `https://alas.aws.amazon.com/${release === '' ? '' : `AL${release}/`}ALAS${rest}.html`;
}
