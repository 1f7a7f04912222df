import {
  type EnterpriseLayout,
  enterpriseRepositories,
  enterpriseRepositoryAt,
} from '../../feeds/enterprise-repositories.ts';
import { updateinfoFeed } from '../../feeds/updateinfo.ts';
import type { Feed } from '../../model/feed.ts';
import { titledModule } from '../../packages/rpm/errata-title.ts';
import { almalinuxReleases } from './releases.ts';

const layout: EnterpriseLayout = {
  id: 'almalinux',
  majors: almalinuxReleases.map(({ version }) => version),
  path: 'almalinux',
};

/** AlmaLinux's errata as its repositories have them: the same notices, with architectures. */
export const almalinuxUpdateinfo: Feed = updateinfoFeed({
  name: 'almalinux-updateinfo',
  version: 1,
  title: 'AlmaLinux errata (updateinfo)',
  url: 'https://repo.almalinux.org',
  mirrorPath: 'almalinux-updateinfo',
  licence: 'MIT, AlmaLinux OS Foundation',
  folder: 'almalinux-updateinfo',
  insteadOf: 'almalinux-osv',
  repositories: async () => ({ repositories: enterpriseRepositories(layout) }),
  repositoryAt: (path) => enterpriseRepositoryAt(layout, path),
  ids: /^AL[SBE]A-\d{4}:[A-Z]?\d{1,8}$/,
  recordUrl: (id, namespace) => {
    const [, major = ''] = namespace.split(':');
    return `https://errata.almalinux.org/${major}/${id.replace(':', '-')}.html`;
  },
  moduleOf: (title, version) => titledModule(title, [{ fixed: version }])?.module,
});
