// Scans an image archive with snyk-docker-plugin as its command line does and prints how many packages of which kind, or a
// list of them: `{ type, name, version, path }`.
//   node bench/snyk-scan.js FOLDER-WITH-NODE_MODULES docker-archive:FILE [list]
import { createRequire } from 'node:module';
import path from 'node:path';

const [folder, image, form] = process.argv.slice(2);
const { scan } = createRequire(path.resolve(folder, 'package.json'))('snyk-docker-plugin');
const { scanResults } = await scan({ path: image, excludeAppVulns: false, shadedJarsDepth: 1 });
const packages = scanResults.flatMap(({ identity: { type: kind, targetFile }, facts }) =>
  facts.flatMap(({ type, data }) => {
    if (type === 'depGraph') {
      // The root stands for the file, or for the image.
      const root = data.rootPkg;
      return data
        .getPkgs()
        .filter((pkg) => pkg !== root && !(pkg.name === root.name && pkg.version === root.version))
        .map(({ name, version }) => ({ type: kind, name, version, path: targetFile }));
    }
    if (type !== 'jarFingerprints') return [];
    return data.fingerprints.map(({ groupId, artifactId, version, location }) => {
      const name = groupId === undefined ? undefined : `${groupId}:${artifactId}`;
      return { type: kind, name, version, path: location };
    });
  }),
);
const counts = Object.fromEntries(
  Map.groupBy(packages, ({ type }) => type)
    .entries()
    .map(([type, { length }]) => [type, length]),
);
console.log(JSON.stringify(form === 'list' ? packages : counts));
