import { type UpdateinfoRepository, updateinfoFeed } from '../../feeds/updateinfo.ts';
import type { Feed } from '../../model/feed.ts';

const document: UpdateinfoRepository = {
  prefix: '1/',
  namespace: 'bottlerocket:1',
  place: { document: 'updateinfo.xml.gz' },
  required: true,
};

/** The advisories of Bottlerocket, in one document. */
export const bottlerocketUpdateinfo: Feed = updateinfoFeed({
  name: 'bottlerocket-updateinfo',
  version: 1,
  title: 'Bottlerocket security advisories',
  url: 'https://advisories.bottlerocket.aws',
  mirrorPath: 'bottlerocket-updateinfo',
  licence: 'Apache-2.0 or MIT, the Bottlerocket project',
  folder: 'bottlerocket-updateinfo',
  repositories: async () => ({ repositories: [document] }),
  repositoryAt: (path) => (path.includes('/') ? undefined : document),
  ids: /^(?:BRSA-[a-z0-9]{6,20}|GHSA(?:-[a-z0-9]{4}){3})$/,
  recordUrl: (id) =>
    id.startsWith('GHSA-')
      ? `https://github.com/bottlerocket-os/bottlerocket/security/advisories/${id}`
      : `https://advisories.bottlerocket.aws/#${id}`,
});
