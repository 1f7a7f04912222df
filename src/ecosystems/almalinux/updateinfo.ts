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

/** Names of notices: `ALSA-2023:7465`. */
export const almalinuxIds = /^AL[SBE]A-\d{4}:[A-Z]?\d{1,8}$/;

/** The page of a notice stands below the major version. */
export function almalinuxPage(id: string, namespace: string): string {
  const [, major = ''] = namespace.split(':');
  return `https://errata.almalinux.org/${major}/${id.replace(':', '-')}.html`;
}

/** The module of a package that says none, by the title of its notice. */
export function almalinuxModule(title: string | undefined, version: string): string | undefined {
  return titledModule(title, [{ fixed: version }])?.module;
}

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
  ids: almalinuxIds,
  recordUrl: almalinuxPage,
  moduleOf: almalinuxModule,
});
