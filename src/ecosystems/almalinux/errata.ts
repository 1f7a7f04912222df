import { type UpdateinfoRepository, updateinfoFeed } from '../../feeds/updateinfo.ts';
import { readAlmalinuxErrata } from '../../formats/almalinux-errata.ts';
import type { Feed } from '../../model/feed.ts';
import { almalinuxReleases } from './releases.ts';
import { almalinuxIds, almalinuxModule, almalinuxPage } from './updateinfo.ts';

const documents: readonly UpdateinfoRepository[] = almalinuxReleases.map(({ version }) => ({
  prefix: `${version}/`,
  namespace: `almalinux:${version}`,
  place: { document: `${version}/errata.full.json` },
  required: true,
}));

/** AlmaLinux's errata as their site has them: the same notices, with the module of each package. */
export const almalinuxErrata: Feed = updateinfoFeed({
  name: 'almalinux-errata',
  version: 1,
  title: 'AlmaLinux errata (JSON)',
  url: 'https://errata.almalinux.org',
  mirrorPath: 'almalinux-errata',
  licence: 'MIT, AlmaLinux OS Foundation',
  folder: 'almalinux-errata',
  insteadOf: 'almalinux-osv',
  repositories: async () => ({ repositories: documents }),
  repositoryAt: (path) => documents.find(({ prefix }) => path.startsWith(prefix)),
  readNotices: readAlmalinuxErrata,
  ids: almalinuxIds,
  recordUrl: almalinuxPage,
  moduleOf: almalinuxModule,
});
