// Holds what Trivy and snyk-docker-plugin list of an image against the report of a scan: each name, version and path must be
// there too, or the bytes of the file must tell why not.
//   node test/soak/languages-peers.ts       the image `app` and the peers of bench/image-set.ts and bench/peers.ts; 15 minutes
// Needs umoci. Unpacks the image (3 GB) into the temporary folder. Ends with 1 where something is missing and not explained.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { contender } from '../../bench/contenders.ts';
import { benchImage } from '../../bench/image-set.ts';
import { bringPeers, peerVersions, snykFolder } from '../../bench/peers.ts';
import type { Report } from '../../src/model/report.ts';
import { projectRoot } from '../support/run.ts';
import { scanReport } from './scan-report.ts';

interface Listed {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  /** Where: undefined where the lister does not tell. */
  readonly path: string | undefined;
}

const image = benchImage('app');
const folder = mkdtempSync(path.join(tmpdir(), 'drydock-peers-'));
const root = path.join(folder, 'root');

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

function listOfTrivy(): Listed[] {
  const [job, options] = [
    { image: 'app', form: 'plain' } as const,
    { checkout: projectRoot, database: undefined, results: folder },
  ];
  const { command, prepare } = contender('trivy', job, options)!;
  prepare?.();
  const [program, ...words] = command as [string, ...string[]];
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const result = words[words.indexOf('-o') + 1]!;
  const { components } = JSON.parse(readFileSync(result, 'utf8')) as { readonly components: readonly Component[] };
  return components.flatMap(({ group, name, version, purl, properties = [] }) => {
    const type = /^pkg:([a-z]+)\//.exec(purl ?? '')?.[1];
    if (type === undefined || type === 'oci') return [];
    const between = type === 'maven' ? ':' : '/';
    return {
      type,
      name: group === undefined ? name : `${group}${between}${name}`,
      version: type === 'deb' ? debianVersion(version, properties) : version,
      path: properties.find((property) => property.name.endsWith(':FilePath'))?.value,
    };
  });
}

/** Trivy writes the upstream part alone for some, and the rest beside it. */
function debianVersion(version: string, properties: Component['properties'] = []): string {
  const id = properties.find(({ name }) => name.endsWith(':PkgID'))?.value;
  return id?.slice(id.indexOf('@') + 1) ?? version;
}

const typesOfSnyk: Readonly<Record<string, string>> = {
  deb: 'deb',
  npm: 'npm',
  pnpm: 'npm',
  yarn: 'npm',
  pip: 'pypi',
  maven: 'maven',
  gomodules: 'golang',
};

interface ListedBySnyk {
  readonly type: string;
  readonly name?: string;
  readonly version?: string;
  readonly path?: string;
}

