import { parseSnapYaml } from '../../formats/snap-yaml.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';

/**
 * Reads which snaps are unpacked in an image: each has its description in `snap/NAME/REVISION/meta/`. Where the image is itself
 * a snap, it stands at the root.
 */
export const snapMetadata = packageFiles({
  name: 'snap-metadata',
  version: 2,
  exact: ['snap.yaml'],
  where: ({ path }) => path === 'meta/snap.yaml' || /(?:^|\/)snap\/[^/]+\/[^/]+\/meta\/snap\.yaml$/.test(path),
  maximum: MAX_MANIFEST,
  read(text) {
    const { name, version, arch, licence } = parseSnapYaml(text);
    return [
      {
        type: 'snap',
        name,
        version,
        ...(arch !== undefined && { arch }),
        ...(licence !== undefined && { licences: [licence] }),
      },
    ];
  },
});
