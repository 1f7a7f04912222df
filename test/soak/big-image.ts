// A real Debian image of 600 or more packages against dpkg-query: name, version, architecture, source and its version.
//   node test/soak/big-image.ts     (as root on Debian with mmdebstrap; takes some minutes)
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { asTruth, debianRoot, dpkgTruth, whyNoDebian } from '../support/debian.ts';
import { dockerArchive } from '../support/image.ts';
import { scanOne } from '../support/scan.ts';
import { writeTemporary } from '../support/temporary.ts';

const packages = [
  'python3-openstackclient',
  'python3-flask',
  'python3-lxml',
  'python3-twisted',
  'python3-django',
  'npm',
  'build-essential',
  'imagemagick',
  'postgresql',
  'nginx',
];

const why = whyNoDebian();
if (why !== undefined) throw new Error(why);
const { tar, why: notBuilt } = debianRoot('trixie', packages);
if (tar === undefined) throw new Error(notBuilt);
const image = writeTemporary('image.tar', dockerArchive({ layers: [readFileSync(tar)], layout: 'blobs' }));

const truth = dpkgTruth(tar);
const found = asTruth((await scanOne(image)).packages);

console.log(
  `${truth.length} packages, ${found.length} found, ${isDeepStrictEqual(found, truth) ? 'equal' : 'DIFFERENT'}`,
);
process.exitCode = isDeepStrictEqual(found, truth) && truth.length >= 600 ? 0 : 1;
