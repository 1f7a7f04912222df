import { type UpdateinfoRepository, updateinfoFeed } from '../../feeds/updateinfo.ts';
import type { Feed } from '../../model/feed.ts';
import { fedoraReleases } from './releases.ts';

const architectures: ReadonlyMap<string, readonly string[]> = new Map([
  ['x86_64', ['x86_64', 'i686', 'noarch']],
  ['aarch64', ['aarch64']],
]);

/** The repositories of updates; those of releases that ended are moved to the archive. */
const repositories: readonly UpdateinfoRepository[] = fedoraReleases.flatMap(({ version }) =>
  [...architectures].map(([arch, included]) => ({
    prefix: `${version}/${arch}/`,
    namespace: `fedora:${version}`,
    place: {
      folder: `fedora/linux/updates/${version}/Everything/${arch}`,
      archive: `archive/fedora/linux/updates/${version}/Everything/${arch}`,
    },
    architectures: included,
    required: arch === 'x86_64',
  })),
);

/**
 * Security updates of Fedora Linux as its repositories have them: by binary packages, and only those whose packages are
 * still the latest.
 */
export const fedoraUpdateinfo: Feed = updateinfoFeed({
  name: 'fedora-updateinfo',
  version: 1,
  title: 'Fedora security updates (updateinfo)',
  url: 'https://dl.fedoraproject.org/pub',
  mirrorPath: 'fedora-updateinfo',
  licence: 'not stated, the Fedora Project',
  folder: 'fedora-updateinfo',
  insteadOf: 'fedora-bodhi',
  repositories: async () => ({ repositories }),
  repositoryAt: (path) => repositories.find(({ prefix }) => path.startsWith(prefix)),
  ids: /^FEDORA-(?:MODULAR-)?\d{4}-[0-9a-f]{4,20}$/,
  recordUrl: (id) => `https://bodhi.fedoraproject.org/updates/${id}`,
});
