import { parseCosPackages } from '../../formats/cos-packages.ts';
import { directoriesOf } from '../../packages/directories-of.ts';
import { linkedFiles } from '../../packages/linked-files.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';

const LIST = 'etc/cos-package-info.json';

/** Reads which packages Container-Optimized OS says it is made of. */
export const cosPackages = packageFiles({
  name: 'cos-packages',
  version: 1,
  within: directoriesOf([LIST]),
  where: ({ path }) => path === LIST,
  missing: (view) => linkedFiles(view, [LIST]),
  maximum: MAX_LOCKFILE,
  read(text, { path }, layer) {
    const { packages, passedOver } = parseCosPackages(text);
    if (passedOver > 0) {
      const message = `${passedOver} entries of it have no name or no version, and were left out`;
      layer.problem({ code: 'file.format', message, path });
    }
    return packages.map(({ name, version }) => ({ type: 'cos', name, version }));
  },
});