/** Digests of jars without a name are for its service to name: they are counted, and no packages. */
function listOfSnyk(): { readonly packages: readonly Listed[]; readonly digests: number } {
  const script = path.join(projectRoot, 'bench/snyk-scan.js');
  const words = [script, snykFolder, `docker-archive:${image.plain}`, 'list'];
  const output = execFileSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const listed = JSON.parse(output) as readonly ListedBySnyk[];
  const packages = listed.flatMap(({ type: kind, name, version = '', path: place }) => {
    const type = typesOfSnyk[kind];
    if (type === undefined)
      throw new Error(`snyk lists packages of the kind ${kind}, of which this script does not know`);
    if (name === undefined) return [];
    // `source/package`
    const own = type === 'deb' ? name.slice(name.lastIndexOf('/') + 1) : name;
    return { type, name: own, version, path: type === 'deb' ? undefined : place?.replace(/^\//, '') };
  });
  return { packages, digests: listed.length - packages.length };
}

interface Index {
  readonly manifests: readonly [{ readonly annotations?: Readonly<Record<string, string>> }];
}

/** Unpacks the image of an OCI layout folder with umoci (Debian: umoci) into a folder that is not there yet. */
function unpackImage(layout: string, folder: string): void {
  const index = path.join(layout, 'index.json');
  if (!existsSync(index)) throw new Error(`${layout} is no OCI layout folder: node bench/image-set.ts makes one`);
  const { manifests } = JSON.parse(readFileSync(index, 'utf8')) as Index;
  const tag = manifests[0].annotations?.['org.opencontainers.image.ref.name'] ?? 'latest';
  execFileSync('umoci', ['raw', 'unpack', '--image', `${layout}:${tag}`, folder], { stdio: 'ignore' });
}

/** Places of all packages of ours: `type name version`. */
function placesOf({ packages }: Report): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  for (const { type, name, version, locations } of packages) {
    const key = `${type} ${name} ${version}`;
    places.set(key, [...(places.get(key) ?? []), ...locations]);
  }
  return places;
}

/** Whether one of our places is that of the lister: a file, an archive that it is in, or a folder or project that it is below. */
function isPlace(ours: string, { type, path: theirs }: Listed): boolean {
  if (theirs === undefined || ours === theirs || ours.startsWith(`${theirs}!/`)) return true;
  // Snyk names the project that a module stands in or its folder of modules.
  const project = theirs.replace(/(?:^|\/)package\.json$/, '');
  return type === 'npm' && ours.startsWith(`${project}/`);
}

/** Why a package is not among ours, as the files tell; undefined: they do not. */
function reasonOf({ type, name, version, path: file = '' }: Listed): string | undefined {
  if (type !== 'npm') return undefined;
  const manifest = path.join(root, file);
  if (!existsSync(manifest)) return undefined;
  const about = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name?: unknown; readonly private?: unknown };
  const isModule = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/.test(file);
  if (about.name === name && about.private === true && !isModule) {
    return 'no package: in a folder of another one, and its package.json says that it is not published (private)';
  }
  const module = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*)\/.+\/package\.json$/.exec(file)?.[1];
  if (module !== undefined && existsSync(path.join(root, module, 'package.json'))) {
    const outer = JSON.parse(readFileSync(path.join(root, module, 'package.json'), 'utf8')) as typeof about & {
      readonly version?: unknown;
    };
    if (outer.name === name && outer.version === version) {
      return 'no other package: a copy of the package.json of the module that it is in';
    }
  }
  const lockfile = path.join(path.dirname(manifest), 'pnpm-lock.yaml');
  const isOwned = file.startsWith('usr/share/nodejs/');
  if (isOwned && existsSync(lockfile) && readFileSync(lockfile, 'utf8').includes(name)) {
    return 'not installed: asked for by a lockfile among the sources of a package of the distribution';
  }
  return undefined;
}

/** Prints a line a type and reason; false where something is missing and no file tells why. */
function holds(lister: string, listed: readonly Listed[], ours: ReadonlyMap<string, readonly string[]>): boolean {
  let passed = true;
  for (const [type, packages] of Map.groupBy(listed, (one) => one.type)) {
    const missing = packages.filter((one) => {
      const places = ours.get(`${type} ${one.name} ${one.version}`) ?? [];
      return !places.some((place) => isPlace(place, one));
    });
    console.log(`${lister}: ${type} ${packages.length} listed, ${packages.length - missing.length} of them ours`);
    for (const [reason, lines] of Map.groupBy(missing, reasonOf)) {
      if (reason !== undefined) console.log(`  ${lines.length} ${reason}`);
      else for (const { name, version, path: file } of lines) console.log(`  MISSING ${name} ${version} ${file ?? ''}`);
      passed &&= reason !== undefined;
    }
  }
  return passed;
}

try {
  bringPeers(['trivy', 'snyk']);
  console.error('unpacking ...');
  unpackImage(image.gzipFolder, root);
  console.error('scanning ...');
  const ours = placesOf(scanReport(image.plain));
  console.error(`trivy ${peerVersions.trivy} ...`);
  const trivy = holds('trivy', listOfTrivy(), ours);
  console.error(`snyk ${peerVersions.snyk} ...`);
  const { packages, digests } = listOfSnyk();
  const snyk = holds('snyk', packages, ours);
  console.log(`snyk: ${digests} digests of jars that it does not name`);
  console.log(trivy && snyk ? 'all theirs are ours, or their files tell why not' : 'NOT AS IT SHOULD BE');
  process.exitCode = trivy && snyk ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
