// Scans an image archive with snyk-docker-plugin as its command line does and prints how many packages of which kind.
//   node bench/snyk-scan.js FOLDER-WITH-NODE_MODULES docker-archive:FILE
import { createRequire } from 'node:module';
import path from 'node:path';

const [folder, image] = process.argv.slice(2);
const { scan } = createRequire(path.resolve(folder, 'package.json'))('snyk-docker-plugin');
const { scanResults } = await scan({ path: image, excludeAppVulns: false, shadedJarsDepth: 1 });
const found = {};
for (const { identity, facts } of scanResults) {
  for (const { type, data } of facts) {
    const graph = type === 'depGraph' ? data.getPkgs().length - 1 : 0;
    const fingerprints = type === 'jarFingerprints' ? data.fingerprints.length : 0;
    if (graph + fingerprints > 0) found[identity.type] = (found[identity.type] ?? 0) + graph + fingerprints;
  }
}
console.log(JSON.stringify(found));
