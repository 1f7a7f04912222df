import { parsePubspec } from '../../formats/dart/pubspec.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';
import { fetchedFolder } from './fetched.ts';

/** Reads which packages stand in the cache of pub, from where programs are run and compiled. */
export const dartPackages = packageFiles({
  name: 'dart-packages',
  version: 1,
  exact: ['pubspec.yaml'],
  where: ({ path }) => {
    const folder = fetchedFolder(path);
    return folder !== undefined && path.length === folder.length + '/pubspec.yaml'.length;
  },
  maximum: MAX_MANIFEST,
  read(text) {
    const { name, version, wanted } = parsePubspec(text);
    const requires = wanted.filter(({ development }) => !development).map((one) => one.name);
    return [{ type: 'pub', name, version, ...(requires.length > 0 && { requires }) }];
  },
});
