import {
  type EnterpriseLayout,
  enterpriseRepositories,
  enterpriseRepositoryAt,
} from '../../feeds/enterprise-repositories.ts';
import { updateinfoFeed } from '../../feeds/updateinfo.ts';
import type { Feed } from '../../model/feed.ts';
import { titledModule } from '../../packages/rpm/errata-title.ts';
import { rockyIds, rockyPage } from './feed.ts';
import { rockyReleases } from './releases.ts';

const layout: EnterpriseLayout = {
  id: 'rocky',
  majors: rockyReleases.map(({ version }) => version),
  path: 'rocky',
};

/** Rocky Linux's errata as its repositories have them: by binary packages, with architectures. */
export const rockyUpdateinfo: Feed = updateinfoFeed({
  name: 'rocky-updateinfo',
  version: 1,
  title: 'Rocky Linux errata (updateinfo)',
  url: 'https://dl.rockylinux.org/pub',
  mirrorPath: 'rocky-updateinfo',
  licence: 'BSD-3-Clause, Rocky Enterprise Software Foundation',
  folder: 'rocky-updateinfo',
  insteadOf: 'rocky-osv',
  repositories: async () => ({ repositories: enterpriseRepositories(layout) }),
  repositoryAt: (path) => enterpriseRepositoryAt(layout, path),
  ids: rockyIds,
  recordUrl: rockyPage,
  moduleOf: (title, version) => titledModule(title, [{ fixed: version }])?.module,
});
