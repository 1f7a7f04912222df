import { type BitnamiComponent, parseBitnamiComponents, parseBitnamiSpdx } from '../../formats/bitnami.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';

/** Reads which components images of Bitnami have: each has a bill of materials in its folder. */
export const bitnamiComponents = packageFiles({
  name: 'bitnami-components',
  version: 1,
  names: { ends: ['.spdx'] },
  where: ({ name, path }) => name.endsWith('.spdx') && name.startsWith('.spdx-') && /(?:^|\/)bitnami\//.test(path),
  maximum: MAX_MANIFEST,
  read: (text) => parseBitnamiSpdx(text).map((one) => recordOf(one, {})),
});

/** Reads the list of what an image was made of, which older images have alone. */
export const bitnamiList = packageFiles({
  name: 'bitnami-list',
  version: 1,
  exact: ['.bitnami_components.json'],
  asked: true,
  maximum: MAX_MANIFEST,
  read: (text) => parseBitnamiComponents(text).map((one) => recordOf(one, { evidence: 'lockfile' })),
});

function recordOf(
  { name, version, arch, licence }: BitnamiComponent,
  evidence: Pick<PackageRecord, 'evidence'>,
): PackageRecord {
  return {
    type: 'bitnami',
    name,
    version,
    ...evidence,
    ...(arch !== undefined && { arch }),
    ...(licence !== undefined && { licences: [licence] }),
  };
}
